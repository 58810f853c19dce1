import { aggregateAll } from '#services/ops/analytics/start-aggregation.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { billingRows, type BillingRows } from '#test/support/billing-rows.js'

const at = (text: string) => new Date(text)

describe('Business analytics [AN1] [AN2] [AN3] [AN4]', () => {
  let server: TestServer
  let admin: string
  let trade: BillingRows
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' }, start: '2026-03-31T12:00:00Z' })
    admin = await server.token('root@example.com', { roles: ['admin'] })
    trade = billingRows(server)
  })
  afterAll(() => server.close())

  const counted = () => aggregateAll(server.app.context)
  const ask = async <Data>(query: string, variables: object = {}): Promise<Data> => {
    const { data, errors } = await server.graphql<Data>(query, variables as Record<string, unknown>, admin)
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }

  it('reports sales by product and currency: purchases, revenue, average, trend and conversion [AN1]', async () => {
    const ann = await newAccount(server)
    const pack = { product: 'stories_50', currency: 'GBP', amountMinor: 500 }
    await trade.purchase(ann, { ...pack, at: at('2026-02-10T10:00:00Z') })
    const second = await trade.purchase(ann, { ...pack, at: at('2026-03-10T23:59:59.999Z') })
    const third = await trade.purchase(ann, { ...pack, at: at('2026-03-11T00:00:00Z') })
    await trade.purchase(ann, { ...pack, currency: 'USD', amountMinor: 700, at: at('2026-03-31T11:00:00Z') })
    const waiting = await trade.purchase(ann, { ...pack, at: at('2026-03-12T00:00:00Z'), status: 'PENDING' })
    const open = await trade.checkout(ann, { ...pack, at: at('2026-03-10T22:00:00Z') })
    await trade.checkout(ann, { ...pack, at: at('2026-03-11T22:00:00Z') }, 'EXPIRED')
    await counted()
    const query = `query ($from: DateTime, $to: DateTime) { packagePerformance(from: $from, to: $to) {
      product { code } currency purchases revenue { amountMinor currency } gross { decimal } average { decimal } trend30Days conversionRate } }`
    interface Row {
      product: { code: string }
      currency: string
      purchases: number
      revenue: { amountMinor: number; currency: string }
      gross: { decimal: string }
      average: { decimal: string }
      trend30Days: number | null
      conversionRate: number | null
    }
    const rows = async (range: object = {}) =>
      (await ask<{ packagePerformance: Row[] }>(query, range)).packagePerformance.map((row) => [
        row.product.code,
        row.currency,
        row.purchases,
        row.revenue.amountMinor,
        row.average.decimal,
        row.trend30Days,
        row.conversionRate,
      ])
    expect(await rows()).toEqual([
      ['stories_50', 'GBP', 3, 1500, '5.00', 1, 0],
      ['stories_50', 'USD', 1, 700, '7.00', null, null],
    ])
    // To the millisecond, in the middle of a day as well.
    expect(await rows({ from: '2026-03-10T12:00:00Z', to: '2026-03-11T00:00:00Z' })).toEqual([
      ['stories_50', 'GBP', 1, 500, '5.00', null, 0],
    ])
    await trade.takeBack(ann, third, 200)
    await trade.takeBack(ann, second, 500)
    await trade.settle(ann, waiting)
    await trade.moveCheckout(ann, open, 'COMPLETED')
    await counted()
    await counted()
    expect(await rows()).toEqual([
      ['stories_50', 'GBP', 4, 1300, '3.25', 0.6, 0.5],
      ['stories_50', 'USD', 1, 700, '7.00', null, null],
    ])
    const { revenue } = await ask<{
      revenue: {
        from: string
        to: string
        currency: string
        revenue: { decimal: string }
        reversed: { decimal: string }
      }[]
    }>(
      `{ revenue(by: MONTH, from: "2026-01-01T00:00:00Z") { from to currency revenue { decimal } reversed { decimal } } }`,
    )
    expect(
      revenue.map((point) => [
        point.from.slice(0, 10),
        point.to.slice(0, 10),
        point.currency,
        point.revenue.decimal,
        point.reversed.decimal,
      ]),
    ).toEqual([
      ['2026-02-01', '2026-03-01', 'GBP', '5.00', '0.00'],
      ['2026-03-01', '2026-04-01', 'GBP', '8.00', '7.00'],
      ['2026-03-01', '2026-04-01', 'USD', '7.00', '0.00'],
    ])
  })

  it('reports churn: payers at the start who no longer pay at the end [AN3]', async () => {
    const accounts = await Promise.all(Array.from({ length: 7 }, () => newAccount(server)))
    const [stays, goes, switches, returns, trial, late, gone] = accounts as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const start = at('2026-01-01T00:00:00Z')
    await trade.subscribe(stays, 'professional', start)
    await trade.unsubscribe(goes, await trade.subscribe(goes, 'professional', start), at('2026-03-15T00:00:00Z'))
    const before = await trade.subscribe(switches, 'professional', start)
    await trade.unsubscribe(switches, before, at('2026-03-10T00:00:00Z'))
    await trade.subscribe(switches, 'business', at('2026-03-10T00:00:00Z'))
    await trade.unsubscribe(returns, await trade.subscribe(returns, 'professional', start), at('2026-03-05T00:00:00Z'))
    await trade.subscribe(returns, 'professional', at('2026-03-20T00:00:00Z'))
    // An unpaid trial does not count as churn. Neither do subscribers who came later or left earlier.
    const tried = await trade.subscribe(trial, 'professional', at('2026-02-20T00:00:00Z'), at('2026-03-06T00:00:00Z'))
    await trade.unsubscribe(trial, tried, at('2026-03-06T00:00:00Z'))
    await trade.unsubscribe(
      late,
      await trade.subscribe(late, 'professional', at('2026-03-02T00:00:00Z')),
      at('2026-03-29T00:00:00Z'),
    )
    await trade.unsubscribe(gone, await trade.subscribe(gone, 'professional', start), at('2026-02-01T00:00:00Z'))
    await counted()
    const of = async (from: string, to: string) =>
      (
        await ask<{ churn: { startCount: number; lost: number; rate: number } }>(
          `query ($from: DateTime, $to: DateTime) { churn(from: $from, to: $to) { startCount lost rate } }`,
          { from, to },
        )
      ).churn
    expect(await of('2026-03-01T00:00:00Z', '2026-03-31T00:00:00Z')).toEqual({ startCount: 4, lost: 1, rate: 0.25 })
    expect(await of('2026-03-01T00:00:00Z', '2026-03-07T00:00:00Z')).toEqual({ startCount: 4, lost: 1, rate: 0.25 })
    expect(await of('2026-01-15T00:00:00Z', '2026-02-15T00:00:00Z')).toEqual({ startCount: 5, lost: 1, rate: 0.2 })
    expect(await of('2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z')).toEqual({ startCount: 0, lost: 0, rate: 0 })
    // Months in the future count no churn.
    expect(await ask(`{ churn(from: "2026-03-01T00:00:00Z", to: "2027-01-01T00:00:00Z") { to definition } }`)).toEqual({
      churn: { to: '2026-03-31T12:00:00.000Z', definition: expect.stringContaining('share') },
    })
  })

  it('reports credits: popular packs, unused expiries, usage by plan; one summary per account and kind [AN2] [AN4]', async () => {
    const [ann, bob] = [await newAccount(server), await newAccount(server)]
    const service = await entitlementService(server)
    await trade.subscribe(bob, 'professional', at('2026-03-01T00:00:00Z'))
    for (const accountId of [ann, bob]) await service.consume({ accountId, feature: 'ai_stories', amount: 20 })
    await grantTestCredits(server, ann, 'ai_stories', 50, { expiresAt: at('2026-04-02T00:00:00Z') })
    await grantTestCredits(server, ann, 'ai_stories', 100, { expiresAt: at('2026-12-31T00:00:00Z') })
    // The allowance of 25 first, then what ends first.
    await service.consume({ accountId: ann, feature: 'ai_stories', amount: 25 })
    await trade.purchase(ann, {
      product: 'stories_100',
      currency: 'GBP',
      amountMinor: 900,
      at: at('2026-03-30T10:00:00Z'),
    })
    await server.advanceTo('2026-04-03T12:00:00Z')
    await counted()
    const { creditAnalytics } = await ask<{
      creditAnalytics: {
        popularPacks: { package: { code: string }; purchases: number }[]
        expiryRate: number
        reachedExpiry: number
        expiredUnused: number
        usageByPlan: { plan: { code: string }; feature: { code: string }; used: number }[]
      }
    }>(
      `{ creditAnalytics { popularPacks { package { code } purchases } expiryRate reachedExpiry expiredUnused usageByPlan { plan { code } feature { code } used } } }`,
    )
    expect(creditAnalytics).toEqual({
      popularPacks: [
        { package: { code: 'stories_50' }, purchases: 5 },
        { package: { code: 'stories_100' }, purchases: 1 },
      ],
      expiryRate: 0.6,
      reachedExpiry: 50,
      expiredUnused: 30,
      usageByPlan: [
        { plan: { code: 'starter' }, feature: { code: 'ai_stories' }, used: 45 },
        { plan: { code: 'professional' }, feature: { code: 'ai_stories' }, used: 20 },
      ],
    })
    const { userCreditSummary } = await ask<{ userCreditSummary: { nodes: Record<string, unknown>[] } }>(
      `{ userCreditSummary(feature: "ai_stories") { nodes { account { id } feature { code } granted used expired remaining nextExpiry } } }`,
    )
    expect(userCreditSummary.nodes).toEqual([
      {
        account: { id: ann },
        feature: { code: 'ai_stories' },
        granted: 150,
        used: 20,
        expired: 30,
        remaining: 100,
        nextExpiry: '2026-12-31T00:00:00.000Z',
      },
    ])
  })

  it('exports CSV files in which no name becomes a formula', async () => {
    await server.query(`update account set name = '=1+1' where id = (select account_id from credit_grant limit 1)`)
    const file = async (path: string, token: string | null = admin) => {
      const { status, body, headers } = await server.rest('GET', `/api/v1/analytics/${path}`, { token })
      return {
        status,
        text: body as unknown as string,
        type: headers.get('content-type'),
        code: (body as { code?: string }).code,
      }
    }
    const performance = await file('package-performance.csv?from=2026-01-01T00:00:00Z')
    expect(performance).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' })
    expect(performance.text.split('\n').slice(0, 2)).toEqual([
      'product,type,currency,purchases,revenue,gross,taken_back,average,trend_30_days,conversion_rate',
      expect.stringMatching(/^stories_50,PACKAGE,GBP,4,13\.00,20\.00,7\.00,3\.25,/),
    ])
    expect((await file('user-credit-summary.csv')).text).toContain(
      `,'=1+1,ai_stories,150,20,0,30,0,100,2026-12-31T00:00:00.000Z`,
    )
    expect((await file('revenue.csv?by=month&from=2026-01-01T00:00:00Z')).text).toContain(
      '2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z,GBP,1,5.00,5.00,0.00',
    )
    for (const name of ['churn', 'credit-packs', 'usage-by-plan']) expect((await file(`${name}.csv`)).status).toBe(200)
    const stranger = await server.token('ann@example.com')
    expect(await file('revenue.csv', stranger)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect(await file('revenue.csv', null)).toMatchObject({ status: 401 })
    expect(await file('toString.csv')).toMatchObject({ status: 404 })
    // A day means its beginning in UTC (DF-F).
    expect((await file('package-performance.csv?from=2026-01-01')).text).toBe(performance.text)
    expect(await file('revenue.csv?from=yesterday')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
    expect(await file('revenue.csv?from=2026-05-01T00:00:00Z&to=2026-04-01T00:00:00Z')).toMatchObject({
      status: 422,
      code: 'BAD_USER_INPUT',
    })
  })

  it.each([
    'packagePerformance { purchases }',
    'creditAnalytics { expiryRate }',
    'churn { rate }',
    'revenue { purchases }',
    'userCreditSummary { nodes { used } }',
  ])('requires an operator for %s', async (field) => {
    const { errors } = await server.graphql(`{ ${field} }`, {}, await server.token('ann@example.com'))
    expect(errors![0]!.extensions.code).toBe('FORBIDDEN')
  })
})
