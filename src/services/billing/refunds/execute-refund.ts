import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { RefundRow } from '#entities/billing/refund.entity.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { ProviderRejected } from '../providers/port.js'
import { syncPayment } from '../purchases/sync-payment.js'

/**
 * Requests the refund from the provider, with the refund ID as idempotency key, and updates the purchase. An
 * interrupted request is retried; a rejected refund has failed.
 */
export async function executeRefund(context: BillingContext, refundId: string): Promise<void> {
  const refund = await context.database.row<RefundRow & { paymentId: string }>(
    `select r.*, p.payment_id from refund r join purchase p on p.id = r.purchase_id where r.id = $1 and r.status = 'CREATING'`,
    [refundId],
  )
  if (!refund) return
  const { paymentId, amountMinor, currency, reason, provider } = refund
  try {
    const { externalId } = await providerOf(context, provider).refundPayment({
      paymentId,
      refundId,
      amountMinor,
      currency,
      reason,
    })
    await context.database.run(`update refund set external_id = $2 where id = $1 and external_id is null`, [
      refundId,
      externalId,
    ])
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    await context.database.run(`update refund set status = 'FAILED' where id = $1 and status = 'CREATING'`, [refundId])
    context.log.error({ refund: refundId, reason: error.message }, 'refund rejected by the provider')
    return
  }
  // Counted with the purchase that it changes, in one transaction.
  await syncPayment(context, provider, paymentId, { kind: 'change' })
}

/** Resumes a refund that was interrupted by a crash or an unresponsive provider. */
export async function resumeRefund(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  await executeRefund(context, due.key)
}
