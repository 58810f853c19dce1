import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { billingRows, type BillingRows } from '#test/support/billing-rows.js'
import { Metrics, type MetricsVariables } from '@stackgate/client/documents'
import { figures } from '#test/support/analytics.js'

const at = (text: string) => new Date(text)

describe('Business analytics', () => {
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

  it('reports sales by product and currency: purchases, revenue, average, trend and conversion', async () => {
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
    const METRICS = ['PURCHASES', 'REVENUE', 'AVERAGE_PURCHASE', 'REVENUE_TREND', 'CHECKOUT_CONVERSION_RATE'] as const
    const rows = async (range: object = {}) => {
      const series = await figures(server, admin, {
        metrics: METRICS,
        groupBy: ['PRODUCT'],
        interval: 'RANGE',
        ...range,
      })
      const groups = Map.groupBy(series, ({ currency, groups: { PRODUCT } }) => JSON.stringify([PRODUCT, currency]))
      return [...groups].map(([key, ofGroup]) => [
        ...(JSON.parse(key) as string[]),
        ...ofGroup.map(({ total }) => total),
      ])
    }
    expect(await rows()).toEqual([
      ['stories_50', 'GBP', 3, '15.00', '5.00', 1, 0],
      ['stories_50', 'USD', 1, '7.00', '7.00', null, null],
    ])
    // To the millisecond, in the middle of a day as well.
    expect(await rows({ from: '2026-03-10T12:00:00Z', to: '2026-03-11T00:00:00Z' })).toEqual([
      ['stories_50', 'GBP', 1, '5.00', '5.00', null, 0],
    ])
    await trade.takeBack(ann, third, 200)
    await trade.takeBack(ann, second, 500)
    await trade.settle(ann, waiting)
    await trade.moveCheckout(ann, open, 'COMPLETED')
    await counted()
    await counted()
    expect(await rows()).toEqual([
      ['stories_50', 'GBP', 4, '13.00', '3.25', 0.6, 0.5],
      ['stories_50', 'USD', 1, '7.00', '7.00', null, null],
    ])
    const months = async (groupBy: MetricsVariables['groupBy']) =>
      (await figures(server, admin, { metrics: ['REVENUE', 'REVERSED'], groupBy, from: '2026-01-01T00:00:00Z' })).map(
        ({ metric, currency, points }) => [metric, currency, ...points.map(({ value }) => value)],
      )
    const byMonth = [
      ['REVENUE', 'GBP', '0.00', '5.00', '8.00'],
      ['REVERSED', 'GBP', '0.00', '0.00', '7.00'],
      ['REVENUE', 'USD', '0.00', '0.00', '7.00'],
      ['REVERSED', 'USD', '0.00', '0.00', '0.00'],
    ]
    expect(await months([])).toEqual(byMonth)
    // There is one product.
    expect(await months(['PRODUCT'])).toEqual(byMonth)
  })

  it('returns the figures in pages, which have each product and currency once', async () => {
    const bob = await newAccount(server)
    const day = at('2026-03-20T10:00:00Z')
    for (const [product, currency, amountMinor] of [
      ['stories_100', 'GBP', 1300],
      ['stories_250', 'GBP', 1300],
      ['stories_100', 'EUR', 200],
      ['stories_250', 'USD', 9900],
    ] as const)
      await trade.purchase(bob, { product, currency, amountMinor, at: day })
    await counted()
    const pages = async (first: number) =>
      (
        await figures(server, admin, {
          metrics: ['REVENUE', 'PURCHASES'],
          groupBy: ['PRODUCT'],
          interval: 'RANGE',
          first,
        })
      ).map(({ metric, currency, total }) => [metric, currency, total])
    const all = await pages(30)
    expect(all.filter(([metric]) => metric === 'REVENUE').map(([, ...rest]) => rest)).toEqual([
      ['EUR', '2.00'],
      ['GBP', '13.00'],
      ['GBP', '13.00'],
      ['GBP', '13.00'],
      ['USD', '99.00'],
      ['USD', '7.00'],
    ])
    for (const size of [1, 2, 3, 4]) expect(await pages(size)).toEqual(all)
    const { data } = await server.graphql(Metrics, { metrics: ['REVENUE'], first: 1 }, admin)
    const { errors } = await server.graphql(
      Metrics,
      { metrics: ['REVENUE'], groupBy: ['PRODUCT'], after: data.metrics!.pageInfo.endCursor },
      admin,
    )
    expect(errors![0]!.extensions.code).toBe('INVALID_CURSOR')
  })

  it('exports the figures as CSV files', async () => {
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
      expect.stringMatching(/^stories_100,PACKAGE,EUR,1,2\.00,2\.00,0\.00,2\.00,/),
    ])
    expect(performance.text).toMatch(/^stories_50,PACKAGE,GBP,4,13\.00,20\.00,7\.00,3\.25,/m)
    expect((await file('revenue.csv?by=month&from=2026-01-01T00:00:00Z')).text).toContain(
      '2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z,GBP,1,5.00,5.00,0.00',
    )
    for (const name of ['churn', 'credit-packs', 'usage-by-plan']) expect((await file(`${name}.csv`)).status).toBe(200)
    const stranger = await server.token('ann@example.com')
    expect(await file('revenue.csv', stranger)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expect(await file('revenue.csv', null)).toMatchObject({ status: 401 })
    expect(await file('toString.csv')).toMatchObject({ status: 404 })
    // A day means its beginning in UTC.
    expect((await file('package-performance.csv?from=2026-01-01')).text).toBe(performance.text)
    expect(await file('revenue.csv?from=yesterday')).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
    expect(await file('revenue.csv?from=2026-05-01T00:00:00Z&to=2026-04-01T00:00:00Z')).toMatchObject({
      status: 422,
      code: 'BAD_USER_INPUT',
    })
  })
})
