import { toDecimal } from '#services/kernel/money/money.js'
import type { Table } from '#services/kernel/files/table.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireOperator } from '#services/identity/model/guard.js'
import { periodStart } from '#services/kernel/clock/partial-periods.js'
import { creditSummaries, type CreditSummary } from '#services/entitlements/metrics/credits.js'
import { metricRows, type MetricRow } from './metric-rows.js'
import type { MetricInterval } from '#services/entitlements/metrics/metric.js'
import type { MetricsRequest } from './read-metrics.js'
import { METRICS, type MetricName } from './registry.js'

/** Parameters of a report. */
export interface ReportRequest {
  readonly from?: Date | null
  readonly to?: Date | null
  readonly by?: 'DAY' | 'MONTH' | null
}

type MakeReport = (context: CatalogContext, request: ReportRequest) => Promise<Table>

/** A report by the name of its file, for operators. */
export async function csvReport(context: CatalogContext, name: string, request: ReportRequest): Promise<Table> {
  requireOperator(context, 'ops:read')
  if (!Object.hasOwn(REPORTS, name))
    throw new AppError(
      'NOT_FOUND',
      `Report '${name}' not found. Available reports: ${Object.keys(REPORTS).join(', ')}.`,
    )
  return REPORTS[name]!(context, request)
}

const GROUPS_AT_ONCE = 1_000

/** Value of a column. */
type Cell = MetricName | ((row: MetricRow, context: CatalogContext, by: 'DAY' | 'MONTH') => unknown)

interface Report extends Pick<MetricsRequest, 'groupBy'> {
  readonly columns: Readonly<Record<string, Cell>>
  readonly interval: (by: 'DAY' | 'MONTH') => MetricInterval
  /** Start of the range without `from`. Default: that of the figures. */
  readonly from?: (to: Date, by: 'DAY' | 'MONTH') => Date | null
  /** Keeps the rows of some series. Default: all. */
  readonly keeps?: (rows: readonly MetricRow[]) => boolean
  /** Keeps some rows of a series. Default: all. */
  readonly keepsRow?: (row: MetricRow) => boolean
}

const from: Cell = ({ range }) => range.from.toISOString()
const to: Cell = ({ range }) => range.to.toISOString()
const currency: Cell = (row) => row.currency
const plan: Cell = ({ groups }) => groups.PLAN ?? ''
const productOf = ({ groups }: MetricRow, { catalog }: CatalogContext) =>
  catalog.current().productById.get(groups.PRODUCT ?? '')

/** A range never ends after now. */
const earlier = (to: Date | null | undefined, now: Date): Date => (to && to < now ? to : now)

const byPeriod = (by: 'DAY' | 'MONTH'): MetricInterval => by
const ofRange = (): MetricInterval => 'RANGE'
const daysBefore = (days: number) => (end: Date) => new Date(end.getTime() - days * 86_400_000)

const cellOf = (cell: Cell, row: MetricRow, context: CatalogContext, by: 'DAY' | 'MONTH'): unknown => {
  if (typeof cell === 'function') return cell(row, context, by)
  const value = row.values[cell]
  if (METRICS[cell].unit !== 'MONEY' || value === null) return value
  return toDecimal({ amountMinor: value, currency: row.currency! })
}

/** Makes a report of metrics. Rows by period are in the order of time, others in that of the figures. */
const metricReport =
  (report: Report): MakeReport =>
  async (context, request) => {
    const by = request.by ?? 'DAY'
    const interval = report.interval(by)
    const rows = metricRows(context, {
      ...request,
      from: request.from ?? report.from?.(earlier(request.to, context.clock.now()), by) ?? null,
      metrics: Object.values(report.columns).filter((cell) => typeof cell === 'string'),
      groupBy: report.groupBy ?? [],
      interval,
    })
    const columns = Object.keys(report.columns)
    const cells = (row: MetricRow) => Object.values(report.columns).map((cell) => cellOf(cell, row, context, by))
    // Reads the first page before anything is sent, so that an invalid range gets an error.
    const first = await rows.next()
    if (interval === 'RANGE') return { columns, rows: mapRows(first, rows, cells) }
    const all: MetricRow[] = []
    for await (const row of mapRows(first, rows, (one) => one)) all.push(row)
    const series = Map.groupBy(all, ({ currency: of, groups }) => JSON.stringify([of, groups]))
    const kept = [...series.values()]
      .filter((one) => report.keeps?.(one) ?? true)
      .flatMap((one) => one.filter((row) => report.keepsRow?.(row) ?? true))
    return {
      columns,
      rows: kept.toSorted((left, right) => left.range.from.getTime() - right.range.from.getTime()).map(cells),
    }
  }

async function* mapRows<Row, Result>(
  first: IteratorResult<Row, void>,
  rows: AsyncGenerator<Row, void>,
  map: (row: Row) => Result,
): AsyncGenerator<Result> {
  if (first.done) return
  yield map(first.value)
  for await (const row of rows) yield map(row)
}

