import { Buyer } from '../support/buyer.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { expectInvariants } from '../support/invariants.js'

// Plus by the month for 20.00 since 15 January 2026, 10:00. On 1 February the account wants to pay by the other provider.
describe.each([
  ['STRIPE', 'PAYPAL'],
  ['PAYPAL', 'STRIPE'],
] as const)('Switch from %s to %s', (from, to) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const planOf = async (buyer: Buyer) => (await buyer.account()).plan.plan.code
  const cancel = (buyer: Buyer, at: string) =>
    server.graphql(
      `mutation ($at: ChangeTime) { cancelSubscription(at: $at, key: "cancel-${at}") { denial { code } } }`,
      { at },
      buyer.token,
    )
  const billing = async (buyer: Buyer) =>
    (
      await server.graphql<{
        account: { billing: { subscription: { provider: string; status: string; cancelAt: string | null } } }
      }>(`{ account { billing { subscription { provider status cancelAt } } } }`, {}, buyer.token)
    ).data.account.billing.subscription

  it('starts at the period’s end: no day is paid twice or without the plan', async () => {
    const buyer = await Buyer.named(server, 'ann@example.com')
    await buyer.buy('startSubscription', { plan: 'plus', provider: from })
    await server.advanceTo('2026-02-01T12:00:00Z')

    // An active subscription blocks another one. A change to the plan that it has would be denied.
    const refused = await buyer.start<{ __typename: string; remedies: { mutation: string }[] }>('startSubscription', {
      plan: 'plus',
      provider: to,
    })
    expect(refused.__typename).toBe('Denial')
    expect(refused.remedies.map(({ mutation }) => mutation)).toEqual(['cancelSubscription'])

    await cancel(buyer, 'PERIOD_END')
    const page = await buyer.start('startSubscription', { plan: 'plus', provider: to })
    expect(page).toMatchObject({ __typename: 'Checkout', status: 'OPEN' })
    await buyer.pay(page.providerReference)
    expect(await buyer.confirm(page.providerReference)).toBe('COMPLETED')
    // Approved, and nothing is charged before the old one ends; until then that is the one that is shown.
    expect((await buyer.account()).purchases.totalCount).toBe(1)
    expect(await billing(buyer)).toEqual({ provider: from, status: 'ACTIVE', cancelAt: '2026-02-15T10:00:00.000Z' })
    // A third one is denied: at most one successor is allowed.
    expect(await buyer.start('startSubscription', { plan: 'plus', provider: from })).toMatchObject({
      code: 'SUBSCRIPTION_CONFLICT',
    })

    for (const moment of [
      '2026-02-15T09:00:00Z',
      '2026-02-15T09:59:59Z',
      '2026-02-15T10:00:00Z',
      '2026-02-15T10:00:01Z',
    ]) {
      await server.advanceTo(moment)
      expect(await planOf(buyer)).toBe('plus')
    }
    await server.advanceTo('2026-04-20T00:00:00Z')
    expect(await planOf(buyer)).toBe('plus')
    expect(await billing(buyer)).toEqual({ provider: to, status: 'ACTIVE', cancelAt: null })
    const paid = await server.query<{ provider: string; amount: number; at: Date; until: Date }>(
      `select provider, amount_minor::int as amount, purchased_at as at, expires_at as until from purchase order by purchased_at`,
    )
    expect(paid.map(({ provider, amount, until }) => `${provider} ${amount} ${until.toISOString()}`)).toEqual([
      `${from} 2000 2026-02-15T10:00:00.000Z`,
      `${to} 2000 2026-03-15T10:00:00.000Z`,
      `${to} 2000 2026-04-15T10:00:00.000Z`,
      `${to} 2000 2026-05-15T10:00:00.000Z`,
    ])
    expect(await server.query(`select 1 from refund`)).toEqual([])
    // The plan was held without a gap: each period starts no later than the end of the one before.
    const held = await server.query<{ since: Date; until: Date | null }>(
      `select since, least(ended_at, expires_at) as until from plan_assignment order by since`,
    )
    expect(held.length).toBeGreaterThanOrEqual(2)
    for (const [index, { since }] of held.slice(1).entries())
      expect(since.getTime()).toBeLessThanOrEqual((held[index]!.until ?? new Date('2099-01-01')).getTime())
    expect(await server.query(`select type from stream_event where type = 'plan.expired'`)).toEqual([])
  })

  it('can be withdrawn before: the new subscription is canceled without a payment', async () => {
    const begun = (await server.sandboxControl<{ now: string }>('GET', 'clock')).now
    const days = (count: number) => new Date(Date.parse(begun) + count * 86_400_000).toISOString()
    const buyer = await Buyer.named(server, 'bob@example.com')
    await buyer.buy('startSubscription', { plan: 'basic', provider: from })
    await cancel(buyer, 'PERIOD_END')
    const page = await buyer.start('startSubscription', { plan: 'plus', provider: to })
    await buyer.pay(page.providerReference)
    await buyer.confirm(page.providerReference)
    // Another plan does not begin before its time either.
    expect(await planOf(buyer)).toBe('basic')
    await cancel(buyer, 'NOW')
    await eventually(
      () => server.query(`select 1 from billing_subscription where provider = $1 and status = 'CANCELED'`, [to]),
      (rows) => rows.length === 1,
    )
    await server.advanceTo(days(45))
    expect(await planOf(buyer)).toBe('free')
    expect((await buyer.account()).purchases.totalCount).toBe(1)
  })

  it('denies a late switch with the time to try again', async () => {
    const begun = (await server.sandboxControl<{ now: string }>('GET', 'clock')).now
    const buyer = await Buyer.named(server, 'late@example.com')
    await buyer.buy('startSubscription', { plan: 'basic', provider: from })
    const [{ until }] = (await server.query<{ until: Date }>(
      `select current_period_end as until from billing_subscription s join account a on a.id = s.account_id where a.external_id = 'late@example.com'`,
    )) as [{ until: Date }]
    expect(Date.parse(begun)).toBeLessThan(until.getTime())
    await cancel(buyer, 'PERIOD_END')
    await server.advanceTo(new Date(until.getTime() - 1_800_000).toISOString())
    expect(await buyer.start('startSubscription', { plan: 'plus', provider: to })).toMatchObject({
      code: 'SUBSCRIPTION_CONFLICT',
      remedies: [{ kind: 'WAIT', at: until.toISOString() }],
    })
  })
})
