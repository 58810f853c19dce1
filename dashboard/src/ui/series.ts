import type { Metric } from '@stackgate/client'
import type { MetricSeriesFields, MetricTotalFields } from '@stackgate/client/documents'
import { count, money, month, percent } from './format.js'

export type MetricValue = MetricTotalFields['total']
type Series = MetricTotalFields & Partial<Pick<MetricSeriesFields, 'points'>>

/** Values of all metrics in one period. */
export type SeriesRow = { readonly from: string } & Readonly<Partial<Record<Metric, MetricValue>>>

/** The series of one group and currency: a row for each period, and one for the whole range. */
export interface SeriesTable {
  readonly key: string
  readonly currency: string | null
  readonly groups: MetricTotalFields['groups']
  readonly rows: readonly SeriesRow[]
  readonly total: Readonly<Partial<Record<Metric, MetricValue>>>
}

/** Puts the metrics of a group side by side. */
export function tablesOf(series: readonly Series[] = []): readonly SeriesTable[] {
  const byGroup = Map.groupBy(series, ({ currency, groups }) =>
    [currency, ...groups.map(({ value }) => value)].join(' '),
  )
  return [...byGroup].map(([key, ofGroup]) => ({
    key,
    currency: ofGroup[0]!.currency,
    groups: ofGroup[0]!.groups,
    rows: (ofGroup[0]!.points ?? []).map(({ from }, index) => ({
      from,
      ...Object.fromEntries(ofGroup.map(({ metric, points }) => [metric, points?.[index]?.value])),
    })),
    total: Object.fromEntries(ofGroup.map(({ metric, total }) => [metric, total])),
  }))
}

/** A value for people. */
export function valueText(value: MetricValue | undefined): string {
  if (value?.money) return money(value.money)
  const number = value?.units ?? value?.number ?? null
  return number === null ? '–' : count(number)
}

/** A ratio for people. */
export const ratioText = (value: MetricValue | undefined): string =>
  value?.number == null ? '–' : percent(value.number)

/** Length of a bar. */
export const sizeOf = (value: MetricValue | undefined): number =>
  value?.money ? Number(value.money.decimal) : (value?.units ?? value?.number ?? 0)

/** A chart of one metric by month. */
export const barsOf = (rows: readonly SeriesRow[], metric: Metric, text = valueText) =>
  rows.map((row) => ({ name: month(row.from), value: sizeOf(row[metric]), text: text(row[metric]) }))
