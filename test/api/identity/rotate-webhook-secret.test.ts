import { eventually } from '#test/support/test-server.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('rotateWebhookSecret', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  it('signs with both secrets for a while after a rotation, then only with the new one', async () => {
    const endpoint = await hooks.create('/rotated', ['override.*'])
    const rotate = async (overlap: number) =>
      (
        await hooks.server.graphql<{ rotateWebhookSecret: { secret: string } }>(
          `mutation ($id: ID!, $overlap: Int) { rotateWebhookSecret(id: $id, overlapSeconds: $overlap) { secret endpoint { previousSecretUntil } } }`,
          { id: endpoint.id, overlap },
          hooks.ann,
        )
      ).data.rotateWebhookSecret.secret
    const second = await rotate(3600)
    await hooks.happen('ann@example.com')
    await eventually(
      () => hooks.receiver.received.length,
      (count) => count === 1,
    )
    expect(hooks.receiver.verified(endpoint.secret)).toHaveLength(1)
    expect(hooks.receiver.verified(second)).toHaveLength(1)
    const third = await rotate(0)
    hooks.receiver.received.length = 0
    await hooks.happen('ann@example.com')
    await eventually(
      () => hooks.receiver.received.length,
      (count) => count === 1,
    )
    expect(hooks.receiver.verified(third)).toHaveLength(1)
    expect(() => hooks.receiver.verified(second)).toThrow('No matching signature')
    const kept = await hooks.server.query<{ text: string }>(
      `select webhook_endpoint::text as text from webhook_endpoint`,
    )
    for (const secret of [endpoint.secret, second, third]) {
      expect(JSON.stringify(kept)).not.toContain(secret)
      expect(hooks.server.logLines.join('')).not.toContain(secret.slice(6))
    }
  })
})
