import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import type { METRIC_INTERVALS } from '#services/kernel/clock/partial-periods.js'

export type MetricInterval = keyof typeof METRIC_INTERVALS

/** Intervals of the figures that are counted by days. */
export const USUAL_INTERVALS: readonly MetricInterval[] = ['DAY', 'WEEK', 'MONTH', 'RANGE']

export const METRIC_GROUPS = {
  PLAN: 'The plan. None for what belongs to no plan.',
  PRODUCT: 'The sold plan, package or template.',
  TEMPLATE: 'The template.',
  FEATURE: 'The feature.',
  ACCOUNT: 'The account.',
  COHORT:
    'The month (UTC) in which the account first paid recurringly in the currency, for example `2026-01`. Accounts that first paid before the range are not counted.',
  SUB_ACCOUNT: 'The sub-account that used the units. None for the account itself.',
  MEMBER: 'The member that used the units. None without a member.',
  API_KEY: 'The API key by which the units were used. None for users and sessions.',
  MODEL: 'The dimension `model` of the priced work. None without one.',
  PROPERTY: 'The property of the use, or the dimension of the priced work, that `property` names. None without one.',
  REFERENCE: "The caller's reference of the use. None without one.",
} as const satisfies Record<string, string>
export type MetricGroup = keyof typeof METRIC_GROUPS

/** Owner of the figures: the whole installation, or one account or vendor. */
export type MetricScope = 'INSTALLATION' | 'ACCOUNT' | 'VENDOR'

export interface SourceRequest {
  /** ID of the account or vendor. */
  readonly ownerId: string
  /** Names of the metrics that are read. */
  readonly metrics: readonly string[]
  readonly groupBy: readonly MetricGroup[]
  readonly property: string | null
  /** Codes of the features whose figures are read. Null: all. */
  readonly features: readonly string[] | null
  readonly range: DateRange
  readonly periods: readonly DateRange[]
  /** Starts of the periods, and the end of the last. It includes the present moment if the range ends now. */
  readonly bounds: readonly Date[]
  /** Key of the group before the first one. Null: from the start. */
  readonly after: readonly string[] | null
  /** Maximum number of groups. */
  readonly limit: number
}

/** Figures of one group: a row for each period, and one for the whole range. */
export interface GroupRows<Row> {
  /** Position in the order of the source. Not empty. */
  readonly key: readonly string[]
  readonly groups: Readonly<Partial<Record<MetricGroup, string | null>>>
  readonly currency: string | null
  readonly points: readonly Row[]
  readonly total: Row
}

/** Reads the rows of one or several metrics. */
export interface MetricSource<Row> {
  /** Unique. A part of cursors. */
  readonly name: string
  readonly scope: MetricScope
  /** Groups of every series, because their values are never added up. */
  readonly always?: readonly MetricGroup[]
  /** Groups on request. */
  readonly groups: readonly MetricGroup[]
  readonly intervals: readonly MetricInterval[]
  /** Maximum number of periods, if it is less than usual. */
  readonly maxPeriods?: number
  /** True if rows are per currency, also those of numbers. */
  readonly isPerCurrency: boolean
  readonly read: (context: CatalogContext, request: SourceRequest) => Promise<readonly GroupRows<Row>[]>
}

export type MetricUnit = 'NUMBER' | 'UNITS' | 'MONEY'

/** One figure. */
export interface Metric {
  readonly unit: MetricUnit
  readonly definition: string
  /** One for each scope. */
  readonly sources: readonly MetricSource<unknown>[]
  /** Value of a row: a number, units, or an amount in minor units. Null if there is none. */
  readonly value: (row: unknown) => number | null
  /** Groups and intervals, if they are fewer than those of the source. */
  readonly groups?: readonly MetricGroup[]
  readonly intervals?: readonly MetricInterval[]
}

/** Makes metrics from the rows of sources. */
export const metricsOf = <Row>(...sources: readonly MetricSource<Row>[]) => {
  const metric =
    (unit: MetricUnit) =>
    (
      definition: string,
      value: (row: Row) => number | null,
      only: Pick<Metric, 'groups' | 'intervals'> = {},
    ): Metric => ({ unit, definition, sources, value: (row) => value(row as Row), ...only })
  return { number: metric('NUMBER'), units: metric('UNITS'), money: metric('MONEY') }
}

/** Pure: the groups of a page with the requested features, of all groups. */
export const pageOfGroups = <Row>(
  groups: readonly GroupRows<Row>[],
  { after, limit, features }: Pick<SourceRequest, 'after' | 'limit' | 'features'>,
): GroupRows<Row>[] =>
  groups
    .filter((one) => features === null || features.includes(one.groups.FEATURE ?? ''))
    .toSorted((left, right) => compareKeys(left.key, right.key))
    .filter(({ key }) => after === null || compareKeys(key, after) > 0)
    .slice(0, limit)

function compareKeys(left: readonly string[], right: readonly string[]): number {
  const index = left.findIndex((part, position) => part !== right[position])
  if (index === -1) return 0
  return left[index]! < (right[index] ?? '') ? -1 : 1
}

/** Rows of a statement with a place, by period: the first period is 1. Periods without a row get `none`. */
export const rowsByPeriod = <Row extends { readonly period: number }, None>(
  rows: readonly Row[],
  { periods }: Pick<SourceRequest, 'periods'>,
  none: None,
): readonly (Row | None)[] => {
  const known = new Map(rows.map((row) => [row.period, row]))
  return periods.map((_, index) => known.get(index + 1) ?? none)
}

/** Pure: the sums of some members of rows. */
export const sumRows = <Name extends string>(
  rows: readonly Readonly<Record<Name, number>>[],
  names: readonly Name[],
): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)])) as Record<Name, number>
