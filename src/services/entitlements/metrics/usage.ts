import type { DateRange } from '#services/kernel/clock/date-range.js'
import { ROLLUP_PERIODS } from '#entities/entitlements/usage-rollup.entity.js'
import type { Statement } from '#services/kernel/database/statement.js'
import { defaultPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { splitDateRangeParameters } from '#services/entitlements/analytics/split-date-range.js'
import { periodStart } from '#services/kernel/clock/partial-periods.js'
import {
  USUAL_INTERVALS,
  pageOfGroups,
  sumRows,
  type GroupRows,
  type MetricGroup,
  type MetricSource,
  type SourceRequest,
} from './metric.js'
import { sumCosts, sumSpentOfAll, sumUnits, type SpentRow, type SummedUsage, type UsageRow } from './usage.sql.js'

interface Used {
  readonly used: number
}

/** Costs of providers are in US dollars. */
export const COST_CURRENCY = 'USD'
/** Groups of the costs of all accounts, in the order of the parts of the statement. */
const SPENT_GROUPS = ['ACCOUNT', 'PLAN', 'FEATURE', 'MODEL', 'PROPERTY'] as const satisfies readonly MetricGroup[]

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

/** Costs of uses for the seller. */
export interface Spent {
  /** In trillionths of a US dollar. */
  readonly cost: bigint
  /** Number of uses whose cost is not known. */
  readonly unknown: number
}

/** Usage of one account, from its ledger. Without groups also of features that were not used. */
export const usageOfAccount: MetricSource<Used> = {
  ...source,
  name: 'ledger',
  isPerCurrency: false,
  read: async (context, request) => {
    const features = usedUp(context, request)
    if (request.groupBy.some((group) => isGroup(group))) return read(context, sumUnits, sumUsed, request)
    const groups = await read(context, sumUnits, sumUsed, { ...request, after: null, limit: features.length })
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
  read: (context, request) => read(context, sumCosts, sumUsed, request),
}

/** Costs of the usage of one account for the seller, from its ledger. */
export const spentOfAccount: MetricSource<Spent> = {
  ...source,
  name: 'ledger_spent',
  isPerCurrency: false,
  read: async (context, request) =>
    (await read(context, sumUnits, totalSpent, request)).map((group) => ({ ...group, currency: COST_CURRENCY })),
}

/** Costs of the usage of all accounts for the seller, from the sums of their days. */
export const spentOfAll: MetricSource<Spent> = {
  name: 'spent',
  scope: 'INSTALLATION',
  groups: SPENT_GROUPS,
  intervals: USUAL_INTERVALS,
  isPerCurrency: false,
  read: async (context, request) => {
    const byGroup = Map.groupBy(await readSpentOfAll(context, request), ({ parts }) => JSON.stringify(parts))
    const groups = [...byGroup.values()].map((rows): GroupRows<Spent> => {
      const { parts } = rows[0]!
      return {
        key: parts,
        groups: spentGroups(request, parts),
        currency: COST_CURRENCY,
        points: request.periods.map((_, index) => totalSpent(rows.filter(({ period }) => period === index + 1))),
        total: totalSpent(rows),
      }
    })
    return pageOfGroups(groups, request)
  },
}

/** Pure: values of the requested groups of a row of what uses cost. */
export const spentGroups = ({ groupBy }: SourceRequest, parts: readonly string[]) =>
  Object.fromEntries(groupBy.map((group) => [group, parts[SPENT_GROUPS.findIndex((one) => one === group)] || null]))

/** Costs of the uses of all accounts for the seller, by period and by the requested groups. */
export function readSpentOfAll({ catalog, database }: Context, { range, bounds, groupBy, property }: SourceRequest) {
  return database.rows(sumSpentOfAll, {
    ...splitDateRangeParameters(range),
    bounds,
    groups: groupBy,
    property: property ?? '',
    ...mainPlanParameters(catalog.current()),
  })
}

/** Parameters of statements that read the main plan of an account. */
export const mainPlanParameters = (snapshot: CatalogSnapshot) => ({
  group: snapshot.defaultGroup,
  fallback: defaultPlan(snapshot, snapshot.defaultGroup).code,
})

/** Pure: the sum of what uses cost. */
export const totalSpent = (rows: readonly SpentRow[]): Spent => ({
  cost: rows.reduce((sum, { cost }) => sum + BigInt(cost), 0n),
  unknown: sumRows(rows, ['unknown']).unknown,
})

/** Pure: a cost in cents, rounded once, halves up. */
export const centsOf = (cost: bigint): number => Number((cost + TRILLIONTHS_OF_CENT / 2n) / TRILLIONTHS_OF_CENT)
const TRILLIONTHS_OF_CENT = 10n ** 10n

const sumUsed = (rows: readonly UsageRow[]): Used => sumRows(rows, ['used'])

const isGroup = (group: MetricGroup): boolean => GROUPS.some((one) => one === group)

/** Codes of the features that are used up. */
const usedUp = ({ catalog }: Context, { features }: SourceRequest): string[] =>
  [...catalog.current().features.values()]
    .filter(({ kind, code }) => (kind === 'QUOTA' || kind === 'CREDIT') && (features?.includes(code) ?? true))
    .map(({ code }) => code)

async function read<Row extends Pick<UsageRow, 'position' | 'parts' | 'period'>, Sum>(
  context: Context,
  sum: Statement<SummedUsage, Row>,
  total: (rows: readonly Row[]) => Sum,
  request: SourceRequest,
): Promise<GroupRows<Sum>[]> {
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
  return [...series.values()].map((ofOne): GroupRows<Sum> => {
    const { position, parts } = ofOne[0]!
    return {
      key: [String(position), ...parts],
      groups: {
        FEATURE: features[position - 1]!,
        ...Object.fromEntries(requested.map((group) => [group, parts[GROUPS.indexOf(group)] || null])),
      },
      currency: parts.at(-1) || null,
      points: request.periods.map((_, index) => total(ofOne.filter(({ period }) => period === index + 1))),
      total: total(ofOne),
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
