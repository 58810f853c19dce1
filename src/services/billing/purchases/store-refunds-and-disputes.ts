import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { FetchedDispute, FetchedRefund } from '../providers/payments-port.js'

/** Updates the refunds of a purchase from the provider; a refund requested here is found by our ID. */
export async function storeRefunds(
  transaction: Transaction,
  purchase: PurchaseRow,
  refunds: readonly FetchedRefund[],
): Promise<void> {
  for (const refund of refunds) {
    const ours = await transaction.run(
      `update refund set external_id = $3, status = $4 where purchase_id = $1 and (external_id = $3 or (id = $2 and external_id is null))`,
      [purchase.id, refund.refundId, refund.externalId, refund.status],
    )
    if (ours) continue
    await transaction.run(
      `insert into refund (id, purchase_id, provider, external_id, status, amount_minor, currency, reason, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict on constraint refund_external do update set status = excluded.status`,
      [
        newId('rfd'),
        purchase.id,
        purchase.provider,
        refund.externalId,
        refund.status,
        refund.amountMinor,
        purchase.currency,
        refund.reason,
        refund.createdAt,
      ],
    )
  }
}

export async function storeDisputes(
  transaction: Transaction,
  purchase: PurchaseRow,
  disputes: readonly FetchedDispute[],
): Promise<void> {
  for (const dispute of disputes)
    await transaction.run(
      `insert into dispute (id, purchase_id, provider, external_id, status, amount_minor, currency, opened_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict on constraint dispute_external do update set status = excluded.status`,
      [
        newId('dsp'),
        purchase.id,
        purchase.provider,
        dispute.externalId,
        dispute.status,
        dispute.amountMinor,
        purchase.currency,
        dispute.openedAt,
      ],
    )
}
