import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { COPIED_COLUMNS } from '../book/copied-columns.js'
import type { FetchedDispute, FetchedRefund } from '../providers/payments-port.js'

/** Updates the refunds of a purchase from the provider; a refund requested here is found by our ID. */
export async function storeRefunds(
  transaction: Transaction,
  purchase: PurchaseRow,
  refunds: readonly FetchedRefund[],
): Promise<void> {
  for (const refund of refunds) {
    const { externalId } = refund
    const copied = COPIED_COLUMNS.refund(refund)
    const { numUpdatedRows } = await transaction.query
      .updateTable('refund')
      .set({ externalId, ...copied })
      .where('purchaseId', '=', purchase.id)
      .where('accountId', '=', purchase.accountId)
      .where((eb) =>
        eb.or([
          eb('externalId', '=', externalId),
          eb.and([eb('id', '=', refund.refundId), eb('externalId', 'is', null)]),
        ]),
      )
      .executeTakeFirstOrThrow()
    if (numUpdatedRows > 0n) continue
    await transaction.query
      .insertInto('refund')
      .values({
        id: transaction.newId('rfd'),
        purchaseId: purchase.id,
        accountId: purchase.accountId,
        provider: purchase.provider,
        externalId,
        ...copied,
        currency: purchase.currency,
        reason: refund.reason,
        createdAt: refund.createdAt,
      })
      .onConflict((conflict) => conflict.constraint('refund_external').doUpdateSet(copied))
      .execute()
  }
}

export async function storeDisputes(
  transaction: Transaction,
  purchase: PurchaseRow,
  disputes: readonly FetchedDispute[],
): Promise<void> {
  for (const dispute of disputes) {
    const copied = COPIED_COLUMNS.dispute(dispute)
    await transaction.query
      .insertInto('dispute')
      .values({
        id: transaction.newId('dsp'),
        purchaseId: purchase.id,
        accountId: purchase.accountId,
        provider: purchase.provider,
        externalId: dispute.externalId,
        ...copied,
        currency: purchase.currency,
        openedAt: dispute.openedAt,
      })
      .onConflict((conflict) => conflict.constraint('dispute_external').doUpdateSet(copied))
      .execute()
  }
}
