import { toDecimal } from '#services/kernel/money/money.js'
import type { Table } from '#services/kernel/files/table.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireOperator } from '#services/identity/model/guard.js'
import { metricRows, type MetricRow } from './metric-rows.js'
import type { MetricInterval } from './metric.js'
import type { MetricsRequest } from './read-metrics.js'

/** Parameters of a report. */
export interface ReportRequest {
  readonly from?: Date | null
  readonly to?: Date | null
  readonly by?: 'DAY' | 'MONTH' | null
}

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Reports of the modules, by the names of their files. */
    readonly reports: Readonly<Record<string, MakeReport>>
  }
}

/** Makes a report for operators. */
export type MakeReport = (context: CatalogContext, request: ReportRequest) => Promise<Table>

/** A report by the name of its file, for operators. */
export async function csvReport(context: CatalogContext, name: string, request: ReportRequest): Promise<Table> {
  requireOperator(context, 'ops:read')
  const { reports } = context.declared
  if (!Object.hasOwn(reports, name))
    throw new AppError(
      'NOT_FOUND',
      `Report '${name}' not found. Available reports: ${Object.keys(reports).join(', ')}.`,
    )
  return reports[name]!(context, request)
}

/** Value of a column: a metric, or what is made of a row. */
type Cell = string | ((row: MetricRow, context: CatalogContext, by: 'DAY' | 'MONTH') => unknown)

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

/** Columns of several reports. */
export const from: Cell = ({ range }) => range.from.toISOString()
export const to: Cell = ({ range }) => range.to.toISOString()
export const currency: Cell = (row) => row.currency
export const plan: Cell = ({ groups }) => groups.PLAN ?? ''

/** A range never ends after now. */
const earlier = (to: Date | null | undefined, now: Date): Date => (to && to < now ? to : now)

/** Intervals of the figures: the requested one, or the whole range. */
export const byPeriod = (by: 'DAY' | 'MONTH'): MetricInterval => by
export const ofRange = (): MetricInterval => 'RANGE'

const cellOf = (cell: Cell, row: MetricRow, context: CatalogContext, by: 'DAY' | 'MONTH'): unknown => {
  if (typeof cell === 'function') return cell(row, context, by)
  const value = row.values[cell] ?? null
  if (context.declared.metrics[cell]!.unit !== 'MONEY' || value === null) return value
  return toDecimal({ amountMinor: value, currency: row.currency! })
}

/** Makes a report of metrics. Rows by period are in the order of time, others in that of the figures. */
export const metricReport =
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
