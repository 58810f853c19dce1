import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { newId } from '#services/kernel/ids/ids.js'

/** The due kind of a refund that is to be carried out; its key is the refund's id. */
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
  const id = newId('rfd')
  await transaction.run(
    `insert into refund (id, purchase_id, provider, status, amount_minor, currency, reason, requested_by, created_at)
     values ($1, $2, $3, 'CREATING', $4, $5, $6, $7, $8)`,
    [
      id,
      intent.purchase.id,
      intent.purchase.provider,
      intent.amountMinor,
      intent.purchase.currency,
      intent.reason,
      intent.requestedBy,
      intent.at,
    ],
  )
  await scheduleJob(transaction, {
    kind: REFUND_EXECUTE,
    key: id,
    accountId: intent.purchase.accountId,
    runAt: intent.at,
    delaySeconds: intent.delaySeconds ?? 0,
  })
  return id
}