/** Every report, by the name of its file. */
const REPORTS: Readonly<Record<string, MakeReport>> = {
  'package-performance': metricReport({
    groupBy: ['PRODUCT'],
    interval: ofRange,
    columns: {
      product: (row, context) => productOf(row, context)?.code ?? row.groups.PRODUCT,
      type: (row, context) => productOf(row, context)?.type ?? '',
      currency,
      purchases: 'PURCHASES',
      revenue: 'REVENUE',
      gross: 'GROSS',
      taken_back: 'REVERSED',
      average: 'AVERAGE_PURCHASE',
      trend_30_days: 'REVENUE_TREND',
      conversion_rate: 'CHECKOUT_CONVERSION_RATE',
    },
  }),
  revenue: metricReport({
    interval: byPeriod,
    from: daysBefore(365),
    keeps: (rows) => rows.some(({ values }) => values.PURCHASES! > 0),
    columns: {
      // Whole periods, although the first and the last are counted in part.
      from: ({ range }, _, by) => periodStart(range.from, by, 0).toISOString(),
      to: ({ range }, _, by) => periodStart(range.from, by, 1).toISOString(),
      currency,
      purchases: 'PURCHASES',
      revenue: 'REVENUE',
      gross: 'GROSS',
      taken_back: 'REVERSED',
    },
  }),
  'comped-plans': metricReport({
    interval: ofRange,
    columns: {
      plan,
      accounts: 'COMPED_ACCOUNTS',
      quantity: 'COMPED_UNITS',
      list_per_month: 'COMPED_LIST_PRICE',
      currency,
    },
  }),
  'recurring-revenue': metricReport({
    groupBy: ['PLAN'],
    interval: byPeriod,
    columns: {
      from,
      to,
      currency,
      plan,
      accounts: 'PAYING_ACCOUNTS',
      mrr: 'MRR',
      arr_at_start: 'ARR_AT_START',
      new: 'ARR_NEW',
      expansion: 'ARR_EXPANSION',
      contraction: 'ARR_CONTRACTION',
      churned: 'ARR_CHURNED',
      reactivated: 'ARR_REACTIVATED',
      arr: 'ARR',
    },
  }),
  cohorts: metricReport({
    groupBy: ['COHORT'],
    interval: () => 'MONTH',
    keepsRow: ({ values }) => values.ACQUIRED_ACCOUNTS! > 0,
    columns: {
      cohort: ({ groups }) => groups.COHORT,
      from,
      to,
      currency,
      acquired_accounts: 'ACQUIRED_ACCOUNTS',
      accounts: 'PAYING_ACCOUNTS',
      acquired_mrr: 'ACQUIRED_MRR',
      mrr: 'MRR',
    },
  }),
  'trial-conversion': metricReport({
    interval: byPeriod,
    columns: {
      from,
      to,
      started: 'TRIALS_STARTED',
      converted: 'TRIALS_CONVERTED',
      running: 'TRIALS_RUNNING',
      lost: 'TRIALS_LOST',
      conversion_rate: 'TRIAL_CONVERSION_RATE',
    },
  }),
  churn: metricReport({
    interval: (by) => (by === 'MONTH' ? 'MONTH' : 'RANGE'),
    from: (end, by) => (by === 'MONTH' ? null : daysBefore(30)(end)),
    columns: {
      from,
      to,
      start_count: 'SUBSCRIBERS_AT_START',
      lost: 'SUBSCRIBERS_LOST',
      rate: 'CHURN_RATE',
      definition: () => METRICS.CHURN_RATE.definition,
    },
  }),
  'credit-packs': metricReport({
    interval: ofRange,
    columns: {
      package: (row, context) => productOf(row, context)?.code,
      name: (row, context) => productOf(row, context)?.name,
      purchases: 'CREDIT_PACKS_SOLD',
    },
  }),
  'usage-by-plan': metricReport({
    groupBy: ['PLAN'],
    interval: ofRange,
    columns: { plan, feature: ({ groups }) => groups.FEATURE, used: 'USAGE' },
  }),
  'user-credit-summary': async (context) => {
    // Reads the first page before anything is sent, so that an error gets its status.
    const first = await creditSummaries(context, { after: null, limit: GROUPS_AT_ONCE })
    return { columns: SUMMARY_COLUMNS, rows: summaryRows(context, first) }
  },
}

const SUMMARY_COLUMNS = [
  'account',
  'name',
  'feature',
  'granted',
  'used',
  'reserved',
  'expired',
  'revoked',
  'remaining',
  'next_expiry',
]

async function* summaryRows(context: CatalogContext, first: CreditSummary[]): AsyncGenerator<readonly unknown[]> {
  for (let page = first; page.length > 0;) {
    const accounts = await context.database.query
      .selectFrom('account')
      .select(['id', 'kind', 'externalId', 'name'])
      .where('id', 'in', [...new Set(page.map(({ accountId }) => accountId))])
      .execute()
    const byId = new Map(accounts.map((account) => [account.id, account]))
    for (const row of page) {
      const { kind = '', externalId = '', name = '' } = byId.get(row.accountId) ?? {}
      const { feature, granted, used, reserved, expired, revoked, remaining, nextExpiry } = row
      yield [
        `${kind.toLowerCase()}:${externalId}`,
        name,
        feature,
        granted,
        used,
        reserved,
        expired,
        revoked,
        remaining,
        nextExpiry?.toISOString() ?? '',
      ]
    }
    const { accountId, feature } = page.at(-1)!
    page =
      page.length < GROUPS_AT_ONCE
        ? []
        : await creditSummaries(context, { after: [accountId, feature], limit: GROUPS_AT_ONCE })
  }
}
