import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import type { MetricGroup } from './metric.js'
import { readMetrics, type MetricsRequest } from './read-metrics.js'

/** All metrics of a report, of one group, currency and period. */
export interface MetricRow {
  readonly range: DateRange
  readonly currency: string | null
  readonly groups: Readonly<Partial<Record<MetricGroup, string | null>>>
  /** Numbers, units, or amounts in minor units. */
  readonly values: Readonly<Record<string, number | null>>
}

const GROUPS_AT_ONCE = 1_000
/** About ten years of days. */
const MAX_PERIODS = 4_000

/** Rows of the installation by group, then by period. The metrics are of one source. */
export async function* metricRows(context: CatalogContext, request: MetricsRequest): AsyncGenerator<MetricRow> {
  const { metrics } = request
  const read = (after: string | null) =>
    readMetrics(
      context,
      { scope: 'INSTALLATION', id: '' },
      { maxPeriods: MAX_PERIODS, ...request },
      { first: GROUPS_AT_ONCE * metrics.length, after },
    )
  for (let page = await read(null); ; page = await read(page.cursors.at(-1)!)) {
    for (let at = 0; at < page.items.length; at += metrics.length) {
      const ofGroup = page.items.slice(at, at + metrics.length)
      const groups = Object.fromEntries(ofGroup[0]!.groups.map(({ group, value }) => [group, value]))
      const currency = ofGroup.find((series) => series.currency !== null)?.currency ?? null
      for (const [index, { range }] of ofGroup[0]!.points.entries())
        yield {
          range,
          currency,
          groups,
          values: Object.fromEntries(ofGroup.map(({ metric, points }) => [metric, points[index]!.value])),
        }
    }
    if (!page.hasNextPage) return
  }
}
