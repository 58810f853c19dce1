import type { UsageBatchLineRow } from '../entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '../entities/billing/usage-batch.entity.js'
import type { RequestContext } from '../context/request-context.js'
import type { BatchEffect } from '../services/billing/usage-batches/batch-effects.js'
import { toDecimal } from '../services/kernel/money/money.js'
import type { Page } from '../services/kernel/paging/page.js'
import { sourceBody } from './entitlement-bodies.js'

export async function batchBody(context: RequestContext, row: UsageBatchRow) {
  const counts = await context.loaders.usageBatchCounts.load(row.id)
  const countOf = (state: UsageBatchLineRow['state']) => counts.find((one) => one.state === state)?.count ?? 0
  return {
    id: row.id,
    name: row.name,
    reason: row.reason,
    state: row.state.toLowerCase(),
    opened_by: row.openedBy,
    created_at: row.createdAt.toISOString(),
    closed_by: row.closedBy,
    closed_at: row.closedAt?.toISOString() ?? null,
    reverted_by: row.revertedBy,
    revert_reason: row.revertReason,
    reverted_at: row.revertedAt?.toISOString() ?? null,
    last_error: row.lastError,
    progress: {
      total: counts.reduce((sum, { count }) => sum + count, 0),
      pending: countOf('PENDING'),
      applied: countOf('APPLIED'),
      denied: countOf('DENIED'),
      discarded: countOf('DISCARDED'),
      reverted: countOf('REVERTED'),
      not_reverted: countOf('NOT_REVERTED'),
    },
  }
}

export const batchLineBody = (row: UsageBatchLineRow) => ({
  id: row.id,
  key: row.key,
  account_id: row.accountId,
  feature: row.feature,
  amount: row.amount,
  user_id: row.userId,
  used_at: row.usedAt?.toISOString() ?? null,
  state: row.state.toLowerCase(),
  consumption_id: row.consumptionId,
  units: row.units,
  returned: row.returned,
  lost: row.lost,
  denial: row.denialCode === null ? null : { code: row.denialCode, message: row.denialMessage ?? '' },
})

export const takenBody = ({ taken }: Pick<BatchEffect, 'taken'>) =>
  taken.map(({ source, amount }) => ({ ...sourceBody(source), amount }))

export const overageBody = ({ overageUnits, overageCost }: Pick<BatchEffect, 'overageUnits' | 'overageCost'>) =>
  overageCost && { units: overageUnits, cost: toDecimal(overageCost), currency: overageCost.currency }

export const batchEffectBody = (effect: BatchEffect) => ({
  account_id: effect.accountId,
  feature: effect.feature,
  line_count: effect.lineCount,
  denied_count: effect.deniedCount,
  units: effect.units,
  taken: takenBody(effect),
  overage: overageBody(effect),
  invoice_effect: effect.invoiceEffect.toLowerCase(),
  denied: effect.denied.map(({ key, code, message }) => ({ key, code, message })),
})

/** Cursor of the page after this one. Null for the last page. */
export const nextAfter = <Item>({ hasNextPage, cursors }: Page<Item>): string | null =>
  hasNextPage ? (cursors.at(-1) ?? null) : null
