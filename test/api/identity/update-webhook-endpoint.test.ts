import { eventually } from '#test/support/test-server.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('updateWebhookEndpoint', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  it('disables an endpoint after a dead delivery with an event and a mail, and delivers when it is enabled again', async () => {
    const endpoint = await hooks.create('/dead', ['override.*'])
    hooks.receiver.answer = () => ({ status: 503 })
    await hooks.happen('ann@example.com')
    await hooks.completed(endpoint.id, ([one]) => one?.attempts.length === 1)
    // Simulates three days by changing the row.
    await hooks.server.query(`update webhook_endpoint set failing_since = now() - interval '71 hours' where id = $1`, [
      endpoint.id,
    ])
    await hooks.server.query(
      `update webhook_delivery set attempts = 11, available_at = now(), lease_until = null, lease_token = null where endpoint_id = $1`,
      [endpoint.id],
    )
    const [dead] = await hooks.completed(endpoint.id, ([one]) => one?.status === 'DEAD')
    expect(dead).toMatchObject({ lastError: 'answered 503', nextAttemptAt: null })
    const node = `query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint { enabled disabledReason } } }`
    await eventually(
      async () => (await hooks.server.graphql<{ node: unknown }>(node, { id: endpoint.id }, hooks.ann)).data.node,
      (found) =>
        JSON.stringify(found) ===
        JSON.stringify({ enabled: false, disabledReason: 'No delivery succeeded for three days.' }),
    )
    const { data } = await hooks.server.graphql<{ account: { billing: { events: { nodes: { type: string }[] } } } }>(
      `{ account { billing { events(first: 5) { nodes { type } } } } }`,
      {},
      hooks.ann,
    )
    expect(data.account.billing.events.nodes.map(({ type }) => type)).toContain('webhook_endpoint.disabled')
    const mails = await hooks.server.query<{ recipient: string; body: string }>(
      `select recipient, body from mail_message where subject like 'Events are no longer sent%'`,
    )
    expect(mails).toMatchObject([{ recipient: 'ann@example.com', body: expect.stringContaining('/dead') }])

    // While it is off nothing is written for it; a replay waits until it is on.
    await hooks.happen('ann@example.com')
    hooks.receiver.answer = () => ({ status: 204 })
    await hooks.call('replayDelivery', { deliveryId: dead!.id })
    expect(await hooks.deliveries(endpoint.id)).toHaveLength(1)
    await hooks.call('updateWebhookEndpoint', { webhookEndpointId: endpoint.id, input: { enabled: true } })
    const [sent] = await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(sent!.eventId).toBe(dead!.eventId)
  })
  it('changes URL, types and description, and names every problem at once', async () => {
    const endpoint = await hooks.create('/before', ['invoice.*'])
    const other = await hooks.create('/other', ['*'])
    const update = (changes: Record<string, unknown>) =>
      hooks.call('updateWebhookEndpoint', { webhookEndpointId: endpoint.id, input: changes })
    const url = `${hooks.receiver.url}/after`
    expect(await update({ url, types: ['override.*'], description: ' mine ' })).toMatchObject({
      url,
      types: ['override.*'],
      description: 'mine',
      enabled: true,
    })
    await hooks.happen('ann@example.com')
    await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(hooks.receiver.received.map(({ path }) => path)).toContain('/after')
    expect(await update({ description: '' })).toMatchObject({ url, types: ['override.*'], description: null })
    expect(await update({ description: 'again', types: null })).toMatchObject({
      types: ['override.*'],
      description: 'again',
    })
    expect(await update({ description: null })).toMatchObject({ url, description: null })
    expect(await update({ url: other.url })).toMatchObject({
      code: 'INVALID_URL',
      issues: [{ path: ['input', 'url'] }],
    })
    const { issues } = await update({ url: 'ftp://x', types: [], description: 'a\nb' })
    expect(issues?.map(({ path }) => path.join('.'))).toEqual(['input.url', 'input.types', 'input.description'])
  })
})
