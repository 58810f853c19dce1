import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Metrics, type MetricsVariables } from '@stackgate/client/documents'
import { figures, type FigureSeries, type FigureValue } from '#test/support/analytics.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const MOVEMENTS = ['NEW', 'EXPANSION', 'CONTRACTION', 'CHURNED', 'REACTIVATED'] as const
const METRICS = [
  'ARR_AT_START',
  'ARR',
  'MRR',
  'PAYING_ACCOUNTS',
  'ARPU',
  ...MOVEMENTS.flatMap((name) => [`ARR_${name}` as const, `ACCOUNTS_${name}` as const]),
] as const
type Point = Readonly<Record<(typeof METRICS)[number], FigureValue>>

/** A point as one line: ARR at the start, movements with their number of accounts, ARR, MRR, accounts and ARPU. */
const lineOf = (from: string, { currency, groups }: FigureSeries, point: Point): string =>
  [
    from.slice(0, 10),
    currency,
    ...(groups['PLAN'] ? [groups['PLAN']] : []),
    point.ARR_AT_START,
    ...MOVEMENTS.flatMap((name) =>
      point[`ACCOUNTS_${name}`] === 0
        ? []
        : [`${name.toLowerCase()} ${point[`ARR_${name}`]} (${point[`ACCOUNTS_${name}`]})`],
    ),
    `ARR ${point.ARR}`,
    `MRR ${point.MRR}`,
    `${point.PAYING_ACCOUNTS} à ${point.ARPU ?? '-'}`,
  ].join(' | ')

