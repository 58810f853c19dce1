import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'

/** Kind of the scheduled job that executes a refund; its key is the refund's ID. */
export const REFUND_EXECUTE = 'refund.execute'

export interface RefundIntent {
  readonly purchase: Pick<PurchaseRow, 'id' | 'accountId' | 'provider' | 'currency'>
  readonly amountMinor: number
  readonly reason: string
  /** User who requested it. Null for an automatic refund. */
  readonly requestedBy: string | null
  readonly at: Date
  /** Delay in seconds (machine clock) before the scheduled job executes it, if the caller executes it immediately. */
  readonly delaySeconds?: number
}

/**
 * Stores a refund intent and schedules it before the provider is called. Returns the refund ID, which is the
 * idempotency key at the provider.
 */
export async function writeRefundIntent(transaction: Transaction, intent: RefundIntent): Promise<string> {
  const id = transaction.newId('rfd')
  await transaction.query
    .insertInto('refund')
    .values({
      id,
      purchaseId: intent.purchase.id,
      accountId: intent.purchase.accountId,
      provider: intent.purchase.provider,
      status: 'CREATING',
      amountMinor: intent.amountMinor,
      currency: intent.purchase.currency,
      reason: intent.reason,
      requestedBy: intent.requestedBy,
      createdAt: intent.at,
    })
    .execute()
  await scheduleJob(transaction, {
    kind: REFUND_EXECUTE,
    key: id,
    accountId: intent.purchase.accountId,
    runAt: intent.at,
    delaySeconds: intent.delaySeconds ?? 0,
  })
  return id
}
