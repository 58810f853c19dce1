import { WebhookFixture } from '#test/support/webhook-endpoints.js'

describe('replayDelivery', () => {
  let hooks: WebhookFixture
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
  })
  afterAll(() => hooks.close())

  it('sends a delivered event again under the same ID', async () => {
    const endpoint = await hooks.create('/again', ['override.*'])
    await hooks.happen('ann@example.com')
    const [first] = await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    const attempt = { deliveryId: first!.id, idempotencyKey: 'again' }
    expect(await hooks.call('replayDelivery', attempt)).toMatchObject({
      id: first!.id,
      eventId: first!.eventId,
      status: 'PENDING',
      attemptCount: 0,
    })
    await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED' && one.attempts.length === 2)
    expect(hooks.receiver.verified(endpoint.secret).map(({ id }) => id)).toEqual([first!.eventId, first!.eventId])
    // Repeated under the same key, it sends nothing.
    expect(await hooks.call('replayDelivery', attempt)).toMatchObject({ id: first!.id, status: 'DELIVERED' })
  })

  it("is not found for another account's delivery and an unknown ID", async () => {
    const endpoint = await hooks.create('/mine', ['override.*'])
    await hooks.happen('ann@example.com')
    const [delivery] = await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    for (const [token, id] of [
      [hooks.bob, delivery!.id],
      [hooks.ann, 'whd_none'],
    ] as const)
      expect(await hooks.call('replayDelivery', { deliveryId: id }, token)).toEqual({ code: 'NOT_FOUND' })
  })
})
