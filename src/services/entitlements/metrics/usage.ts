import type { DateRange } from '#services/kernel/clock/date-range.js'
import { ROLLUP_PERIODS } from '#entities/entitlements/usage-rollup.entity.js'
import { periodStart } from '#services/kernel/clock/partial-periods.js'
import {
  pageOfGroups,
  rowsByPeriod,
  sumRows,
  type GroupRows,
  type MetricGroup,
  type MetricSource,
  type SourceRequest,
} from './metric.js'
import { sumCosts, sumUnits } from './usage.sql.js'

interface Used {
  readonly used: number
}

type RollupPeriod = (typeof ROLLUP_PERIODS)[number]

/** Groups of the ledger, in the order of the parts of the statement. The currency follows them. */
const GROUPS = [
  'SUB_ACCOUNT',
  'MEMBER',
  'API_KEY',
  'MODEL',
  'PROPERTY',
  'REFERENCE',
] as const satisfies readonly MetricGroup[]

const source = {
  scope: 'ACCOUNT',
  always: ['FEATURE'],
  groups: GROUPS,
  intervals: ['HOUR', 'DAY', 'WEEK', 'MONTH', 'RANGE'],
} as const satisfies Partial<MetricSource<Used>>

type Read = MetricSource<Used>['read']
type Context = Parameters<Read>[0]

/** Usage of one account, from its ledger. Without groups also of features that were not used. */
export const usageOfAccount: MetricSource<Used> = {
  ...source,
  name: 'ledger',
  isPerCurrency: false,
  read: async (context, request) => {
    const features = usedUp(context, request)
    if (request.groupBy.some((group) => isGroup(group))) return read(context, sumUnits, request)
    const groups = await read(context, sumUnits, { ...request, after: null, limit: features.length })
    const used = new Map(groups.map((group) => [group.groups.FEATURE, group]))
    return pageOfGroups(
      features.map((feature, index) => ({
        ...(used.get(feature) ?? unused(feature, request.periods.length)),
        key: [String(index + 1).padStart(6, '0')],
      })),
      request,
    )
  },
}

/** Cost of the usage of one account, from its ledger. */
export const costOfAccount: MetricSource<Used> = {
  ...source,
  name: 'ledger_cost',
  isPerCurrency: true,
  read: (context, request) => read(context, sumCosts, request),
}

const isGroup = (group: MetricGroup): boolean => GROUPS.some((one) => one === group)

/** Codes of the features that are used up. */
const usedUp = ({ catalog }: Context, { features }: SourceRequest): string[] =>
  [...catalog.current().features.values()]
    .filter(({ kind, code }) => (kind === 'QUOTA' || kind === 'CREDIT') && (features?.includes(code) ?? true))
    .map(({ code }) => code)

async function read(context: Context, sum: typeof sumUnits, request: SourceRequest): Promise<GroupRows<Used>[]> {
  const { ownerId: accountId, bounds, groupBy, property, limit } = request
  const features = usedUp(context, request)
  const requested = GROUPS.filter((group) => groupBy.includes(group))
  const [afterFeature = 0, ...afterParts] = request.after ?? []
  const rows = await context.database.rows(sum, {
    accountId,
    features,
    groups: requested,
    property: property ?? '',
    bounds,
    ...placesOf(request, context.clock.now()),
    afterFeature: Number(afterFeature),
    afterParts,
    limit,
  })
  const series = Map.groupBy(rows, ({ position, parts }) => JSON.stringify([position, parts]))
  return [...series.values()].map((ofOne): GroupRows<Used> => {
    const { position, parts } = ofOne[0]!
    return {
      key: [String(position), ...parts],
      groups: {
        FEATURE: features[position - 1]!,
        ...Object.fromEntries(requested.map((group) => [group, parts[GROUPS.indexOf(group)] || null])),
      },
      currency: parts.at(-1) || null,
      points: rowsByPeriod(ofOne, request, { used: 0 }),
      total: sumRows(ofOne, ['used']),
    }
  })
}

/** Pure: the parts of a range that are read from whole periods of the rollup, and those that are read from the ledger. */
function placesOf({ bounds, groupBy }: SourceRequest, now: Date) {
  const isBoundedBy = (period: RollupPeriod) =>
    bounds.slice(1, -1).every((bound) => +periodStart(bound, period, 0) === +bound)
  // The rollup has no references, of which there can be as many as entries.
  const periods = groupBy.includes('REFERENCE') ? [] : ROLLUP_PERIODS.filter(isBoundedBy).toReversed()
  const [from, end] = [bounds[0]!, bounds.at(-1)!]
  // Nothing is used after now, so that the present period is whole.
  const to = periods.length > 0 && end > now ? periodEnd(end, periods[0]!) : end
  const whole: { readonly period: RollupPeriod; readonly range: DateRange }[] = []
  const edges = periods.reduce<readonly DateRange[]>(
    (ranges, period) =>
      ranges.flatMap((range) => {
        const first = periodEnd(range.from, period)
        const last = periodStart(range.to, period, 0)
        if (first >= last) return [range]
        whole.push({ period, range: { from: first, to: last } })
        return [
          { from: range.from, to: first },
          { from: last, to: range.to },
        ].filter((edge) => edge.from < edge.to)
      }),
    from < to ? [{ from, to }] : [],
  )
  return {
    rolledUp: whole.map(({ period }) => period),
    starts: whole.map(({ range }) => range.from),
    ends: whole.map(({ range }) => range.to),
    edgeStarts: edges.map((edge) => edge.from),
    edgeEnds: edges.map((edge) => edge.to),
  }
}

/** The moment itself if a period begins then, otherwise the start of the next one. */
function periodEnd(moment: Date, period: RollupPeriod): Date {
  const start = periodStart(moment, period, 0)
  return start < moment ? periodStart(moment, period, 1) : start
}

const unused = (feature: string, periods: number): Omit<GroupRows<Used>, 'key'> => ({
  groups: { FEATURE: feature },
  currency: null,
  points: Array.from({ length: periods }, () => ({ used: 0 })),
  total: { used: 0 },
})
