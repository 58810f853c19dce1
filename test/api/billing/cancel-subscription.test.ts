import { accountOf, change, eventsOf, stripeCall, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// 15 January 2026, 10:00: everybody here subscribes to Plus by the month, so the first period ends on 15 February, 10:00.
describe('Cancellation of a subscription', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const stripe = async <Found>(path: string): Promise<Found> =>
    (await (
      await fetch(`${server.sandbox.url}/v1/${path}`, { headers: { authorization: 'Bearer sk_test_sandbox_server' } })
    ).json()) as Found

  it('keeps the plan until the period ends and accepts a repeated cancellation', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const canceled = await change(server, ann, 'cancelSubscription', { reason: 'too dear' })
    expect(canceled).toMatchObject({
      __typename: 'BillingSubscription',
      status: 'ACTIVE',
      cancelAt: '2026-02-15T10:00:00.000Z',
    })
    expect(await stripe(`subscriptions/${ann.externalId}`)).toMatchObject({
      // A date, not the flag: beside a monthly add-on the flag would end a paid year with the month.
      cancel_at: Date.parse('2026-02-15T10:00:00Z') / 1000,
      cancel_at_period_end: false,
      cancellation_details: { comment: 'too dear' },
    })
    expect((await accountOf(server, ann)).plan.plan.code).toBe('plus')
    expect(await change(server, ann, 'cancelSubscription')).toMatchObject({ cancelAt: '2026-02-15T10:00:00.000Z' })
  })

  it('ends the plan immediately on request and denies a second cancellation', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    const ended = await change(server, carl, 'cancelSubscription', { at: 'NOW' })
    expect(ended).toMatchObject({ status: 'CANCELED' })
    const account = await accountOf(server, carl)
    expect([account.plan.plan.code, account.subscription]).toEqual(['free', null])
    expect(await change(server, carl, 'cancelSubscription')).toMatchObject({
      __typename: 'Denial',
      code: 'NO_ACTIVE_SUBSCRIPTION',
      message: expect.stringContaining('No active subscription'),
      remedies: [{ mutation: 'startSubscription' }],
    })
    expect(await eventsOf(server, carl, 'subscription.canceled')).toHaveLength(1)
    expect(server.logLines.join('')).toContain(`Subscription ${ended.id} canceled, downgraded to free`)
  })

  it('has its effect if the provider has ended the subscription before, and denies other changes of it', async () => {
    await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
    const ended = async (name: string) => {
      const who = await subscribe(server, `${name}@example.com`, { plan: 'plus' })
      await stripeCall(server, 'DELETE', `subscriptions/${who.externalId}`)
      return who
    }
    const people = [await ended('eve'), await ended('later'), await ended('finn'), await ended('planned')] as const
    const [eve, later, finn, planned] = people
    expect(await change(server, eve, 'cancelSubscription', { at: 'NOW' })).toMatchObject({ status: 'CANCELED' })
    expect(await change(server, later, 'cancelSubscription', { at: 'PERIOD_END' })).toMatchObject({
      status: 'CANCELED',
    })
    const denial = { code: 'NO_ACTIVE_SUBSCRIPTION', remedies: [{ mutation: 'startSubscription' }] }
    expect(await change(server, finn, 'changePlan', { plan: 'basic', at: 'NOW' })).toMatchObject(denial)
    expect(await change(server, planned, 'changePlan', { plan: 'basic', at: 'PERIOD_END' })).toMatchObject(denial)
    await server.sandboxControl('DELETE', 'faults')
    for (const who of people)
      expect(await accountOf(server, who)).toMatchObject({ plan: { plan: { code: 'free' } }, subscription: null })
  })

  it('rejects a long reason, and hides accounts of other users', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'plus' })
    expect(await change(server, dora, 'cancelSubscription', { reason: 'x'.repeat(501) })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }],
    })
    const other = { token: await server.token('other@example.com') }
    const accountId = 'person:dora@example.com'
    await expect(change(server, other, 'cancelSubscription', { accountId })).rejects.toThrow('NOT_FOUND')
    expect((await accountOf(server, dora)).subscription).toMatchObject({ status: 'ACTIVE', cancelAt: null })
  })
})
