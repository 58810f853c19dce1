import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { billingRows, type BillingRows } from '#test/support/billing-rows.js'
import { Metrics } from '@stackgate/client/documents'
import { figures } from '#test/support/analytics.js'

const at = (text: string) => new Date(text)

describe('churn', () => {
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

  it('reports churn: payers at the start who no longer pay at the end', async () => {
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
    const metrics = ['SUBSCRIBERS_AT_START', 'SUBSCRIBERS_LOST', 'CHURN_RATE'] as const
    const of = async (from: string, to: string) => {
      const [startCount, lost, rate] = (await figures(server, admin, { metrics, interval: 'RANGE', from, to })).map(
        ({ total }) => total,
      )
      return { startCount, lost, rate }
    }
    expect(await of('2026-03-01T00:00:00Z', '2026-03-31T00:00:00Z')).toEqual({ startCount: 4, lost: 1, rate: 0.25 })
    expect(await of('2026-03-01T00:00:00Z', '2026-03-07T00:00:00Z')).toEqual({ startCount: 4, lost: 1, rate: 0.25 })
    expect(await of('2026-01-15T00:00:00Z', '2026-02-15T00:00:00Z')).toEqual({ startCount: 5, lost: 1, rate: 0.2 })
    expect(await of('2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z')).toEqual({ startCount: 0, lost: 0, rate: 0 })
    // Months in the future count no churn.
    const future = { from: '2026-03-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }
    const { data } = await server.graphql(Metrics, { metrics: ['CHURN_RATE'], ...future }, admin)
    expect(data.metrics!.nodes).toMatchObject([
      { definition: expect.stringContaining('Share'), points: [{ to: '2026-03-31T12:00:00.000Z' }] },
    ])
    const [startCounts, losts] = await figures(server, admin, { metrics, from: '2026-01-15T00:00:00Z' })
    expect(startCounts!.points).toEqual([
      { from: '2026-01-15T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', value: 5 },
      { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z', value: 4 },
      { from: '2026-03-01T00:00:00.000Z', to: '2026-03-31T12:00:00.000Z', value: 4 },
    ])
    // Five paid at the start of the range, and two of them do not at its end.
    expect([startCounts!.total, losts!.points.map(({ value }) => value), losts!.total]).toEqual([5, [1, 0, 1], 2])
  })
})
