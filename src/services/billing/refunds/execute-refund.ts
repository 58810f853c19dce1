import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { NotNull } from 'kysely'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import type { RefundRow } from '#entities/billing/refund.entity.js'
import { ProviderRejected } from '../providers/provider-errors.js'
import type { PaymentPort } from '../providers/port.js'
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
  const port = providerOf(context, provider)
  try {
    const externalId =
      (await findRefund(context, port, { ...refund, paymentId })) ??
      (await port.refundPayment({ paymentId, refundId, amountMinor, currency, reason })).externalId
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
  await syncPayment(context, port, paymentId, { kind: 'change' })
}

/**
 * The refund at the provider that an earlier call made: one with our ID, or one of the same amount that was requested here and that no row
 * names, because it is later than a restored backup.
 */
async function findRefund(
  { database }: BillingContext,
  port: PaymentPort,
  {
    id,
    accountId,
    paymentId,
    amountMinor,
  }: Pick<RefundRow, 'id' | 'accountId' | 'amountMinor'> & { paymentId: string },
): Promise<string | null> {
  const payment = await port.fetchPayment(paymentId, { history: true, searched: true })
  const made = (payment?.refunds ?? []).filter(({ refundId, status }) => refundId !== null && status !== 'FAILED')
  const own = made.find(({ refundId }) => refundId === id)
  if (own || made.length === 0) return own?.externalId ?? null
  const ids = made.flatMap(({ refundId }) => refundId ?? [])
  const known = await database.query
    .selectFrom('refund')
    .select('id')
    .where('accountId', '=', accountId)
    .where('id', 'in', ids)
    .execute()
  const lost = made.find((one) => one.amountMinor === amountMinor && !known.some((row) => row.id === one.refundId))
  return lost?.externalId ?? null
}

/** Resumes a refund that was interrupted by a crash or an unresponsive provider. */
export async function resumeRefund(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  await executeRefund(context, due.key)
}
