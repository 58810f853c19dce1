import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { batchNotFound, findBatch, requireBatchAccess } from './batch-access.js'
import { UsageEffects, type UsageEffect } from './usage-effects.js'
import { decideLines, snapshotsOf } from './decide-lines.js'

/** Effect of recording past usage now. */
export interface UsagePreviewReport {
  readonly kind: 'preview'
  readonly lineCount: number
  readonly deniedCount: number
  /** Ascending by account and feature. */
  readonly effects: readonly UsageEffect[]
}

/**
 * Decides the pending lines of a batch as closing it would, without recording anything. Lines of one account, or of one pool, are
 * decided one after another, in their order.
 */
export async function previewUsageBatch(
  context: BillingContext & EntitlementsContext,
  id: string,
): Promise<UsagePreviewReport | Denied> {
  const access = requireBatchAccess(context, 'ops:read')
  const batch = await findBatch(context.database, access, id)
  if (!batch) throw batchNotFound()
  if (batch.state !== 'OPEN')
    return denied(
      refused('INVALID_TRANSITION', `This batch is ${batch.state}. Its lines have their results.`, {
        field: 'usageBatchId',
      }),
    )
  const lines = await context.database.query
    .selectFrom('usage_batch_line')
    .selectAll()
    .where('batchId', '=', id)
    .where('state', '=', 'PENDING')
    .orderBy('id')
    .execute()
  // The services of an account do not see what the units of a parent cost.
  const effects = new UsageEffects({ catalog: context.catalog.current(), showsPoolCost: access.owner === null })
  const snapshots = await snapshotsOf(context, lines)
  for await (const decided of decideLines(context, snapshots, lines)) effects.addAll(decided)
  return { kind: 'preview', ...effects.totals() }
}
