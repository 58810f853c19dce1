import { monthlyAmount } from '#services/catalog/products/interval.js'
import { recurringMovements, type MovementRow } from '#services/billing/analytics/recurring-revenue.sql.js'
import {
  USUAL_INTERVALS,
  metricsOf,
  pageOfGroups,
  sumRows,
  type GroupRows,
  type Metric,
  type MetricSource,
  type SourceRequest,
} from '#services/entitlements/metrics/metric.js'

const MOVEMENTS = {
  NEW: 'of accounts that had never paid recurringly before',
  EXPANSION: 'of accounts that paid at the start, by increases: higher plans, more units, add-ons',
  CONTRACTION: 'of accounts that still pay at the end, by decreases; negative',
  CHURNED: 'of accounts that pay nothing any more; negative',
  REACTIVATED: 'of accounts that returned',
} as const
type MovementName = keyof typeof MOVEMENTS
const NAMES = Object.keys(MOVEMENTS) as MovementName[]

/** Change of the yearly amounts of some accounts. */
interface Movement {
  readonly yearlyMinor: number
  readonly accounts: number
}

interface Recurring extends Readonly<Record<MovementName, Movement>> {
  /** Yearly amounts at the start and at the end. */
  readonly openingMinor: number
  readonly closingMinor: number
  /** Accounts with a recurring amount at the end. */
  readonly accounts: number
  /** Accounts that have ever had one, and their first amounts. */
  readonly acquired: number
  readonly acquiredMinor: number
}

const recurring: MetricSource<Recurring> = {
  name: 'recurring',
  scope: 'INSTALLATION',
  groups: ['PLAN', 'COHORT'],
  intervals: USUAL_INTERVALS,
  isPerCurrency: true,
  read: async ({ database, catalog }, request) => {
    const { bounds, groupBy } = request
    const byPlan = groupBy.includes('PLAN')
    const rows = await database.rows(recurringMovements, {
      bounds,
      byPlan,
      byCohort: groupBy.includes('COHORT'),
      withAcquired: request.metrics.some((name) => name.startsWith('ACQUIRED_')),
    })
    const series = Map.groupBy(rows, ({ currency, planId, cohort }) => JSON.stringify([currency, planId, cohort]))
    const groups = [...series.values()].map((ofOne) => {
      const { currency, planId, cohort } = ofOne[0]!
      const code = catalog.current().planById.get(planId ?? '')?.code ?? null
      const points = pointsOf(ofOne, request)
      return {
        key: [currency, planId ?? '', cohort ?? ''],
        groups: { PLAN: code, COHORT: cohort },
        currency,
        points,
        total: totalOf(points),
      } satisfies GroupRows<Recurring>
    })
    return pageOfGroups(groups, request)
  },
}

/** Sums up to the end of a period. */
const SUMS = ['yearlyMinor', 'joined', 'acquired', 'acquiredMinor'] as const

const sumOf = (rows: readonly MovementRow[]): Movement => sumRows(rows, ['yearlyMinor', 'accounts'])

const forEachMovement = (make: (name: MovementName) => Movement) =>
  Object.fromEntries(NAMES.map((name) => [name, make(name)])) as Record<MovementName, Movement>

/** Pure: the points of one currency and plan. */
function pointsOf(rows: readonly MovementRow[], { periods }: SourceRequest): Recurring[] {
  const byPeriod = Map.groupBy(rows, ({ period }) => period)
  let sums = sumRows(byPeriod.get(0) ?? [], SUMS)
  return periods.map((_, index) => {
    const moved = byPeriod.get(index + 1) ?? []
    const openingMinor = sums.yearlyMinor
    sums = sumRows([sums, ...moved], SUMS)
    return {
      openingMinor,
      closingMinor: sums.yearlyMinor,
      accounts: sums.joined,
      acquired: sums.acquired,
      acquiredMinor: sums.acquiredMinor,
      ...forEachMovement((name) => sumOf(moved.filter((row) => nameOf(row) === name))),
    }
  })
}

function nameOf({ kind, isIncrease }: MovementRow): string {
  if (kind !== 'CHANGED') return kind
  return isIncrease ? 'EXPANSION' : 'CONTRACTION'
}

/** Pure: the first start, the last end, and the sum of all movements. */
const totalOf = (points: readonly Recurring[]): Recurring => ({
  openingMinor: points[0]?.openingMinor ?? 0,
  closingMinor: points.at(-1)?.closingMinor ?? 0,
  accounts: points.at(-1)?.accounts ?? 0,
  acquired: points.at(-1)?.acquired ?? 0,
  acquiredMinor: points.at(-1)?.acquiredMinor ?? 0,
  ...forEachMovement((name) =>
    sumRows(
      points.map((point) => point[name]),
      ['yearlyMinor', 'accounts'],
    ),
  ),
})

const ARR =
  'the list prices of a year of all running subscriptions with their add-ons, before discounts, credit and taxes: twelve times a monthly price, 52 times a weekly price, and so on. A trial counts from its end, an unpaid subscription until its grace period ends'
const WITHIN = 'Within a period only the difference of an account counts.'

const { number, money } = metricsOf(recurring)

const movementMetrics = Object.fromEntries(
  NAMES.flatMap((name): [string, Metric][] => [
    [`ARR_${name}`, money(`Change of ARR ${MOVEMENTS[name]}. ${WITHIN}`, (row) => row[name].yearlyMinor)],
    [
      `MRR_${name}`,
      money(`Change of MRR ${MOVEMENTS[name]}. Rounded once. ${WITHIN}`, (row) => monthlyAmount(row[name].yearlyMinor)),
    ],
    [`ACCOUNTS_${name}`, number(`Number ${MOVEMENTS[name]}. ${WITHIN}`, (row) => row[name].accounts)],
  ]),
) as Record<`${'ARR' | 'MRR' | 'ACCOUNTS'}_${MovementName}`, Metric>

export const recurringMetrics = {
  ARR: money(`Annual recurring revenue at the end of the period: ${ARR}.`, ({ closingMinor }) => closingMinor),
  MRR: money(
    `Monthly recurring revenue at the end of the period: ARR divided by twelve, rounded once. ARR is ${ARR}.`,
    ({ closingMinor }) => monthlyAmount(closingMinor),
  ),
  ARR_AT_START: money(
    'ARR at the start of the period. With the five movements it sums to ARR.',
    (row) => row.openingMinor,
  ),
  MRR_AT_START: money('MRR at the start of the period: ARR divided by twelve, rounded once.', (row) =>
    monthlyAmount(row.openingMinor),
  ),
  ARPU: money(
    'Average MRR per paying account at the end of the period, rounded once. None without paying accounts.',
    ({ closingMinor, accounts }) => (accounts === 0 ? null : monthlyAmount(closingMinor, accounts)),
  ),
  PAYING_ACCOUNTS: number(
    'Number of accounts with recurring revenue at the end of the period.',
    ({ accounts }) => accounts,
  ),
  ACQUIRED_ACCOUNTS: number(
    'Number of accounts that have paid recurringly until the end of the period, also if they pay nothing any more. By COHORT: all accounts of the cohort.',
    ({ acquired }) => acquired,
  ),
  ACQUIRED_MRR: money(
    'MRR of the acquired accounts by the amounts with which they began, rounded once. By COHORT: what the cohort began with.',
    ({ acquiredMinor }) => monthlyAmount(acquiredMinor),
  ),
  ...movementMetrics,
}
