import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { UsageEffect } from '#schema/billing/usage-effect.type.js'
import type { UsageBatch, UsageBatchLine } from '#schema/billing/usage-batch.type.js'
import type { UsageEffect as Effect } from '#services/billing/usage-batches/usage-effects.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { toFeatureOfCode } from '../catalog/plan.mapper.js'
import { toGrantUse } from '../entitlements/usage.mapper.js'
import { toActor } from '../identity/actor.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toUsageBatch = (row: UsageBatchRow): UsageBatch => ({
  __typename: 'UsageBatch',
  id: row.id,
  name: row.name,
  reason: row.reason,
  status: row.state,
  openedBy: toActor(row.openedBy),
  createdAt: row.createdAt,
  closedBy: row.closedBy === null ? null : toActor(row.closedBy),
  closedAt: row.closedAt,
  revertedBy: row.revertedBy === null ? null : toActor(row.revertedBy),
  revertReason: row.revertReason,
  revertedAt: row.revertedAt,
  lastError: row.lastError,
})

export const toUsageBatchLine = (catalog: CatalogSnapshot, row: UsageBatchLineRow): UsageBatchLine => ({
  __typename: 'UsageBatchLine',
  id: row.id,
  key: row.key,
  feature: toFeatureOfCode(catalog, row.feature),
  amount: row.amount,
  usedAt: row.usedAt,
  status: row.state,
  units: row.units,
  returnedUnits: row.returned,
  lostUnits: row.lost,
  denialCode: row.denialCode as DenialCode | null,
  denialMessage: row.denialMessage,
  processedAt: row.processedAt,
  revertedAt: row.revertedAt,
  accountId: row.accountId,
  userId: row.userId,
  consumptionId: row.consumptionId,
})

export const toUsageEffect = (
  catalog: CatalogSnapshot,
  { feature, taken, overageCost, ...effect }: Effect,
): UsageEffect => ({
  __typename: 'UsageEffect',
  feature: toFeatureOfCode(catalog, feature),
  taken: taken.map(toGrantUse),
  overageCost: overageCost && toMoney(overageCost),
  ...effect,
})
