import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { BuyerBy, PROVIDERS } from './provider.js'

interface Credits {
  remaining: number
  debt: number
}

describe.each(PROVIDERS)('Credit pack purchase ($name)', (provider) => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG: 'agileforge' } })
    operator = await server.token('operator@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const named = (email: string) => BuyerBy.of(server, provider)(email)
  const grants = async (buyer: BuyerBy) =>
    server.query<{ feature: string; amount: number; expires_at: Date; revoked: boolean; flags: string[] }>(
      `select feature, amount::int, expires_at, revoked_at is not null as revoked, flags from credit_grant g
       join account a on a.id = g.account_id where a.external_id = $1 order by g.id`,
      [buyer.email],
    )
  const credits = async (buyer: BuyerBy): Promise<Credits> => {
    const [row] = await server.query<{ remaining: string; debt: string }>(
      `select coalesce(sum(amount - used - reserved - expired - revoked) filter (where revoked_at is null), 0) as remaining,
         coalesce((select sum(d.amount) from credit_debt d where d.account_id = a.id), 0) as debt
       from account a left join credit_grant g on g.account_id = a.id where a.external_id = $1 group by a.id`,
      [buyer.email],
    )
    return { remaining: Number(row!.remaining), debt: Number(row!.debt) }
  }
  const consume = async (buyer: BuyerBy, amount: number, key: string) => {
    const service = await server.serviceKey(['entitlements:write'])
    const { data } = await server.graphql<{ consume: { __typename: string } }>(
      `mutation ($account: ID!, $amount: SafeInt, $key: String!) {
        consume(input: { accountId: $account, feature: "ai_stories", amount: $amount }, key: $key) { denial { code } }
      }`,
      { account: `person:${buyer.email}`, amount, key },
      service,
    )
    return data.consume.__typename
  }
  const refund = (purchaseId: string, amountMinor?: number) =>
    server.graphql(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { __typename code message } } }`,
      {
        id: purchaseId,
        ...(amountMinor === undefined ? {} : { amount: { amountMinor, currency: 'GBP' } }),
        reason: 'asked for',
        key: `r-${purchaseId}-${amountMinor ?? 'all'}`,
      },
      operator,
    )

  it(`grants once per payment, for the pack's number of days (${provider.name})`, async () => {
    const buyer = await named('pack@example.com')
    const page = await buyer.buy('purchasePackage', { package: 'stories_50' })
    await buyer.confirm(page.providerReference)
    expect(await grants(buyer)).toEqual([
      { feature: 'ai_stories', amount: 50, expires_at: new Date('2026-05-02T08:00:00Z'), revoked: false, flags: [] },
    ])
    const records = await buyer.account()
    expect(records.purchases.nodes).toEqual([
      expect.objectContaining({
        status: 'PAID',
        money: { amountMinor: 500, currency: 'GBP' },
        expiresAt: '2026-05-02T08:00:00.000Z',
        product: { code: 'stories_50', type: 'PACKAGE' },
      }),
    ])
    expect(server.logLines.some((line) => line.includes('"Granted credits"'))).toBe(true)
  })

  it(`grants the pack's flag, and twice the credits for two packs (${provider.name})`, async () => {
    const buyer = await named('flag@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_250', quantity: 2 })
    expect(await grants(buyer)).toEqual([
      expect.objectContaining({
        amount: 500,
        expires_at: new Date('2026-06-01T08:00:00Z'),
        flags: ['priority_processing'],
      }),
    ])
    expect((await buyer.account()).purchases.nodes[0]!.money).toEqual({ amountMinor: 4000, currency: 'GBP' })
  })

  it(`sells a one-time pack in pounds to a subscriber in dollars (${provider.name})`, async () => {
    const buyer = await named('both@example.com')
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    await buyer.buy('purchasePackage', { package: 'stories_100' })
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 2)
    expect(records.purchases.nodes.map(({ money }) => money.currency)).toEqual(['GBP', 'USD'])
  })

  it(`revokes half of a pack for half of the payment, counts used credits, and repays debt (${provider.name})`, async () => {
    const buyer = await named('half@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    // 25 are the plan's own; of the pack's 50, 30 are used.
    expect(await consume(buyer, 55, 'half-1')).toBe('Consumption')
    expect(await credits(buyer)).toMatchObject({ remaining: 20, debt: 0 })
    const [purchase] = (await buyer.account()).purchases.nodes
    await refund(purchase!.id, 250)
    // 25 stay paid and 30 were used: none is left, and the debt is 5.
    expect(await credits(buyer)).toMatchObject({ remaining: 0, debt: 5 })
    await refund(purchase!.id)
    expect(await credits(buyer)).toMatchObject({ remaining: 0, debt: 30 })
    await buyer.buy('purchasePackage', { package: 'stories_100' })
    expect(await credits(buyer)).toMatchObject({ remaining: 70, debt: 0 })
  })

  it(`suspends a disputed pack, and restores it when the dispute is won (${provider.name})`, async () => {
    const buyer = await named('dispute@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    expect(await consume(buyer, 35, 'dispute-1')).toBe('Consumption')
    const [purchase] = (await buyer.account()).purchases.nodes
    await buyer.dispute(purchase!.id, 'needs_response')
    await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'DISPUTED')
    expect(await credits(buyer)).toMatchObject({ remaining: 0, debt: 10 })
    expect(await buyer.start('purchasePackage', { package: 'stories_50' })).toMatchObject({ code: 'PAYMENT_FAILED' })
    await buyer.dispute(purchase!.id, 'won')
    await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]!.status === 'PAID')
    expect(await credits(buyer)).toMatchObject({ remaining: 40, debt: 0 })
    const expiries = (await grants(buyer)).map(({ expires_at: at }) => at.toISOString())
    expect(new Set(expiries)).toEqual(new Set(['2026-05-02T08:00:00.000Z']))
  })

  it(`grants a bank payment only after it succeeds, and nothing if it fails (${provider.name})`, async () => {
    const good = await named('bank@example.com')
    const bad = await named('broke@example.com')
    for (const [buyer, outcome] of [
      [good, 'async_paid'],
      [bad, 'async_failed'],
    ] as const) {
      const page = await buyer.start('purchasePackage', { package: 'stories_50' })
      await buyer.pay(page.providerReference, { outcome })
      expect(await buyer.confirm(page.providerReference)).toBe('PROCESSING')
      expect((await buyer.account()).purchases.nodes).toEqual([expect.objectContaining({ status: 'PENDING' })])
      expect(await grants(buyer)).toEqual([])
    }
    await server.advanceTo('2026-02-05T08:00:00Z')
    const paid = await good.buyerWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
    expect(paid.purchases.totalCount).toBe(1)
    expect(await grants(good)).toHaveLength(1)
    await bad.buyerWhen(({ purchases }) => purchases.nodes.length === 0)
    expect(await grants(bad)).toEqual([])
  })
})
