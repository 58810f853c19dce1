import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import { findCheckout } from '../model/checkout-queries.js'
import { syncCheckout } from '../checkout/sync-checkout.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import type { FetchedPayment } from '../providers/payments-port.js'
import type { PaymentPort } from '../providers/port.js'
import { nextFence } from '../model/fetch-fence.js'
import { projectPurchase, type PurchaseUpdate } from '../model/project-purchase.js'
import { refundsOfPurchases } from '../model/billing-links.js'
import { syncTopUp } from '../top-ups/sync-top-up.js'
import { purchaseOfCheckout } from '../model/purchase-queries.js'

/** The event that causes a payment to be synced. */
export interface PaymentNotification {
  /** `hint` only says that the payment succeeded: a payment that is known to be paid is not fetched again. */
  readonly kind: 'hint' | 'change'
  /** Refunds that an event named. */
  readonly refundIds?: readonly string[]
}

/**
 * Syncs a payment from the provider and applies it to its purchase. Handles refunds, disputes and payment events. An
 * unknown payment is synced through the checkout or invoice that it belongs to.
 */
export async function syncPayment(
  context: BillingContext,
  port: PaymentPort,
  paymentId: string,
  notification: PaymentNotification,
): Promise<string[]> {
  const known = await purchaseOfPayment(context, port, paymentId)
  if (known && known.status !== 'PENDING')
    return notification.kind === 'hint' ? [] : followPayment(context, port, known, paymentId, notification)
  const effects = await syncUnknownPayment(context, port, paymentId)
  if (notification.kind === 'hint') return effects
  // A refund or dispute can be received before the payment itself, which was then synced without looking for it.
  const made = await purchaseOfPayment(context, port, paymentId)
  if (!made || made.status === 'PENDING') return effects
  return [...effects, ...(await followPayment(context, port, made, paymentId, notification))]
}

/** Applies the state of a known payment. */
async function followPayment(
  context: BillingContext,
  port: PaymentPort,
  purchase: PurchaseRow,
  paymentId: string,
  notification: PaymentNotification,
): Promise<string[]> {
  const { accountId } = purchase
  const fence = await nextFence(context.database)
  const recorded = (await refundsOfPurchases(context.database, [purchase.id])).flatMap(
    ({ externalId }) => externalId ?? [],
  )
  const refundIds = [...new Set([...recorded, ...(notification.refundIds ?? [])])]
  const payment = await port.fetchPayment(paymentId, {
    history: true,
    invoice: false,
    refundIds,
  })
  if (!payment) throw new UnprocessableEvent(`payment ${paymentId} not found at the provider`)
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    return projectPurchase(context, transaction, { ...updateOf(purchase), fence, payment })
  })
}

/** Syncs the invoice or checkout of a payment without a purchase. */
async function syncUnknownPayment(context: BillingContext, port: PaymentPort, paymentId: string): Promise<string[]> {
  const payment = await port.fetchPayment(paymentId, { invoice: true })
  if (!payment) throw new UnprocessableEvent(`payment ${paymentId} not found at the provider`)
  if (payment.invoiceId) return syncInvoice(context, port, payment.invoiceId)
  if (payment.topUp) return syncTopUp(context, port, payment.topUp, { paymentId, invoiceId: null })
  const checkout = payment.checkoutId && (await findCheckout(context.database, payment.checkoutId))
  if (!checkout) return [`payment ${paymentId} has no checkout or subscription here`]
  const paid = checkout.status === 'COMPLETED' ? await purchaseOfCheckout(context.database, checkout.id) : null
  if (paid?.paymentId && paid.paymentId !== paymentId) return recordSecondPayment(context, paid, payment)
  // A payment by a program is its own page: its answer can have been lost.
  const sessionId = checkout.sessionId ?? (checkout.challengeId === null ? null : paymentId)
  if (!sessionId) throw new DeferredEvent(`the provider session of checkout ${checkout.id} is not recorded yet`)
  return syncCheckout(context, port, sessionId)
}

/** Records a second payment for a checkout, made on another page. It becomes a separate purchase and is returned. */
async function recordSecondPayment(
  context: BillingContext,
  first: PurchaseRow,
  payment: FetchedPayment,
): Promise<string[]> {
  const fence = await nextFence(context.database)
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, first.accountId)
    const input = { ...updateOf(first), invoiceId: null, subscriptionId: null, fence, payment }
    return projectPurchase(context, transaction, input)
  })
}

async function purchaseOfPayment(
  context: BillingContext,
  { provider }: PaymentPort,
  paymentId: string,
): Promise<PurchaseRow | null> {
  const row = await context.database.query
    .selectFrom('purchase')
    .selectAll()
    .where('provider', '=', provider)
    .where('paymentId', '=', paymentId)
    .executeTakeFirst()
  return row ?? null
}

const updateOf = (purchase: PurchaseRow): Omit<PurchaseUpdate, 'fence' | 'payment'> => ({
  provider: purchase.provider,
  accountId: purchase.accountId,
  productId: purchase.productId,
  packageVersionId: purchase.packageVersionId,
  checkoutId: purchase.checkoutId,
  invoiceId: purchase.invoiceId,
  subscriptionId: purchase.subscriptionId,
  quantity: purchase.quantity,
  taxMinor: null,
  expiresAt: purchase.expiresAt,
})
