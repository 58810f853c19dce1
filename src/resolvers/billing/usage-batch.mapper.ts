import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { UsageBatchEffect } from '#schema/billing/usage-batch-preview.type.js'
import type { UsageBatch, UsageBatchLine } from '#schema/billing/usage-batch.type.js'
import type { BatchEffect } from '#services/billing/usage-batches/batch-effects.js'
import type { DenialCode } from '#services/kernel/codes/codes.js'
import { toGrantUse } from '../entitlements/usage.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toUsageBatch = (row: UsageBatchRow): UsageBatch => ({
  __typename: 'UsageBatch',
  id: row.id,
  name: row.name,
  reason: row.reason,
  state: row.state,
  openedBy: row.openedBy,
  createdAt: row.createdAt,
  closedBy: row.closedBy,
  closedAt: row.closedAt,
  revertedBy: row.revertedBy,
  revertReason: row.revertReason,
  revertedAt: row.revertedAt,
  lastError: row.lastError,
})

export const toUsageBatchLine = (row: UsageBatchLineRow): UsageBatchLine => ({
  __typename: 'UsageBatchLine',
  id: row.id,
  key: row.key,
  featureCode: row.feature,
  amount: row.amount,
  userId: row.userId,
  usedAt: row.usedAt,
  state: row.state,
  units: row.units,
  returned: row.returned,
  lost: row.lost,
  denialCode: row.denialCode as DenialCode | null,
  denialMessage: row.denialMessage,
  processedAt: row.processedAt,
  revertedAt: row.revertedAt,
  accountId: row.accountId,
  consumptionId: row.consumptionId,
})

export const toUsageBatchEffect = ({ feature, taken, overageCost, ...effect }: BatchEffect): UsageBatchEffect => ({
  __typename: 'UsageBatchEffect',
  featureCode: feature,
  taken: taken.map(toGrantUse),
  overageCost: overageCost && toMoney(overageCost),
  ...effect,
})
