import {
  COST_CURRENCY,
  centsOf,
  mainPlanParameters,
  readSpentOfAll,
  spentGroups,
  totalSpent,
} from '#services/entitlements/metrics/usage.js'
import {
  USUAL_INTERVALS,
  metricsOf,
  pageOfGroups,
  sumRows,
  type GroupRows,
  type MetricSource,
} from '#services/entitlements/metrics/metric.js'
import { revenueOfAccounts, type AccountRevenue } from '../journal/account-revenue.sql.js'

/** Revenue of a currency, and what the uses of its accounts cost. */
interface Margin {
  readonly revenueMinor: number
  /** Null in another currency than that of the costs. */
  readonly marginMinor: number | null
  readonly unknown: number
}

const margin: MetricSource<Margin> = {
  name: 'margin',
  scope: 'INSTALLATION',
  groups: ['ACCOUNT', 'PLAN'],
  intervals: USUAL_INTERVALS,
  isPerCurrency: true,
  read: async (context, request) => {
    const { range, bounds, groupBy } = request
    const partsOf = ({ accountId, plan }: AccountRevenue) => [
      groupBy.includes('ACCOUNT') ? accountId : '',
      groupBy.includes('PLAN') ? plan : '',
    ]
    const rows = await context.database.rows(revenueOfAccounts, {
      ...range,
      bounds,
      ...mainPlanParameters(context.catalog.current()),
    })
    const spent = await readSpentOfAll(context, request)
    const placed = [
      ...rows.map((row) => ({ place: [row.currency, ...partsOf(row)], revenue: [row], costs: [] })),
      ...spent.map((row) => ({ place: [COST_CURRENCY, ...row.parts.slice(0, 2)], revenue: [], costs: [row] })),
    ]
    const series = Map.groupBy(placed, ({ place }) => JSON.stringify(place))
    const groups = [...series.values()].map((ofOne): GroupRows<Margin> => {
      const [currency = '', ...parts] = ofOne[0]!.place
      const rowOf = (isIn: (row: { readonly period: number }) => boolean): Margin => {
        const { revenueMinor } = sumRows(ofOne.flatMap(({ revenue }) => revenue).filter(isIn), ['revenueMinor'])
        const { cost, unknown } = totalSpent(ofOne.flatMap(({ costs }) => costs).filter(isIn))
        return {
          revenueMinor,
          marginMinor: currency === COST_CURRENCY ? revenueMinor - centsOf(cost) : null,
          unknown,
        }
      }
      const total = rowOf(() => true)
      return {
        key: [currency, lowestFirst(total.marginMinor ?? total.revenueMinor), ...parts],
        groups: spentGroups(request, parts),
        currency,
        points: request.periods.map((_, index) => rowOf(({ period }) => period === index + 1)),
        total,
      }
    })
    return pageOfGroups(groups, request)
  },
}

/** A text that sorts lower amounts first. */
const lowestFirst = (minor: number): string => String(BigInt(minor) + BigInt(Number.MAX_SAFE_INTEGER)).padStart(17, '0')

const { number, money } = metricsOf(margin)
const ORDER = 'The lowest margin comes first. By plan: the plan that the account had at the end of the day.'

export const marginMetrics = {
  RECOGNIZED_REVENUE: money(
    `Revenue of the journal: that of each day, minus refunds, credit notes and chargebacks, without taxes. ${ORDER}`,
    ({ revenueMinor }) => revenueMinor,
  ),
  MARGIN: money(
    `Revenue of the journal minus COST. None in another currency than US dollars. Uses whose cost is not known are in MARGIN_UNKNOWN_COSTS. ${ORDER}`,
    ({ marginMinor }) => marginMinor,
  ),
  MARGIN_RATE: number(
    `MARGIN divided by the revenue of the journal. None without revenue, and in another currency than US dollars. ${ORDER}`,
    ({ revenueMinor, marginMinor }) => (marginMinor === null || revenueMinor <= 0 ? null : marginMinor / revenueMinor),
  ),
  MARGIN_UNKNOWN_COSTS: number(
    `Number of uses whose cost is not known and which MARGIN therefore does not include. ${ORDER}`,
    ({ unknown }) => unknown,
  ),
}
