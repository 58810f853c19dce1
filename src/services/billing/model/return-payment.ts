import { ENGLISH, moneyText } from '#services/kernel/text/readable.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { STANDING_REFUND_STATUSES, type RefundRow } from '#entities/billing/refund.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { mailPayer } from './mail-payer.js'
import { changeCreditLater } from './change-credit.js'
import type { BillingContext } from './billing-context.js'
import { refundsOfPurchases } from './billing-links.js'
import { refundable } from './decide-refund.js'
import { PAYMENT_RETURNED_MAIL, RETURN_REASONS, type ReturnReason } from './payment-returned-mail.js'
import { writeRefundIntent } from './write-refund-intent.js'

/** True for a reason that is not of a request. */
const isReturnReason = (reason: string | null): boolean => RETURN_REASONS.some((each) => each === reason)

/**
 * Returns what is left of a payment that pays for nothing: the refund is written in this transaction and executed afterwards. The account
 * is notified by an event, and its payer by mail. The caller holds the account's lock; a purchase is returned once.
 */
export async function returnPayment(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
  reason: ReturnReason,
): Promise<void> {
  const at = context.clock.now()
  const refunds = await refundsOfPurchases(transaction, [purchase.id])
  const isReturned = ({ status, reason: given }: RefundRow) =>
    STANDING_REFUND_STATUSES.includes(status) && isReturnReason(given)
  if (refunds.some(isReturned)) return
  const { left, creditLeft } = refundable(purchase, refunds)
  if (purchase.paymentId && left > 0)
    await writeRefundIntent(transaction, { purchase, amountMinor: left, reason, requestedBy: null, at })
  if (creditLeft > 0)
    await changeCreditLater(context, transaction, {
      accountId: purchase.accountId,
      provider: purchase.provider,
      cause: `returned:${purchase.id}`,
      amountMinor: 0 - creditLeft,
      currency: purchase.currency,
      reason,
      purchaseId: null,
    })
  if (left === 0 && creditLeft === 0) return
  await notify(context, transaction, purchase, { reason, amountMinor: left, creditMinor: creditLeft, at })
}

async function notify(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
  {
    reason,
    amountMinor,
    creditMinor,
    at,
  }: { reason: ReturnReason; amountMinor: number; creditMinor: number; at: Date },
): Promise<void> {
  const { accountId, currency } = purchase
  const name = context.catalog.current().productById.get(purchase.productId)?.name ?? 'a product'
  const money = moneyText({ amountMinor, currency })
  context.log.warn({ purchase: purchase.id, account: accountId, reason, amountMinor }, 'payment returned')
  await recordAccountEvent(transaction, accountId, at, {
    type: 'payment.returned',
    outbox: true,
    summary: `A payment of ${money} for ${name} is returned. ${ENGLISH.say(`paymentReturnedReason.${reason}`)}`,
    subject: { __typename: 'Purchase', id: purchase.id },
    data: { purchaseId: purchase.id, reason, amountMinor, creditMinor, currency },
  })
  const values = { name, money: { amountMinor, currency }, reason }
  await mailPayer(context, transaction, purchase, { texts: PAYMENT_RETURNED_MAIL, values })
}
