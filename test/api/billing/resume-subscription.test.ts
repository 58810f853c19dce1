import { accountOf, change, stripeObject, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('Withdrawal of a cancellation', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('continues unchanged if the cancellation is withdrawn before the end date', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    await change(server, bob, 'cancelSubscription')
    expect(await change(server, bob, 'resumeSubscription')).toMatchObject({ status: 'ACTIVE', cancelAt: null })
    expect(await stripeObject(server, `subscriptions/${bob.externalId}`)).toMatchObject({
      cancel_at_period_end: false,
      cancel_at: null,
    })
    expect(await change(server, bob, 'resumeSubscription')).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_TRANSITION',
      remedies: [{ kind: 'CHANGE_PLAN', mutation: 'changePlan' }],
    })
  })

  it('returns the first result for a repeated key', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    await change(server, carl, 'cancelSubscription')
    const first = await change(server, carl, 'resumeSubscription', { idempotencyKey: 'resume-once' })
    expect(first).toMatchObject({ status: 'ACTIVE', cancelAt: null })
    expect(await change(server, carl, 'resumeSubscription', { idempotencyKey: 'resume-once' })).toEqual(first)
  })

  it('requires a subscription, and hides accounts of other users', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'plus' })
    await change(server, dora, 'cancelSubscription')
    const other = { token: await server.token('other@example.com') }
    expect(await change(server, other, 'resumeSubscription')).toMatchObject({
      code: 'NO_ACTIVE_SUBSCRIPTION',
      remedies: [{ mutation: 'startSubscription' }],
    })
    const accountId = 'person:dora@example.com'
    await expect(change(server, other, 'resumeSubscription', { accountId })).rejects.toThrow('NOT_FOUND')
    expect((await accountOf(server, dora)).subscription?.cancelAt).toBe('2026-02-15T10:00:00.000Z')
  })
})
