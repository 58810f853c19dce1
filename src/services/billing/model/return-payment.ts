import { moneyText } from '#services/kernel/text/readable.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { STANDING_REFUND_STATUSES, type RefundRow } from '#entities/billing/refund.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { queueMail } from '#services/kernel/mail/queue-mail.js'
import { renderMail } from '#services/kernel/mail/mail-template.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { changeCreditLater } from './change-credit.js'
import type { BillingContext } from './billing-context.js'
import { refundsOfPurchases } from './billing-links.js'
import { refundable } from './decide-refund.js'
import { writeRefundIntent } from './write-refund-intent.js'

/** Reasons for which a payment is returned without a request, with the sentence that its payer reads. */
const REASONS = {
  'paid twice': 'It was already paid, so this second payment is returned.',
  'paid after the end': 'The subscription had ended before this payment arrived, so the payment is returned.',
  'charged against the plan': 'It was charged although a change of the subscription was scheduled for that time.',
  'account deleted': 'The account was deleted before this payment arrived, so the payment is returned.',
  'built on a returned payment': 'It paid for a change of a subscription whose own payment was returned.',
} as const
export type ReturnReason = keyof typeof REASONS
export const RETURN_REASONS = Object.keys(REASONS)

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
    STANDING_REFUND_STATUSES.includes(status) && RETURN_REASONS.includes(given ?? '')
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
  const { accountId, provider, currency } = purchase
  const name = context.catalog.current().productById.get(purchase.productId)?.name ?? 'a product'
  const money = moneyText({ amountMinor, currency })
  context.log.warn({ purchase: purchase.id, account: accountId, reason, amountMinor }, 'payment returned')
  await recordAccountEvent(transaction, accountId, at, {
    type: 'payment.returned',
    outbox: true,
    summary: `A payment of ${money} for ${name} is returned. ${REASONS[reason]}`,
    subject: { __typename: 'Purchase', id: purchase.id },
    data: { purchaseId: purchase.id, reason, amountMinor, creditMinor, currency },
  })
  const payer = await transaction.query
    .selectFrom('billing_customer')
    .select('email')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('email', '<>', '')
    .executeTakeFirst()
  if (!payer) return
  await queueMail(transaction, {
    accountId,
    to: payer.email,
    at,
    ...renderMail(`Your payment for ${name} is returned`, {
      paragraphs: [
        `We return your payment of ${money} for ${name}. ${REASONS[reason]}`,
        'No action is needed. The money arrives within the usual time of your bank.',
      ],
      action: { label: 'Your billing page', url: context.config.appUrl.href },
    }),
  })
}
