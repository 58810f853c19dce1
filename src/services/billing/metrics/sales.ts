import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { roundedQuotient } from '#services/kernel/money/rounded-quotient.js'
import { salesPage, sumSales, type SalesSums } from '../analytics/sales.sql.js'
import { splitDateRangeParameters } from '#services/entitlements/analytics/split-date-range.js'
import {
  USUAL_INTERVALS,
  metricsOf,
  pageOfGroups,
  rowsByPeriod,
  sumRows,
  type GroupRows,
  type MetricSource,
  type SourceRequest,
} from '#services/entitlements/metrics/metric.js'

/** Sales, and the change of revenue in the thirty days before the end of the range. */
interface Sales extends SalesSums {
  /** Absent if it was not read. Null if the thirty days before had no revenue. */
  readonly trend?: number | null
}

const THIRTY_DAYS_MS = 30 * 86_400_000
const NAMES = ['purchases', 'grossMinor', 'reversedMinor', 'checkoutsStarted', 'checkoutsCompleted'] as const
const NONE = sumRows<(typeof NAMES)[number]>([], NAMES)

const revenueOf = ({ grossMinor, reversedMinor }: SalesSums): number => grossMinor - reversedMinor

const sales: MetricSource<Sales> = {
  name: 'sales',
  scope: 'INSTALLATION',
  groups: ['PRODUCT'],
  intervals: USUAL_INTERVALS,
  isPerCurrency: true,
  read: async (context, request) => {
    const groups = request.groupBy.includes('PRODUCT')
      ? await salesOfProducts(context, request)
      : await allSales(context, request)
    return request.metrics.includes('REVENUE_TREND') ? withTrends(context, request, groups) : groups
  },
}

type SalesGroup = GroupRows<Sales> & { readonly currency: string }

/** By currency, highest revenue first. */
async function salesOfProducts({ database }: CatalogContext, request: SourceRequest): Promise<SalesGroup[]> {
  const [currency, revenue, productId] = request.after ?? []
  const rows = await database.rows(salesPage, {
    ...splitDateRangeParameters(request.range),
    afterCurrency: currency ?? null,
    afterRevenueMinor: revenue ? Number(revenue) : null,
    afterProductId: productId ?? null,
    limit: request.limit,
  })
  const isOnePeriod = request.periods.length < 2
  const parts = isOnePeriod ? [] : await salesByPeriod({ database }, request, rows)
  const byGroup = Map.groupBy(parts, groupOf)
  return rows.map((row) => ({
    key: [row.currency, String(revenueOf(row)), row.productId],
    groups: { PRODUCT: row.productId },
    currency: row.currency,
    points: isOnePeriod ? request.periods.map(() => row) : rowsByPeriod(byGroup.get(groupOf(row)) ?? [], request, NONE),
    total: row,
  }))
}

const groupOf = ({ productId, currency }: { readonly productId: string | null; readonly currency: string }) =>
  JSON.stringify([productId, currency])

type Bounds = Pick<SourceRequest, 'range' | 'bounds'>

/** Sales by period, of some products each by itself, or of all together. */
const salesByPeriod = (
  { database }: Pick<CatalogContext, 'database'>,
  { range, bounds }: Bounds,
  products: readonly { readonly productId: string }[] | null,
) =>
  database.rows(sumSales, {
    ...splitDateRangeParameters(range),
    bounds,
    byProduct: products !== null,
    productIds: products && [...new Set(products.map(({ productId }) => productId))],
  })

async function allSales(context: CatalogContext, request: SourceRequest): Promise<SalesGroup[]> {
  const byCurrency = Map.groupBy(await salesByPeriod(context, request, null), ({ currency }) => currency)
  const groups = [...byCurrency].map(([currency, rows]) => ({
    key: [currency],
    groups: {},
    currency,
    points: rowsByPeriod(rows, request, NONE),
    total: sumRows(rows, NAMES),
  }))
  return pageOfGroups(groups, request) as SalesGroup[]
}

