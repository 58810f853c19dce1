import type { PurchaseRow } from '../../../entities/billing/purchase.entity.js'
import { STANDING_REFUND_STATUSES, type RefundRow } from '../../../entities/billing/refund.entity.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'
import { toDecimal } from '../../kernel/money/money.js'

/** Pure: how much is given back, in minor units; all that is left when no amount is asked for. Or why nothing is. */
export function decideRefund(
  purchase: Pick<PurchaseRow, 'status' | 'amountMinor' | 'currency' | 'paymentId'>,
  refunds: readonly Pick<RefundRow, 'status' | 'amountMinor'>[],
  asked: number | null,
): number | Refused {
  if (purchase.status !== 'PAID' && purchase.status !== 'PARTIALLY_REFUNDED')
    return refused('INVALID_TRANSITION', `A purchase that is ${purchase.status} cannot be refunded.`, {
      field: 'purchaseId',
    })
  if (!purchase.paymentId || purchase.amountMinor === 0)
    return refused('INVALID_TRANSITION', 'Nothing was paid here that could be given back.', { field: 'purchaseId' })
  const standing = refunds.filter(({ status }) => STANDING_REFUND_STATUSES.includes(status))
  const left = purchase.amountMinor - standing.reduce((total, { amountMinor }) => total + amountMinor, 0)
  const amount = asked ?? left
  if (amount >= 1 && amount <= left) return amount
  const most = `${toDecimal({ amountMinor: left, currency: purchase.currency })} ${purchase.currency}`
  return refused('INVALID_AMOUNT', `Between 1 minor unit and ${most} can be given back.`, { field: 'amountMinor' })
}
