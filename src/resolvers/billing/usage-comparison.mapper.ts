import type {
  ComparedDecision as DecisionRow,
  UsageComparedUseRow,
} from '#entities/billing/usage-compared-use.entity.js'
import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import type { UsageComparisonEndEffect } from '#schema/billing/usage-comparison-end-preview.type.js'
import type {
  ComparedDecision,
  UsageComparison,
  UsageComparisonTotal,
  UsageDifference,
} from '#schema/billing/usage-comparison.type.js'
import type { EndEffect } from '#services/billing/usage-comparisons/preview-usage-comparison-end.js'
import type { ComparedTotal } from '#services/billing/usage-comparisons/usage-comparisons.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { toGrantUse } from '../entitlements/usage.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toUsageComparison = (row: UsageComparisonRow): UsageComparison => ({
  __typename: 'UsageComparison',
  id: row.id,
  name: row.name,
  reason: row.reason,
  startedBy: row.startedBy,
  startedAt: row.startedAt,
  endedBy: row.endedBy,
  endReason: row.endReason,
  endedAt: row.endedAt,
  usageBatchId: row.usageBatchId,
})

export const toUsageComparisonTotal = (total: ComparedTotal): UsageComparisonTotal => ({
  __typename: 'UsageComparisonTotal',
  featureCode: total.feature,
  comparedCount: total.compared,
  equalCount: total.equal,
  uncoveredUnits: total.uncovered,
  differenceCounts: [...total.differences].map(([kind, count]) => ({
    __typename: 'UsageDifferenceCount',
    kind,
    count,
  })),
})

export const toUsageDifference = (row: UsageComparedUseRow): UsageDifference => ({
  __typename: 'UsageDifference',
  id: row.id,
  key: row.key,
  featureCode: row.feature,
  usedAt: row.usedAt,
  kinds: row.differences,
  theirs: toDecision(row.theirs),
  ours: toDecision(row.ours, row.ours.denialCode, row.ours.denialMessage),
  uncoveredUnits: row.ours.uncovered,
  accountId: row.accountId,
})

export const toUsageComparisonEndEffect = ({
  feature,
  taken,
  overageCost,
  denial,
  ...effect
}: EndEffect): UsageComparisonEndEffect => ({
  __typename: 'UsageComparisonEndEffect',
  featureCode: feature,
  taken: taken.map(toGrantUse),
  overageCost: overageCost && toMoney(overageCost),
  denialCode: denial?.code ?? null,
  denialMessage: denial?.message ?? null,
  ...effect,
})

const toDecision = (
  { allowed, units, costMinor, currency, remaining, resetsAt }: DecisionRow,
  denialCode: string | null = null,
  denialMessage: string | null = null,
): ComparedDecision => ({
  __typename: 'ComparedDecision',
  allowed,
  units,
  cost: costMinor === null || currency === null ? null : toMoney({ amountMinor: costMinor, currency }),
  remaining,
  resetsAt: resetsAt === null ? null : new Date(resetsAt),
  denialCode: denialCode as DenialCode | null,
  denialMessage,
})
