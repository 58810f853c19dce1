import { callAs } from '#test/support/operations.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

const REPLAY = `mutation ($id: ID!) { replayDelivery(id: $id) { id eventId status attempts } }`

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
    expect(await callAs(hooks.server, hooks.ann, REPLAY, { id: first!.id })).toMatchObject({
      value: { id: first!.id, eventId: first!.eventId, status: 'PENDING', attempts: 0 },
    })
    await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED' && one.recentAttempts.length === 2)
    expect(hooks.receiver.verified(endpoint.secret).map(({ id }) => id)).toEqual([first!.eventId, first!.eventId])
  })

  it("is not found for another account's delivery and an unknown ID", async () => {
    const endpoint = await hooks.create('/mine', ['override.*'])
    await hooks.happen('ann@example.com')
    const [delivery] = await hooks.completed(endpoint.id, ([one]) => one?.status === 'DELIVERED')
    for (const [token, id] of [
      [hooks.bob, delivery!.id],
      [hooks.ann, 'whd_none'],
    ] as const)
      expect(await callAs(hooks.server, token, REPLAY, { id })).toMatchObject({ code: 'NOT_FOUND' })
  })
})