// AgileForge: Professional costs 10 dollars (8 pounds) a month or 100 dollars (80 pounds) a year and has a trial of 14 days,
// Business 18 dollars (15 pounds) a month, Extra Storage 2.50 dollars a month.
describe('recurring revenue', () => {
  let server: TestServer
  let folder: string
  let operator: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const catalog = join(folder, 'pounds.yaml')
    const text = readFileSync(join(process.cwd(), 'catalogs/agileforge.yaml'), 'utf8')
      .replace(
        '{ month: 10.00, year: 100.00 }',
        '{ month: { USD: 10.00, GBP: 8.00 }, year: { USD: 100.00, GBP: 80.00 } }',
      )
      .replace(
        '{ month: 18.00, year: 180.00 }',
        '{ month: { USD: 18.00, GBP: 15.00 }, year: { USD: 180.00, GBP: 150.00 } }',
      )
    writeFileSync(catalog, text)
    server = await startTestServer({ env: { CATALOG: catalog } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const series = async (args: Omit<MetricsVariables, 'metrics'> = {}): Promise<string[]> => {
    const all = await figures(server, operator, { metrics: METRICS, ...args })
    const groups = Map.groupBy(all, ({ currency, groups: values }) => JSON.stringify([currency, values]))
    const lines = [...groups.values()].flatMap((ofGroup) =>
      ofGroup[0]!.points.map(({ from }, index) => ({
        from,
        line: lineOf(
          from,
          ofGroup[0]!,
          Object.fromEntries(ofGroup.map(({ metric, points }) => [metric, points[index]!.value])) as Point,
        ),
      })),
    )
    return lines
      .toSorted((left, right) => (left.from < right.from ? -1 : left.from > right.from ? 1 : 0))
      .map(({ line }) => line)
  }
  /** The points of one month in one currency, as they are now. */
  const month = async (begin: string, end: string, currency: string): Promise<string[]> =>
    (await series({ from: `${begin}T00:00:00Z`, to: `${end}T00:00:00Z` })).filter((line) =>
      line.includes(`| ${currency} |`),
    )

  it('has MRR, ARR and movements of each month, which later months do not change', async () => {
    expect(await series()).toEqual([])
    const ann = await subscribe(server, 'ann@example.com', { plan: 'business' })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'professional' })
    const carl = await subscribe(server, 'carl@example.com', {
      plan: 'professional',
      interval: { unit: 'YEAR', count: 1 },
      trialDays: 0,
    })
    await subscribe(server, 'gwen@example.com', { plan: 'professional', currency: 'GBP', trialDays: 0 })
    // Today counts: 12 × 18 + 100 dollars. Bob's trial does not.
    expect(await series({ from: '2026-01-01T00:00:00Z' })).toEqual([
      '2026-01-01 | GBP | 0.00 | new 96.00 (1) | ARR 96.00 | MRR 8.00 | 1 à 8.00',
      '2026-01-01 | USD | 0.00 | new 316.00 (2) | ARR 316.00 | MRR 26.33 | 2 à 13.17',
    ])

    await server.advanceTo('2026-02-01T00:00:00Z')
    // Bob pays 10 dollars a month since 29 January: 216 + 120 + 100. 436 / 12 = 36.333; 436 / 36 = 12.111.
    const january = ['2026-01-01 | USD | 0.00 | new 436.00 (3) | ARR 436.00 | MRR 36.33 | 3 à 12.11']
    expect(await month('2026-01-01', '2026-02-01', 'USD')).toEqual(january)

    await server.advanceTo('2026-02-10T00:00:00Z')
    await change(server, ann, 'changePlan', { plan: 'professional', at: 'PERIOD_END' })
    await change(server, carl, 'addAddon', { package: 'extra_storage' })
    // Ann's change waits for 15 February. Carl pays 2.50 × 12 = 30 more.
    expect(await month('2026-02-01', '2026-02-28', 'USD')).toEqual([
      '2026-02-01 | USD | 436.00 | expansion 30.00 (1) | ARR 466.00 | MRR 38.83 | 3 à 12.94',
    ])

    await server.advanceTo('2026-03-05T00:00:00Z')
    // Ann pays 120 instead of 216. 370 / 12 = 30.833; 370 / 36 = 10.277.
    const february = [
      '2026-02-01 | USD | 436.00 | expansion 30.00 (1) | contraction -96.00 (1) | ARR 370.00 | MRR 30.83 | 3 à 10.28',
    ]
    expect(await month('2026-02-01', '2026-03-01', 'USD')).toEqual(february)
    await change(server, bob, 'cancelSubscription', { at: 'NOW' })

    await server.advanceTo('2026-03-20T00:00:00Z')
    await change(server, ann, 'changePlan', { plan: 'business' })
    await server.advanceTo('2026-04-10T00:00:00Z')
    // Bob's 120 are gone, Ann pays 96 more. 346 / 12 = 28.833; 346 / 24 = 14.416.
    const march = [
      '2026-03-01 | USD | 370.00 | expansion 96.00 (1) | churned -120.00 (1) | ARR 346.00 | MRR 28.83 | 2 à 14.42',
    ]
    expect(await month('2026-03-01', '2026-04-01', 'USD')).toEqual(march)

    await subscribe(server, 'bob@example.com', { plan: 'business', trialDays: 0 })
    await server.advanceTo('2026-05-02T00:00:00Z')
    // Bob returns with 216. 562 / 12 = 46.833; 562 / 36 = 15.611.
    const april = ['2026-04-01 | USD | 346.00 | reactivated 216.00 (1) | ARR 562.00 | MRR 46.83 | 3 à 15.61']
    const may = ['2026-05-01 | USD | 562.00 | ARR 562.00 | MRR 46.83 | 3 à 15.61']
    const all = await series({ from: '2026-01-01T00:00:00Z' })
    expect(all.filter((line) => line.includes('USD'))).toEqual([...january, ...february, ...march, ...april, ...may])
    expect(all.filter((line) => line.includes('GBP'))).toEqual([
      '2026-01-01 | GBP | 0.00 | new 96.00 (1) | ARR 96.00 | MRR 8.00 | 1 à 8.00',
      ...['2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01'].map(
        (begin) => `${begin} | GBP | 96.00 | ARR 96.00 | MRR 8.00 | 1 à 8.00`,
      ),
    ])
  })

  it('moves the amount from plan to plan in points by plan', async () => {
    const byPlan = await series({
      from: '2026-02-01T00:00:00Z',
      to: '2026-04-01T00:00:00Z',
      groupBy: ['PLAN'],
    })
    expect(byPlan.filter((line) => line.includes('USD')).toSorted()).toEqual([
      '2026-02-01 | USD | business | 216.00 | contraction -216.00 (1) | ARR 0.00 | MRR 0.00 | 0 à -',
      // Bob 120, Carl 100. Ann comes with 120, Carl pays 30 more.
      '2026-02-01 | USD | professional | 220.00 | expansion 150.00 (2) | ARR 370.00 | MRR 30.83 | 3 à 10.28',
      '2026-03-01 | USD | business | 0.00 | expansion 216.00 (1) | ARR 216.00 | MRR 18.00 | 1 à 18.00',
      '2026-03-01 | USD | professional | 370.00 | contraction -120.00 (1) | churned -120.00 (1) | ARR 130.00 | MRR 10.83 | 1 à 10.83',
    ])
  })

  it('is a file for spreadsheets with negative amounts as numbers', async () => {
    const file = await server.rest(
      'GET',
      '/api/v1/analytics/recurring-revenue.csv?from=2026-03-01&to=2026-04-01&by=month',
      { token: operator },
    )
    expect(String(file.body).trim().split('\n').toSorted()).toEqual([
      '2026-03-01T00:00:00.000Z,2026-04-01T00:00:00.000Z,GBP,professional,1,8.00,96.00,0.00,0.00,0.00,0.00,0.00,96.00',
      '2026-03-01T00:00:00.000Z,2026-04-01T00:00:00.000Z,USD,business,1,18.00,0.00,0.00,216.00,0.00,0.00,0.00,216.00',
      '2026-03-01T00:00:00.000Z,2026-04-01T00:00:00.000Z,USD,professional,1,10.83,370.00,0.00,0.00,-120.00,-120.00,0.00,130.00',
      'from,to,currency,plan,accounts,mrr,arr_at_start,new,expansion,contraction,churned,reactivated,arr',
    ])
  })

  it('has points by day, and refuses a range of too many', async () => {
    const days = await series({
      from: '2026-03-04T12:00:00Z',
      to: '2026-03-06T00:00:00Z',
      interval: 'DAY',
    })
    expect(days.filter((line) => line.includes('USD'))).toEqual([
      '2026-03-04 | USD | 370.00 | ARR 370.00 | MRR 30.83 | 3 à 10.28',
      '2026-03-05 | USD | 370.00 | churned -120.00 (1) | ARR 250.00 | MRR 20.83 | 2 à 10.42',
    ])
    const { errors } = await server.graphql(
      Metrics,
      { metrics: ['ARR'], from: '2020-01-01T00:00:00Z', interval: 'DAY' },
      operator,
    )
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'from' })
  })
})
