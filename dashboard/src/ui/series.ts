import type { Metric } from '@stackgate/client'
import type { MetricSeriesFields, MetricTotalFields } from '@stackgate/client/documents'
import type { ChartProps } from './chart.js'
import { chartWords } from '../words/en/charts.js'
import { clockHour, differenceText, hour, shortCount } from './chart-format.js'
import { count, date, day, longMonth, money, month, percent } from './format.js'
import { shortMoney } from './money.js'
import type { TimeRange } from './time-range.js'

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
  // A minus sign is as wide as a digit.
  if (value?.money) return money(value.money).replace('-', '−')
  const number = value?.units ?? value?.number ?? null
  return number === null ? '–' : count(number)
}

/** A value as a number. Null if there is none. */
export const metricNumber = (value: MetricValue | undefined): number | null => {
  const text = value?.money?.decimal ?? value?.units ?? value?.number ?? null
  return text === null ? null : Number(text)
}

/** A ratio for people. */
export const ratioText = (value: MetricValue | undefined): string =>
  value?.number == null ? '–' : percent(value.number)

interface NamedValue {
  readonly label: string
  /** Name in the tooltip. Default: the label. */
  readonly title?: string
  readonly value: MetricValue | undefined
}

/** A chart of one metric, whose values have one currency. */
export function chartOf(
  name: string,
  values: readonly NamedValue[],
  isRatio = false,
): Pick<ChartProps, 'name' | 'points' | 'series' | 'text' | 'tick' | 'isRatio'> {
  const currency = values.find(({ value }) => value?.money)?.value?.money?.currency
  const numbers = values.map(({ value }) => metricNumber(value) ?? 0)
  return {
    name,
    points: values.map(({ value: _value, ...point }) => point),
    series: [{ name, values: numbers }],
    ...(currency
      ? { text: (value) => money({ decimal: String(value), currency }), tick: (value) => shortMoney(value, currency) }
      : isRatio
        ? { text: percent, isRatio }
        : { text: count, tick: shortCount }),
  }
}

/** The rows from the first one in which something happened, and at least the last one. */
export const fromFirst = (rows: readonly SeriesRow[]): readonly SeriesRow[] => {
  const first = rows.findIndex(({ from: _from, ...values }) =>
    Object.values(values).some((value) => metricNumber(value)),
  )
  return rows.slice(first)
}

/** Values of a metric by period. */
export const periodsOf = (
  rows: readonly SeriesRow[],
  metric: Metric,
  interval: TimeRange['interval'] = 'MONTH',
): NamedValue[] =>
  rows.map((row) => ({
    label: periodLabel(row.from, interval),
    title: periodName(row.from, interval),
    value: row[metric],
  }))

/** A period on the axis. */
export const periodLabel = (from: string, interval: TimeRange['interval']): string =>
  ({ HOUR: clockHour, DAY: day, MONTH: month })[interval](from)

/** A period in a tooltip or a table. */
export const periodName = (from: string, interval: TimeRange['interval']): string =>
  ({ HOUR: hour, DAY: date, MONTH: longMonth })[interval](from)

/** Difference of the total of a metric from that of the range before. Empty without one. */
export function changeText(
  { total, currency }: SeriesTable,
  before: SeriesTable | undefined,
  metric: Metric,
  isRatio = false,
): string {
  const earlier = metricNumber(before?.total[metric])
  const text = (value: number) =>
    isRatio
      ? percent(value)
      : total[metric]?.money
        ? money({ decimal: String(value), currency: currency! })
        : count(value)
  const difference = differenceText(metricNumber(total[metric]), earlier, { text, isRatio })
  if (earlier === metricNumber(total[metric])) return earlier === null ? '' : chartWords.unchanged
  return difference === null ? '' : `${difference} ${chartWords.earlier(text(earlier!))}`
}

/** Values of the first groups by their name, as many as a chart has room for. */
export const groupsOf = (tables: readonly SeriesTable[], metric: Metric, group: string): NamedValue[] =>
  tables.slice(0, 12).map(({ groups, total }) => ({
    label: groups.find((each) => each.group === group)?.label ?? '',
    value: total[metric],
  }))
