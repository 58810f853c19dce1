import type {
  ComparedDecision as DecisionRow,
  UsageComparedUseRow,
} from '#entities/billing/usage-compared-use.entity.js'
import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import type {
  ComparedDecision,
  UsageComparison,
  UsageComparisonTotal,
  UsageDifference,
} from '#schema/billing/usage-comparison.type.js'
import type { ComparedTotal } from '#services/billing/usage-comparisons/usage-comparisons.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { toFeatureOfCode } from '../catalog/plan.mapper.js'
import { toActor } from '../identity/actor.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toUsageComparison = (row: UsageComparisonRow): UsageComparison => ({
  __typename: 'UsageComparison',
  id: row.id,
  name: row.name,
  reason: row.reason,
  startedBy: toActor(row.startedBy),
  startedAt: row.startedAt,
  endedBy: row.endedBy === null ? null : toActor(row.endedBy),
  endReason: row.endReason,
  endedAt: row.endedAt,
  usageBatchId: row.usageBatchId,
})

export const toUsageComparisonTotal = (catalog: CatalogSnapshot, total: ComparedTotal): UsageComparisonTotal => ({
  __typename: 'UsageComparisonTotal',
  feature: toFeatureOfCode(catalog, total.feature),
  comparedCount: total.compared,
  equalCount: total.equal,
  uncoveredUnits: total.uncovered,
  differences: total.differences,
})

export const toUsageDifference = (catalog: CatalogSnapshot, row: UsageComparedUseRow): UsageDifference => ({
  __typename: 'UsageDifference',
  id: row.id,
  key: row.key,
  feature: toFeatureOfCode(catalog, row.feature),
  at: row.usedAt,
  kinds: row.differences,
  theirs: toDecision(row.theirs),
  ours: toDecision(row.ours, row.ours.denialCode, row.ours.denialMessage),
  uncoveredUnits: row.ours.uncovered,
  accountId: row.accountId,
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
