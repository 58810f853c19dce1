import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('testWebhookEndpoint', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())
  beforeEach(() => hooks.reset())

  it('sends a test event once, also to a disabled endpoint', async () => {
    const endpoint = await hooks.create('/hello', ['invoice.*'])
    await hooks.call('updateWebhookEndpoint', { webhookEndpointId: endpoint.id, enabled: false })
    await hooks.call('testWebhookEndpoint', { webhookEndpointId: endpoint.id })
    const [taken] = await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    expect(taken).toMatchObject({ type: 'webhook.test', status: 'DELIVERED' })
    expect(hooks.receiver.verified(endpoint.secret)).toMatchObject([
      { type: 'webhook.test', data: { endpointId: endpoint.id } },
    ])
    hooks.receiver.answer = () => ({ status: 500 })
    await hooks.call('testWebhookEndpoint', { webhookEndpointId: endpoint.id })
    const [refused] = await hooks.completed(
      endpoint.id,
      ([one]) => one?.attempts.length === 1 && one.status !== 'DELIVERED',
    )
    expect(refused!.status).toBe('DEAD')
  })
})
