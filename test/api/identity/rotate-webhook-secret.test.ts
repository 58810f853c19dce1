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
      (await hooks.call('rotateWebhookSecret', { webhookEndpointId: endpoint.id, overlapSeconds: overlap })).secret!
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
  it('rotates once per attempt and returns the secret once', async () => {
    const { id } = await hooks.create('/once', ['*'])
    const attempt = { webhookEndpointId: id, idempotencyKey: 'once' }
    expect((await hooks.call('rotateWebhookSecret', attempt)).secret).toMatch(/^whsec_/)
    const stored = () => hooks.server.query(`select secret from webhook_endpoint where id = $1`, [id])
    const before = await stored()
    expect(await hooks.call('rotateWebhookSecret', attempt)).toMatchObject({ code: 'SECRET_ALREADY_SHOWN' })
    expect(await stored()).toEqual(before)
    expect(await hooks.call('rotateWebhookSecret', { ...attempt, overlapSeconds: -1 })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['overlapSeconds'] }],
    })
  })
})
