import { Metrics } from '@stackgate/client/documents'
import { figures, type FigureValue } from '#test/support/analytics.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const METRICS = ['ACQUIRED_ACCOUNTS', 'PAYING_ACCOUNTS', 'ACQUIRED_MRR', 'MRR', 'ARR'] as const
const FROM = '2026-01-01T00:00:00Z'

// AgileForge: Professional costs 10 dollars a month, Business 18.
describe('cohorts', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    const buy = (name: string, plan: string, more: object = {}) =>
      subscribe(server, `${name}@example.com`, { plan, trialDays: 0, ...more })
    await buy('ann', 'business')
    const bob = await buy('bob', 'professional')
    const carl = await buy('carl', 'professional')
    await server.advanceTo('2026-01-20T00:00:00Z')
    // A trial is no payment: Tom is of the next month.
    await buy('tom', 'professional', { trialDays: 14 })
    await change(server, carl, 'cancelSubscription', { at: 'NOW' })
    await server.advanceTo('2026-02-10T00:00:00Z')
    const dee = await buy('dee', 'professional')
    await server.advanceTo('2026-03-05T00:00:00Z')
    await change(server, bob, 'cancelSubscription', { at: 'NOW' })
    await change(server, dee, 'changePlan', { plan: 'business' })
    await server.advanceTo('2026-03-20T00:00:00Z')
    await buy('carl', 'business')
    await server.advanceTo('2026-04-10T00:00:00Z')
  })
  afterAll(() => server.close())

  /** Values of each metric by point, of each cohort. */
  const cohorts = async (from = FROM) => {
    const found: Record<string, Record<string, readonly FigureValue[]>> = {}
    for (const { metric, groups, points } of await figures(server, operator, {
      metrics: METRICS,
      groupBy: ['COHORT'],
      from,
    }))
      (found[groups['COHORT']!] ??= {})[metric] = points.map(({ value }) => value)
    return found
  }

  it('have the accounts that first paid in a month, and how many of them pay in each later one', async () => {
    expect(await cohorts()).toEqual({
      // Ann, Bob and Carl. Carl left in January and returned in March with another plan, Bob left in March.
      '2026-01': {
        ACQUIRED_ACCOUNTS: [3, 3, 3, 3],
        PAYING_ACCOUNTS: [2, 2, 2, 2],
        ACQUIRED_MRR: ['38.00', '38.00', '38.00', '38.00'],
        MRR: ['28.00', '28.00', '36.00', '36.00'],
        ARR: ['336.00', '336.00', '432.00', '432.00'],
      },
      // Tom and Dee, who changed to Business.
      '2026-02': {
        ACQUIRED_ACCOUNTS: [0, 2, 2, 2],
        PAYING_ACCOUNTS: [0, 2, 2, 2],
        ACQUIRED_MRR: ['0.00', '20.00', '20.00', '20.00'],
        MRR: ['0.00', '20.00', '28.00', '28.00'],
        ARR: ['0.00', '240.00', '336.00', '336.00'],
      },
    })
  })

  it('sum to the figures of all accounts, also for accounts that left in the month in which they came', async () => {
    const all = await figures(server, operator, { metrics: METRICS, from: FROM })
    const values = Object.values(await cohorts())
    for (const { metric, points } of all)
      for (const [index, { value }] of points.entries()) {
        const sum = values.reduce((total, cohort) => total + Number(cohort[metric]![index]), 0)
        expect([metric, index, sum]).toEqual([metric, index, Number(value)])
      }
    expect(all).toHaveLength(METRICS.length)
  })

  it('do not count accounts that first paid before the range', async () => {
    expect(Object.keys(await cohorts('2026-02-01T00:00:00Z'))).toEqual(['2026-02'])
    expect(await cohorts('2026-02-09T00:00:00Z')).toMatchObject({ '2026-02': { ACQUIRED_ACCOUNTS: [1, 1, 1] } })
    expect(await cohorts('2026-03-01T00:00:00Z')).toEqual({})
  })

  it('split what changed the recurring revenue', async () => {
    const series = await figures(server, operator, {
      metrics: ['MRR_NEW', 'MRR_EXPANSION', 'MRR_REACTIVATED', 'MRR_CHURNED'],
      groupBy: ['COHORT'],
      from: FROM,
    })
    expect(series.map(({ groups, metric, total }) => [groups['COHORT'], metric, total])).toEqual([
      ['2026-01', 'MRR_NEW', '28.00'],
      ['2026-01', 'MRR_EXPANSION', '0.00'],
      ['2026-01', 'MRR_REACTIVATED', '18.00'],
      ['2026-01', 'MRR_CHURNED', '-10.00'],
      ['2026-02', 'MRR_NEW', '20.00'],
      ['2026-02', 'MRR_EXPANSION', '8.00'],
      ['2026-02', 'MRR_REACTIVATED', '0.00'],
      ['2026-02', 'MRR_CHURNED', '0.00'],
    ])
  })

  it('are a file without the months before the first payment', async () => {
    const file = await server.rest('GET', '/api/v1/analytics/cohorts.csv?from=2026-01-01&to=2026-03-01', {
      token: operator,
    })
    expect(String(file.body).trim().split('\n')).toEqual([
      'cohort,from,to,currency,acquired_accounts,accounts,acquired_mrr,mrr',
      '2026-01,2026-01-01T00:00:00.000Z,2026-02-01T00:00:00.000Z,USD,3,2,38.00,28.00',
      '2026-01,2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z,USD,3,2,38.00,28.00',
      '2026-02,2026-02-01T00:00:00.000Z,2026-03-01T00:00:00.000Z,USD,2,2,20.00,20.00',
    ])
  })

  it('are not for customers', async () => {
    const token = await server.token('ann@example.com')
    const { data, errors } = await server.graphql(Metrics, { metrics: ['MRR'], groupBy: ['COHORT'] }, token)
    expect([data.metrics, errors?.[0]?.extensions?.['code']]).toEqual([null, 'FORBIDDEN'])
    const file = await server.rest('GET', '/api/v1/analytics/cohorts.csv', { token })
    expect(file.status).toBe(403)
  })
})
