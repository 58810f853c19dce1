import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('deleteWebhookEndpoint', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())

  it('deletes the endpoint with its deliveries and sends it nothing more', async () => {
    const { id } = await hooks.create('/deleted', ['override.*'])
    await hooks.happen('ann@example.com')
    await hooks.completed(id, (log) => log.some(({ status }) => status === 'DELIVERED'))
    expect(await hooks.call('deleteWebhookEndpoint', { webhookEndpointId: id })).toEqual({
      __typename: 'DeleteWebhookEndpointPayload',
      deletedWebhookEndpointId: id,
    })
    expect(await hooks.server.query(`select id from webhook_delivery where endpoint_id = $1`, [id])).toEqual([])
    hooks.receiver.received.length = 0
    const next = await hooks.create('/next', ['override.*'])
    await hooks.happen('ann@example.com')
    await hooks.completed(next.id, (log) => log.some(({ status }) => status === 'DELIVERED'))
    expect(hooks.receiver.received.map(({ path }) => path)).toEqual(['/next'])
  })

  it("is not found for another account's endpoint and an unknown ID", async () => {
    const { id } = await hooks.create('/kept', ['*'])
    for (const [token, requested] of [
      [hooks.bob, id],
      [hooks.ann, 'whe_none'],
    ] as const)
      expect(await hooks.call('deleteWebhookEndpoint', { webhookEndpointId: requested }, token)).toEqual({
        code: 'NOT_FOUND',
      })
    expect((await hooks.call('deleteWebhookEndpoint', { webhookEndpointId: id })).code).toBeUndefined()
  })
})
