import { moneyText } from '#services/kernel/text/readable.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { STANDING_REFUND_STATUSES, type RefundRow } from '#entities/billing/refund.entity.js'
import { refundStep } from '#services/kernel/money/charge-rules.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'

type RefundedPurchase = Pick<
  PurchaseRow,
  | 'status'
  | 'provider'
  | 'amountMinor'
  | 'refundedMinor'
  | 'reversedMinor'
  | 'creditMinor'
  | 'creditedMinor'
  | 'currency'
  | 'paymentId'
>

/**
 * Pure: the amount to refund in minor units; everything that is left by default. Or the reason why nothing can be refunded. Money that
 * became credit at the provider, or was returned outside of it, is not refunded a second time.
 */
export function decideRefund(
  purchase: RefundedPurchase,
  refunds: readonly Pick<RefundRow, 'status' | 'amountMinor'>[],
  requested: number | null,
): number | Refused {
  if (purchase.status !== 'PAID' && purchase.status !== 'PARTIALLY_REFUNDED')
    return refused('INVALID_TRANSITION', `A purchase that is ${purchase.status} cannot be refunded.`, {
      field: 'purchaseId',
    })
  if (!purchase.paymentId || purchase.amountMinor === 0)
    return refused(
      'INVALID_TRANSITION',
      purchase.amountMinor === 0
        ? 'No money was paid for this purchase, so none can be refunded.'
        : 'The payment was made outside the payment provider, so the provider cannot refund it. Return the money where it was paid, and cancel the subscription if it ends.',
      { field: 'purchaseId' },
    )
  const step = refundStep(purchase.currency, purchase.provider)
  const { refunded, left: rest } = refundable(purchase, refunds)
  const left = rest - (rest % step)
  if (left === 0)
    return refused('INVALID_TRANSITION', `Nothing is left to refund: ${account(purchase, refunded)}.`, {
      field: 'purchaseId',
    })
  const amount = requested ?? left
  if (amount >= 1 && amount <= left && amount % step === 0) return amount
  const [minimum, maximum] = [money(purchase, step), money(purchase, left)]
  const steps = step > 1 ? `, in steps of ${minimum}` : ''
  const reason = refunded > 0 || purchase.creditedMinor > 0 ? `: ${account(purchase, refunded)}` : ''
  return refused('INVALID_AMOUNT', `The amount must be between ${minimum} and ${maximum}${steps}${reason}.`, {
    field: 'amount.amountMinor',
  })
}

/**
 * Pure: the money that was refunded, the money that is left after refunds and lost disputes, and the part that credit paid and that is not
 * credit again. Credit from a downgrade counts as a return of that part first.
 */
export function refundable(
  purchase: Omit<RefundedPurchase, 'status' | 'provider' | 'currency' | 'paymentId'>,
  refunds: readonly Pick<RefundRow, 'status' | 'amountMinor'>[],
): { readonly refunded: number; readonly left: number; readonly creditLeft: number } {
  const refunded = refunds
    .filter(({ status }) => STANDING_REFUND_STATUSES.includes(status))
    .reduce((total, { amountMinor }) => total + amountMinor, 0)
  const asCredit = Math.max(0, purchase.creditedMinor - purchase.creditMinor)
  const lost = purchase.reversedMinor - purchase.refundedMinor
  return {
    refunded,
    left: Math.max(0, purchase.amountMinor - refunded - lost - asCredit),
    creditLeft: Math.max(0, purchase.creditMinor - purchase.creditedMinor),
  }
}

const money = ({ currency }: Pick<PurchaseRow, 'currency'>, amountMinor: number) => moneyText({ amountMinor, currency })

function account(purchase: RefundedPurchase, refunded: number): string {
  const parts = [`${money(purchase, purchase.amountMinor)} was paid`]
  if (refunded > 0) parts.push(`${money(purchase, refunded)} was refunded`)
  if (purchase.creditedMinor > 0)
    parts.push(`${money(purchase, purchase.creditedMinor)} became credit at the provider or was returned outside of it`)
  return parts.join(', ')
}
