import type { MetricGroup as MetricGroupCode } from '#services/entitlements/metrics/metric.js'
import { entitlementMetrics, metricGroupTexts, metricTexts } from '#services/entitlements/metrics/registry.js'
import { listPage } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { CurrencyCode, DateTime, SafeInt } from '../kernel/scalars.js'

/** Modules add their figures. */
export const Metric = enumType(
  'Metric',
  'A figure, with its definition and what it supports.',
  metricTexts(entitlementMetrics),
)
export type Metric = string

/** Modules add the groups of their figures. */
export const MetricGroup = enumType(
  'MetricGroup',
  'Values by which a figure is split.',
  metricGroupTexts(entitlementMetrics) as Record<string, string>,
)
export type MetricGroup = MetricGroupCode

@objectType('Value of a figure. At most one field is set, and none without a value: a rate of nothing.')
export class MetricValue {
  readonly __typename!: 'MetricValue'

  @field('Count, or a ratio: rates are 0–1. Null for units and money.', () => Number, { nullable: true })
  number!: number | null

  @field('Units of the feature of the series. Null for other figures.', () => SafeInt, { nullable: true })
  units!: number | null

  @field('Amount in the currency of the series. Null for other figures.', () => Money, { nullable: true })
  money!: Money | null
}

@objectType('Figure of one period.')
export class MetricPoint {
  readonly __typename!: 'MetricPoint'

  @field('Start of the period, inclusive (business clock).', () => DateTime)
  from!: Date

  @field('End of the period, exclusive (business clock). At most now.', () => DateTime)
  to!: Date

  @field('Figure of the period.', () => MetricValue)
  value!: MetricValue
}

/** `label` and `node` are added by their resolver. */
@objectType('Value of a group.')
export class MetricGroupValue {
  readonly __typename!: 'MetricGroupValue'

  @field('The group.', () => MetricGroup)
  group!: MetricGroup

  @field(
    'Code of a plan, product or feature, ID of another object, or the text itself. Null for what belongs to none.',
    () => String,
    { nullable: true },
  )
  value!: string | null

  /** ID of the object that `node` loads. */
  nodeId!: string | null
}

@objectType('A figure over time, of one currency and one value of each group.')
export class MetricSeries {
  readonly __typename!: 'MetricSeries'

  @field('The figure.', () => Metric)
  metric!: Metric

  @field('Exact definition of the figure.', () => String)
  definition!: string

  @field('Values of the requested groups, after those by which the figure is always split.', () => [MetricGroupValue])
  groups!: MetricGroupValue[]

  @field('Currency of the series. Null if the figure has none.', () => CurrencyCode, { nullable: true })
  currency!: string | null

  @field('Figure of the whole range. Of balances: that at the end.', () => MetricValue)
  total!: MetricValue

  @field('Figure of each period in the range, earliest first.', () => [MetricPoint])
  points!: MetricPoint[]
}

/** A page of series. */
export const MetricSeriesConnection = listPage('MetricSeries', 'series of figures', () => MetricSeries)
export type MetricSeriesConnection = InstanceType<typeof MetricSeriesConnection>
