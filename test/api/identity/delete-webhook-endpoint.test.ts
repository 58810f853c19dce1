import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('deleteWebhookEndpoint', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())

  it('keeps the log of a deleted endpoint and sends it nothing more', async () => {
    const { id } = await hooks.create('/deleted', ['override.*'])
    await hooks.happen('ann@example.com')
    await hooks.completed(id, (log) => log.some(({ status }) => status === 'DELIVERED'))
    expect(await hooks.call('deleteWebhookEndpoint', { webhookEndpointId: id })).toEqual({
      deletedId: id,
    })
    expect(await hooks.deliveries(id)).toMatchObject([{ status: 'DELIVERED', endpoint: { id } }])
    expect(await hooks.call('deleteWebhookEndpoint', { webhookEndpointId: id })).toMatchObject({
      deletedId: id,
    })
    const update = { webhookEndpointId: id, input: { enabled: true } }
    expect(await hooks.call('updateWebhookEndpoint', update)).toEqual({ code: 'NOT_FOUND' })
    const [logged] = await hooks.deliveries(id)
    expect(await hooks.call('replayDelivery', { deliveryId: logged!.id })).toMatchObject({ code: 'INVALID_TRANSITION' })
    const { data } = await hooks.server.graphql<{ account: object }>(
      `{ account { access { webhookEndpoints { id } webhookDeliveries { totalCount } } } }`,
      {},
      hooks.ann,
    )
    expect(data.account).toEqual({ access: { webhookEndpoints: [], webhookDeliveries: { totalCount: 1 } } })
    hooks.receiver.received.length = 0
    const next = await hooks.create('/next', ['override.*'])
    // The URL of a deleted endpoint can be used again.
    await hooks.create('/deleted', ['invoice.*'])
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