/** Adds the change of the thirty days before the end against the thirty days before them. */
async function withTrends(
  context: CatalogContext,
  { range: { to }, groupBy }: SourceRequest,
  groups: readonly SalesGroup[],
): Promise<SalesGroup[]> {
  const products = groupBy.includes('PRODUCT')
    ? groups.map(({ groups: { PRODUCT } }) => ({ productId: PRODUCT! }))
    : null
  const daysBefore = (times: number): DateRange => ({
    from: new Date(to.getTime() - times * THIRTY_DAYS_MS),
    to: new Date(to.getTime() - (times - 1) * THIRTY_DAYS_MS),
  })
  // Two statements: each reads the days that its range covers in part row by row.
  const [latest, before] = await Promise.all(
    [1, 2].map(async (times) => {
      const range = daysBefore(times)
      const rows = await salesByPeriod(context, { range, bounds: [range.from, range.to] }, products)
      return new Map(rows.map((row) => [groupOf(row), revenueOf(row)]))
    }),
  )
  return groups.map((group) => {
    const key = groupOf({ productId: group.groups.PRODUCT ?? null, currency: group.currency })
    const trend = trendOf(latest!.get(key) ?? 0, before!.get(key) ?? 0)
    return { ...group, points: group.points.map((point) => ({ ...point, trend })), total: { ...group.total, trend } }
  })
}

/** Pure: change of revenue as a ratio. Null without earlier revenue. */
export const trendOf = (latest: number, before: number): number | null =>
  before > 0 ? (latest - before) / before : null

const { number, money } = metricsOf(sales)

export const salesMetrics = {
  PURCHASES: number(
    'Number of received payments. Each renewal is one, also if it was refunded later.',
    ({ purchases }) => purchases,
  ),
  GROSS: money('Sum of the received payments, by date of purchase.', ({ grossMinor }) => grossMinor),
  REVERSED: money(
    'Refunds and lost disputes of the purchases of the period, at any time.',
    ({ reversedMinor }) => reversedMinor,
  ),
  REVENUE: money('Received payments minus their refunds and lost disputes, by date of purchase.', revenueOf),
  AVERAGE_PURCHASE: money(
    'Revenue divided by the number of purchases, rounded to the nearest minor unit. Zero without purchases.',
    (row) => (row.purchases === 0 ? 0 : roundedQuotient(revenueOf(row), row.purchases)),
  ),
  REVENUE_TREND: number(
    'Revenue of the thirty days before the end of the range, divided by that of the thirty days before them, minus one. None without earlier revenue.',
    ({ trend }) => trend ?? null,
    { intervals: ['RANGE'] },
  ),
  CHECKOUT_CONVERSION_RATE: number(
    'Share of the checkouts started in the period that were paid, 0–1. None without checkouts; renewals have none.',
    ({ checkoutsStarted, checkoutsCompleted }) => (checkoutsStarted > 0 ? checkoutsCompleted / checkoutsStarted : null),
  ),
}

const packs: MetricSource<{ readonly purchases: number }> = {
  name: 'packs',
  scope: 'INSTALLATION',
  always: ['PRODUCT'],
  groups: [],
  intervals: USUAL_INTERVALS,
  isPerCurrency: false,
  read: async (context, request) => {
    const { packages } = context.catalog.current()
    const sold = packages.filter(({ type }) => type === 'CREDIT_PACK')
    const byProduct = Map.groupBy(await salesByPeriod(context, request, sold), ({ productId }) => productId)
    const groups = [...byProduct].flatMap(([productId, rows]) => {
      const purchases = request.periods.map((_, index) => ({
        purchases: sumRows(
          rows.filter(({ period }) => period === index + 1),
          ['purchases'],
        ).purchases,
      }))
      const total = sumRows(purchases, ['purchases'])
      if (total.purchases === 0) return []
      return [
        {
          key: [rankOf(total.purchases), productId!],
          groups: { PRODUCT: productId },
          currency: null,
          points: purchases,
          total,
        },
      ]
    })
    return pageOfGroups(groups, request)
  },
}

/** A text that sorts higher numbers first. */
const rankOf = (count: number): string => String(Number.MAX_SAFE_INTEGER - count).padStart(16, '0')

export const packMetrics = {
  CREDIT_PACKS_SOLD: metricsOf(packs).number(
    'Number of received payments for each credit pack in any currency, the most popular first.',
    ({ purchases }) => purchases,
  ),
}
