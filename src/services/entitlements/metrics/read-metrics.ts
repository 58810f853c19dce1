import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { DateRange } from '#services/kernel/clock/date-range.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { partialPeriods, periodStart } from '#services/kernel/clock/partial-periods.js'
import type { Metric, MetricGroup, MetricInterval, MetricScope, MetricSource, MetricUnit } from './metric.js'
import { OWNER_NAMES, supportOf } from './registry.js'

/** Requested figures. */
export interface MetricsRequest {
  readonly metrics: readonly string[]
  readonly groupBy?: readonly MetricGroup[] | null
  readonly property?: string | null
  readonly features?: readonly string[] | null
  readonly interval?: MetricInterval | null
  readonly from?: Date | null
  readonly to?: Date | null
  /** Maximum number of periods. Default: 1,000. */
  readonly maxPeriods?: number
}

export interface MetricPoint {
  readonly range: DateRange
  readonly value: number | null
}

/** Figures of one metric and group over time. */
export interface MetricSeries {
  readonly metric: string
  readonly unit: MetricUnit
  readonly definition: string
  readonly groups: readonly { readonly group: MetricGroup; readonly value: string | null }[]
  readonly currency: string | null
  readonly points: readonly MetricPoint[]
  readonly total: number | null
}

type Metrics = Readonly<Record<string, Metric>>
type Owner = { readonly scope: MetricScope; readonly id: string }
type Placed = MetricSeries & { readonly place: readonly string[] }

/**
 * Figures by group, currency and metric: the metrics of a group follow each other in the order of the request. Reads one source for all
 * metrics with the same rows. The caller checks permissions.
 */
export async function readMetrics(
  context: CatalogContext,
  owner: Owner,
  request: MetricsRequest,
  page: PageRequest,
): Promise<Page<MetricSeries>> {
  const interval = request.interval ?? 'MONTH'
  const property = request.property ?? null
  const features = request.features ?? null
  const groupBy = [...new Set(request.groupBy)]
  if (property !== null) requireProperty(context, property)
  const known = context.declared.metrics
  const sources = sourcesOf(known, owner.scope, { metrics: request.metrics, groupBy, property, features, interval })
  const maxPeriods = Math.min(
    request.maxPeriods ?? MAX_PERIODS,
    ...[...sources.keys()].map((source) => source.maxPeriods ?? Infinity),
  )
  const time = timeOf(context.clock.now(), interval, request, maxPeriods)
  const list = JSON.stringify(['metrics', owner.id, request.metrics, groupBy, property, features, interval])
  return readPage<Placed>(
    page,
    list,
    ({ place }) => place,
    async (limit, after) => {
      const found: Placed[] = []
      let [name, skipped = '0', ...key] = after ?? []
      for (const [source, metrics] of sources) {
        if (name !== undefined && name !== source.name) continue
        let skip = Math.min(Number(skipped) || 0, metrics.length - 1)
        const groups =
          time.periods.length === 0
            ? []
            : await source.read(context, {
                ...time,
                ownerId: owner.id,
                metrics,
                groupBy,
                property,
                features,
                after: key.length > 0 ? key : null,
                limit: Math.ceil((limit - found.length + skip) / metrics.length),
              })
        for (const group of groups) {
          const values: Readonly<Partial<Record<MetricGroup, string | null>>> = group.groups
          const series = metrics.map((metric, index): Placed => ({
            metric,
            unit: known[metric]!.unit,
            definition: known[metric]!.definition,
            groups: groupsOf(source, groupBy).map((one) => ({ group: one, value: values[one] ?? null })),
            currency: source.isPerCurrency || known[metric]!.unit === 'MONEY' ? group.currency : null,
            points: time.periods.map((range, period) => ({
              range,
              value: known[metric]!.value(group.points[period]),
            })),
            total: known[metric]!.value(group.total),
            place:
              index + 1 === metrics.length
                ? [source.name, '0', ...group.key]
                : [source.name, String(index + 1), ...key],
          }))
          found.push(...series.slice(skip))
          skip = 0
          key = [...group.key]
        }
        if (found.length >= limit) break
        ;[name, skipped, key] = [undefined, '0', []]
      }
      return found.slice(0, limit)
    },
  )
}

