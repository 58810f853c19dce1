import type { PurchaseRow, PurchaseStep } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { newId } from '#services/kernel/ids/ids.js'
import { takeBackCredit } from '../account-credit/take-back-credit.js'
import type { BillingContext } from '../billing-context.js'
import type { FetchedPayment } from '../providers/payments-port.js'
import type { ProviderName } from '../providers/port.js'
import { purchaseEvent, purchaseFigures, type PurchaseEventType, type PurchaseFigures } from './decide-purchase.js'
import { applyPurchase } from './apply-purchase.js'
import type { FulfillmentResult } from './fulfillment.js'
import { restorePaidPeriod } from './restore-paid-period.js'
import { returnPayment, type ReturnReason } from './return-payment.js'
import { publishPurchaseEvent } from './publish-purchase-event.js'
import { storeDisputes, storeRefunds } from './store-refunds-and-disputes.js'

/** A payment as reported by the provider, and its purpose. */
export interface PurchaseUpdate {
  readonly provider: ProviderName
  /** The number of the fetch; only a later one may overwrite it. */
  readonly fence: number
  readonly accountId: string
  readonly productId: string
  readonly packageVersionId: string | null
  readonly checkoutId: string | null
  readonly invoiceId: string | null
  readonly subscriptionId: string | null
  readonly quantity: number
  /** Tax included in the payment. Null if already recorded. */
  readonly taxMinor: number | null
  /** End of the purchased entitlement, counted from the payment. Null if it never expires. */
  readonly expiresAt: Date | null
  /** Part of the price that the account's credit paid. */
  readonly creditMinor?: number
  /** The change of a subscription that it pays for. */
  readonly step?: PurchaseStep | null
  /** Set for a payment that pays for nothing: it is returned. */
  readonly returned?: ReturnReason | null
  readonly payment: SyncedPayment
}

/** A payment, or that there was nothing to pay. */
export type SyncedPayment = Omit<FetchedPayment, 'paymentId' | 'customerId' | 'checkoutId' | 'invoiceId'> & {
  readonly paymentId: string | null
}

/** Under the account lock: updates the purchase, its refunds and disputes, the entitlements, and the events. */
export async function projectPurchase(
  context: BillingContext,
  transaction: Transaction,
  requested: PurchaseUpdate,
): Promise<string[]> {
  const { previous, facts: update } = await findPurchaseOf(transaction, requested)
  if (previous && previous.fence > update.fence) return []
  const figures = purchaseFigures(update.payment)
  if (!figures) return previous ? deletePending(transaction, previous) : []
  const purchase = await writePurchase(context, transaction, update, previous?.id ?? newId('pur'), figures)
  await storeRefunds(transaction, purchase, update.payment.refunds)
  await storeDisputes(transaction, purchase, update.payment.disputes)
  await takeBackCredit(context, transaction, purchase)
  const event = purchaseEvent(previous, figures)
  if (event === null) return []
  const followed = update.returned ? 'unchanged' : await applyChange(context, transaction, purchase, event)
  await publishPurchaseEvent(context, transaction, { purchase, event, changesEntitlements: followed === 'changed' })
  const reason = update.returned ?? (followed === 'duplicate' ? 'paid twice' : null)
  if (reason) await returnPayment(context, transaction, purchase, reason)
  return [`${event} ${purchase.id}`]
}

function applyChange(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
  event: PurchaseEventType,
): Promise<FulfillmentResult> {
  const isRestoredPeriod = event === 'purchase.restored' && purchase.subscriptionId !== null
  return (isRestoredPeriod ? restorePaidPeriod : applyPurchase)(context, transaction, purchase)
}

/**
 * The purchase that the payment creates or changes. A checkout has one purchase: another payment for the same checkout becomes a separate
 * purchase without the checkout, and is returned.
 */
async function findPurchaseOf(
  transaction: Transaction,
  update: PurchaseUpdate,
): Promise<{ previous: PurchaseRow | null; facts: PurchaseUpdate }> {
  const { provider, invoiceId, checkoutId, payment } = update
  const byPayment = await transaction.row<PurchaseRow>(
    `select * from purchase where provider = $1 and (payment_id = $2 or invoice_id = $3) order by id limit 1`,
    [provider, payment.paymentId, invoiceId],
  )
  if (byPayment || !checkoutId) return { previous: byPayment ?? null, facts: update }
  const byCheckout = await transaction.row<PurchaseRow>(`select * from purchase where checkout_id = $1`, [checkoutId])
  if (!byCheckout) return { previous: null, facts: update }
  const isOther =
    (payment.paymentId !== null && byCheckout.paymentId !== null) ||
    (invoiceId !== null && byCheckout.invoiceId !== null)
  return isOther
    ? { previous: null, facts: { ...update, checkoutId: null, returned: update.returned ?? 'paid twice' } }
    : { previous: byCheckout, facts: update }
}

/** A payment that was on its way and will not come leaves no purchase; its checkout says that it failed. */
async function deletePending(transaction: Transaction, previous: PurchaseRow): Promise<string[]> {
  const gone = await transaction.run(`delete from purchase where id = $1 and status = 'PENDING'`, [previous.id])
  return gone ? [`purchase ${previous.id} was not completed`] : []
}

async function writePurchase(
  context: BillingContext,
  transaction: Transaction,
  update: PurchaseUpdate,
  id: string,
  figures: PurchaseFigures,
): Promise<PurchaseRow> {
  const { payment } = update
  const row = await transaction.row<PurchaseRow>(
    `insert into purchase (id, account_id, provider, product_id, package_version_id, checkout_id, payment_id, invoice_id, subscription_id, status,
       quantity, amount_minor, currency, refunded_minor, reversed_minor, purchased_at, expires_at, fence, tax_minor,
       credit_minor, step)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, least(coalesce($19::bigint, 0), $12::bigint), $20, $21)
     on conflict (id) do update set status = excluded.status, refunded_minor = excluded.refunded_minor,
       reversed_minor = excluded.reversed_minor, fence = excluded.fence,
       tax_minor = case when $19::bigint is null then purchase.tax_minor else excluded.tax_minor end,
       payment_id = coalesce(purchase.payment_id, excluded.payment_id), checkout_id = coalesce(purchase.checkout_id, excluded.checkout_id),
       purchased_at = case when purchase.status = 'PENDING' then excluded.purchased_at else purchase.purchased_at end,
       expires_at = case when purchase.status = 'PENDING' then excluded.expires_at else purchase.expires_at end
     returning *`,
    [
      id,
      update.accountId,
      update.provider,
      update.productId,
      update.packageVersionId,
      update.checkoutId,
      payment.paymentId,
      update.invoiceId,
      update.subscriptionId,
      figures.status,
      update.quantity,
      payment.money.amountMinor,
      payment.money.currency,
      figures.refundedMinor,
      figures.reversedMinor,
      payment.paidAt ?? context.clock.now(),
      update.expiresAt,
      update.fence,
      update.taxMinor,
      update.creditMinor ?? 0,
      update.step ? JSON.stringify(update.step) : null,
    ],
  )
  return row!
}
