import type { DisputeRow } from '#entities/billing/dispute.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { RefundRow } from '#entities/billing/refund.entity.js'
import type { FetchedPayment } from '../providers/payments-port.js'
import { listedOnce, type Change } from './change.js'
import { COPIED_COLUMNS, differingColumns } from './copied-columns.js'

/** Recorded refunds and disputes of a payment. */
export interface OurMovements {
  readonly refunds: readonly Pick<RefundRow, 'id' | 'externalId' | 'status' | 'amountMinor'>[]
  readonly disputes: readonly Pick<DisputeRow, 'id' | 'externalId' | 'status' | 'amountMinor'>[]
}

/** Pure: makes refunds and disputes of a purchase those of its payment. A refund that was requested here is found by our ID. */
export function projectMovements(
  { id: purchaseId, provider, currency }: Pick<PurchaseRow, 'id' | 'provider' | 'currency'>,
  ours: OurMovements,
  { refunds, disputes }: Pick<FetchedPayment, 'refunds' | 'disputes'>,
): Change[] {
  const of = { purchaseId, provider, currency }
  return [
    ...listedOnce(refunds).flatMap((refund): Change[] => {
      const { externalId, refundId, reason, createdAt } = refund
      const row = { externalId, ...COPIED_COLUMNS.refund(refund) }
      const known =
        ours.refunds.find((one) => one.externalId === externalId) ??
        ours.refunds.find(({ id, externalId: named }) => id === refundId && named === null)
      if (!known) return [{ insert: 'refund', row: { ...of, ...row, reason, createdAt } }]
      return differingColumns(known, row).length > 0 ? [{ update: 'refund', id: known.id, row }] : []
    }),
    ...listedOnce(disputes).flatMap((dispute): Change[] => {
      const { externalId, openedAt } = dispute
      const row = COPIED_COLUMNS.dispute(dispute)
      const known = ours.disputes.find((one) => one.externalId === externalId)
      if (!known) return [{ insert: 'dispute', row: { ...of, ...row, externalId, openedAt } }]
      return differingColumns(known, row).length > 0 ? [{ update: 'dispute', id: known.id, row }] : []
    }),
  ]
}