/** Groups of the series of a source: those that they always have, then the requested ones. */
const groupsOf = ({ always = [] }: MetricSource<unknown>, groupBy: readonly MetricGroup[]): MetricGroup[] => [
  ...always.filter((group) => !groupBy.includes(group)),
  ...groupBy,
]

const MAX_PERIODS = 1_000

/** The metrics of each source, in the order of the request. Throws for what a metric does not support. */
function sourcesOf(
  known: Metrics,
  scope: MetricScope,
  {
    metrics,
    groupBy,
    property,
    features,
    interval,
  }: Required<Pick<MetricsRequest, 'metrics'>> & {
    readonly groupBy: readonly MetricGroup[]
    readonly property: string | null
    readonly features: readonly string[] | null
    readonly interval: MetricInterval
  },
): Map<MetricSource<unknown>, string[]> {
  if ((property !== null) !== groupBy.includes('PROPERTY'))
    throw new AppError('BAD_USER_INPUT', 'property is required with groupBy PROPERTY, and not used otherwise.', {
      details: { field: 'property' },
    })
  const sources = new Map<MetricSource<unknown>, string[]>()
  for (const name of new Set(metrics)) {
    const metric = known[name]
    const source = metric?.sources.find((one) => one.scope === scope)
    if (!metric || !source)
      throw notSupported('metrics', `${name} is no figure of ${OWNER_NAMES[scope]}`, namesOf(known, scope))
    const { always, groups, intervals } = supportOf(metric, source)
    const group = groupBy.find((one) => !always.includes(one) && !groups.includes(one))
    if (group) throw notSupported('groupBy', `${name} has no groups of ${group}`, [...always, ...groups])
    if (features !== null && !always.includes('FEATURE'))
      throw notSupported('features', `${name} is no figure of features`, namesOf(known, scope, true))
    if (!intervals.includes(interval)) throw notSupported('interval', `${name} has no points by ${interval}`, intervals)
    sources.set(source, [...(sources.get(source) ?? []), name])
  }
  return sources
}

/** Throws for a name that no feature has as a property, and no rate card as a dimension. */
function requireProperty({ catalog }: CatalogContext, property: string): void {
  const { features, rateCards } = catalog.current()
  const names = new Set([
    ...[...features.values()].flatMap(({ properties }) => properties),
    ...[...rateCards.values()].flatMap(({ dimensions }) => Object.keys(dimensions)),
  ])
  if (!names.has(property))
    throw notSupported('property', `The catalog has no property '${property.slice(0, 60)}'`, [...names])
}

const namesOf = (known: Metrics, scope: MetricScope, areOfFeatures = false): string[] =>
  Object.entries(known)
    .filter(([, { sources }]) =>
      sources.some((source) => source.scope === scope && (!areOfFeatures || source.always?.includes('FEATURE'))),
    )
    .map(([name]) => name)

const notSupported = (field: string, text: string, supported: readonly string[]): AppError =>
  new AppError('METRIC_NOT_SUPPORTED', `${text}. Supported: ${supported.join(', ') || 'none'}.`, {
    details: { field, supported },
  })

const DEFAULT_PERIODS = { HOUR: 48, DAY: 30, WEEK: 12, MONTH: 12 } as const
/** Before anything was sold. */
const BEGINNING = new Date('2000-01-01T00:00:00Z')

/** Range and periods of a request. The future is not known: a later end is now, and includes what happened at this moment. */
function timeOf(now: Date, interval: MetricInterval, requested: MetricsRequest, maxPeriods: number) {
  const isOpen = !requested.to || requested.to > now
  const to = isOpen ? now : requested.to
  const from =
    requested.from ?? (interval === 'RANGE' ? BEGINNING : periodStart(to, interval, 1 - DEFAULT_PERIODS[interval]))
  if (requested.to && from > requested.to)
    throw new AppError('BAD_USER_INPUT', '`from` must be before `to`.', { details: { field: 'from' } })
  const end = isOpen ? new Date(to.getTime() + 1) : to
  const shown = { from, to: from < to ? to : end }
  const periods = from >= end ? [] : interval === 'RANGE' ? [shown] : partialPeriods(shown, interval, maxPeriods)
  return { range: { from, to: end }, periods, bounds: [...periods.map((period) => period.from), end] }
}
