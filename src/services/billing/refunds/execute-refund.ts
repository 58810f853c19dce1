import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { NotNull } from 'kysely'
import { providerOf, type BillingContext } from '../billing-context.js'
import { ProviderRejected } from '../providers/port.js'
import { syncPayment } from '../purchases/sync-payment.js'

/**
 * Requests the refund from the provider, with the refund ID as idempotency key, and updates the purchase. An
 * interrupted request is retried; a rejected refund has failed.
 */
export async function executeRefund(context: BillingContext, refundId: string): Promise<void> {
  const { query } = context.database
  const refund = await query
    .selectFrom('refund as r')
    .innerJoin('purchase as p', (join) =>
      join.onRef('p.id', '=', 'r.purchaseId').onRef('p.accountId', '=', 'r.accountId'),
    )
    .selectAll('r')
    .select('p.paymentId')
    .where('r.id', '=', refundId)
    .where('r.status', '=', 'CREATING')
    .where('p.paymentId', 'is not', null)
    .$narrowType<{ paymentId: NotNull }>()
    .executeTakeFirst()
  if (!refund) return
  const { accountId, paymentId, amountMinor, currency, reason, provider } = refund
  try {
    const { externalId } = await providerOf(context, provider).refundPayment({
      paymentId,
      refundId,
      amountMinor,
      currency,
      reason,
    })
    await query
      .updateTable('refund')
      .set({ externalId })
      .where('id', '=', refundId)
      .where('accountId', '=', accountId)
      .where('externalId', 'is', null)
      .execute()
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error
    await query
      .updateTable('refund')
      .set({ status: 'FAILED' })
      .where('id', '=', refundId)
      .where('accountId', '=', accountId)
      .where('status', '=', 'CREATING')
      .execute()
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
