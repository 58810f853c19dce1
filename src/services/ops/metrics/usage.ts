import { sumUsage } from '#services/entitlements/model/usage.sql.js'
import { pageOfGroups, rowsByPeriod, sumRows, type GroupRows, type MetricGroup, type MetricSource } from './metric.js'

interface Used {
  readonly used: number
}

/** Groups of the ledger, in the order of the columns of the statement. */
const GROUPS = ['SUB_ACCOUNT', 'MEMBER', 'MODEL', 'PROPERTY', 'REFERENCE'] as const satisfies readonly MetricGroup[]

/** Usage of one account, from its ledger. Without groups also of features that were not used. */
export const usageOfAccount: MetricSource<Used> = {
  name: 'ledger',
  scope: 'ACCOUNT',
  always: ['FEATURE'],
  groups: GROUPS,
  intervals: ['HOUR', 'DAY', 'WEEK', 'MONTH', 'RANGE'],
  isPerCurrency: false,
  read: async ({ database, catalog }, request) => {
    const { ownerId: accountId, bounds, groupBy, property } = request
    const features = [...catalog.current().features.values()]
      .filter(({ kind, code }) => (kind === 'QUOTA' || kind === 'CREDIT') && (request.features?.includes(code) ?? true))
      .map(({ code }) => code)
    const requested = GROUPS.filter((group) => groupBy.includes(group))
    const isGrouped = requested.length > 0
    const [afterFeature = 0, ...afterParts] = (isGrouped && request.after) || []
    const rows = await database.rows(sumUsage, {
      accountId,
      features,
      groups: requested,
      property: property ?? '',
      bounds,
      afterFeature: Number(afterFeature),
      afterParts,
      limit: isGrouped ? request.limit : features.length,
    })
    const series = Map.groupBy(rows, ({ position, parts }) => JSON.stringify([position, parts]))
    const groups = [...series.values()].map((ofOne): GroupRows<Used> => {
      const { position, parts } = ofOne[0]!
      return {
        key: [String(position), ...parts],
        groups: {
          FEATURE: features[position - 1]!,
          ...Object.fromEntries(requested.map((group) => [group, parts[GROUPS.indexOf(group)] || null])),
        },
        currency: null,
        points: rowsByPeriod(ofOne, request, { used: 0 }),
        total: sumRows(ofOne, ['used']),
      }
    })
    if (isGrouped) return groups
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

const unused = (feature: string, periods: number): Omit<GroupRows<Used>, 'key'> => ({
  groups: { FEATURE: feature },
  currency: null,
  points: Array.from({ length: periods }, () => ({ used: 0 })),
  total: { used: 0 },
})
