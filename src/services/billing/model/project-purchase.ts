import type { PurchaseRow, PurchaseStep } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { takeBackCredit } from './take-back-credit.js'
import { COPIED_COLUMNS } from '../book/copied-columns.js'
import { ourMovements } from '../book/our-book.js'
import { projectMovements } from '../book/project-movements.js'
import { writeChanges } from '../book/write-changes.js'
import type { BillingContext } from './billing-context.js'
import type { FetchedPayment } from '../providers/payments-port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { purchaseEvent, purchaseFigures, type PurchaseEventType, type PurchaseFigures } from './decide-purchase.js'
import { followRollovers } from './follow-rollovers.js'
import { applyPurchase } from './apply-purchase.js'
import type { FulfillmentResult } from '../purchases/fulfillment.js'
import { purchaseOfCheckout } from './purchase-queries.js'
import { restorePaidPeriod } from './restore-paid-period.js'
import type { ReturnReason } from './payment-returned-mail.js'
import { mailReceipt } from './mail-receipt.js'
import { returnPayment } from './return-payment.js'
import { publishPurchaseEvent } from './publish-purchase-event.js'
import { claimChargedBack } from './claim-charged-back.js'
import { followPayments } from '../sales/follow-payments.js'
import { hasOwnReceipt, nextReceiptNumber, receiptBuyer } from './own-receipt.js'

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
  /** True if it pays for units beyond the allowance of the plan. */
  readonly overage?: boolean
  /** Set for a payment that pays for nothing: it is returned. */
  readonly returned?: ReturnReason | null
  /** True for an automatic top-up, whose mail to the owners is its receipt. */
  readonly isTopUp?: boolean
  /** True if it was paid before an import linked its customer: it is recorded, and webhooks are not sent. */
  readonly isHistory?: boolean
  readonly payment: SyncedPayment
}

/** A payment, or that there was nothing to pay. */
export type SyncedPayment = Omit<FetchedPayment, 'paymentId' | 'customerId' | 'checkoutId' | 'topUp' | 'invoiceId'> & {
  readonly paymentId: string | null
}

/** Under the account lock: updates the purchase, its refunds and disputes, the entitlements, and the events. */
export async function projectPurchase(
  context: BillingContext,
  transaction: Transaction,
  requested: PurchaseUpdate,
): Promise<string[]> {
  const { previous, update: found } = await findPurchaseOf(transaction, requested)
  const update = await returnedAfterDeletion(context, transaction, previous, found)
  if (previous && previous.fence > update.fence) return []
  const figures = purchaseFigures(update.payment)
  if (!figures) return previous ? deletePending(transaction, previous) : []
  const lost = !previous && update.step ? await lostInvoice(transaction, update) : null
  const purchase = await writePurchase(
    context,
    transaction,
    { ...update, lost },
    previous?.id ?? transaction.newId('pur'),
    figures,
  )
  const { accountId, payment } = update
  const moved = projectMovements(purchase, await ourMovements(transaction, purchase, payment), payment)
  await writeChanges(transaction, { accountId, at: context.clock.now() }, moved)
  await claimChargedBack(context, transaction, purchase)
  await followPayments(context, transaction, purchase.accountId)
  await takeBackCredit(context, transaction, purchase)
  const event = purchaseEvent(previous, figures)
  if (event === null) return []
  const followed = update.returned ? 'unchanged' : await applyChange(context, transaction, purchase, event)
  const isHistory = update.isHistory === true && previous === null
  const rolled = await followRollovers(context, transaction, purchase, event)
  const changesEntitlements = followed === 'changed' || rolled
  await publishPurchaseEvent(context, transaction, { purchase, event, changesEntitlements, isHistory })
  const reason = update.returned ?? (followed === 'duplicate' ? 'paid twice' : null)
  if (reason) await returnPayment(context, transaction, purchase, reason)
  else if (event === 'purchase.paid' && !isHistory && !update.isTopUp) await mailReceipt(context, transaction, purchase)
  return [`${event} ${purchase.id}`]
}

/**
 * A payment that arrives after the time of the deletion of its account pays for nothing. Invoices without a package are charges for use or for
 * a subscription, and are owed.
 */
async function returnedAfterDeletion(
  { clock }: BillingContext,
  transaction: Transaction,
  previous: PurchaseRow | null,
  update: PurchaseUpdate,
): Promise<PurchaseUpdate> {
  const isNew = previous === null || previous.status === 'PENDING'
  if (
    !isNew ||
    update.returned ||
    update.subscriptionId ||
    (update.invoiceId && !update.packageVersionId) ||
    update.isHistory
  )
    return update
  const { deletionAt } = await transaction.query
    .selectFrom('account')
    .select('deletionAt')
    .where('id', '=', update.accountId)
    .executeTakeFirstOrThrow()
  return deletionAt && deletionAt <= clock.now() ? { ...update, returned: 'account deleted' } : update
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
): Promise<{ previous: PurchaseRow | null; update: PurchaseUpdate }> {
  const { provider, invoiceId, checkoutId, payment } = update
  const byPayment = await transaction.query
    .selectFrom('purchase')
    .selectAll()
    .where('provider', '=', provider)
    .where((eb) => eb.or([eb('paymentId', '=', payment.paymentId), eb('invoiceId', '=', invoiceId)]))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (byPayment || !checkoutId) return { previous: byPayment ?? null, update }
  const byCheckout = await purchaseOfCheckout(transaction, checkoutId)
  if (!byCheckout) return { previous: null, update }
  const isOther =
    (payment.paymentId !== null && byCheckout.paymentId !== null) ||
    (invoiceId !== null && byCheckout.invoiceId !== null)
  return isOther
    ? { previous: null, update: { ...update, checkoutId: null, returned: update.returned ?? 'paid twice' } }
    : { previous: byCheckout, update }
}

/** The turns of an invoice that was written off before its payment, so that the subscription lost what the invoice charges. */
async function lostInvoice(
  { query }: Transaction,
  { accountId, provider, invoiceId }: PurchaseUpdate,
): Promise<Pick<PurchaseRow, 'reverted' | 'revertedAfter'> | null> {
  const invoice = await query
    .selectFrom('invoice')
    .select(['reverted', 'revertedAfter'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', invoiceId)
    .executeTakeFirst()
  return invoice ?? null
}

/** Deletes the purchase of a pending payment that has failed; the status of its checkout says so. */
async function deletePending(transaction: Transaction, previous: PurchaseRow): Promise<string[]> {
  const { numDeletedRows } = await transaction.query
    .deleteFrom('purchase')
    .where('id', '=', previous.id)
    .where('accountId', '=', previous.accountId)
    .where('status', '=', 'PENDING')
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n ? [`purchase ${previous.id} was not completed`] : []
}

async function writePurchase(
  context: BillingContext,
  transaction: Transaction,
  update: PurchaseUpdate & { readonly lost: Pick<PurchaseRow, 'reverted' | 'revertedAfter'> | null },
  id: string,
  figures: PurchaseFigures,
): Promise<PurchaseRow> {
  const { payment, taxMinor } = update
  const copied = COPIED_COLUMNS.purchase(payment.money)
  const changing = {
    status: figures.status,
    refundedMinor: figures.refundedMinor,
    reversedMinor: figures.reversedMinor,
    fence: update.fence,
    ...(taxMinor === null ? {} : { taxMinor: Math.min(taxMinor, copied.amountMinor) }),
  }
  return transaction.query
    .insertInto('purchase')
    .values({
      ...changing,
      id,
      accountId: update.accountId,
      provider: update.provider,
      productId: update.productId,
      packageVersionId: update.packageVersionId,
      checkoutId: update.checkoutId,
      paymentId: payment.paymentId,
      invoiceId: update.invoiceId,
      subscriptionId: update.subscriptionId,
      quantity: update.quantity,
      ...copied,
      purchasedAt: payment.paidAt ?? context.clock.now(),
      expiresAt: update.expiresAt,
      creditMinor: update.creditMinor ?? 0,
      step: update.step ? jsonb(update.step) : null,
      ...update.lost,
      overage: update.overage ?? false,
      receiptUrl: payment.receiptUrl,
      ...(hasOwnReceipt({ ...update, ...figures })
        ? {
            receiptNumber: nextReceiptNumber(transaction, update.accountId),
            receiptBuyer: receiptBuyer(transaction, update.accountId),
          }
        : {}),
    })
    .onConflict((conflict) =>
      conflict.columns(['id', 'accountId']).doUpdateSet((eb) => {
        const isPending = eb.case().when('purchase.status', '=', 'PENDING')
        return {
          ...changing,
          paymentId: eb.fn.coalesce('purchase.paymentId', 'excluded.paymentId'),
          checkoutId: eb.fn.coalesce('purchase.checkoutId', 'excluded.checkoutId'),
          receiptUrl: eb.fn.coalesce('excluded.receiptUrl', 'purchase.receiptUrl'),
          receiptNumber: eb.fn.coalesce('purchase.receiptNumber', 'excluded.receiptNumber'),
          receiptBuyer: eb.fn.coalesce('purchase.receiptBuyer', 'excluded.receiptBuyer'),
          purchasedAt: isPending.then(eb.ref('excluded.purchasedAt')).else(eb.ref('purchase.purchasedAt')).end(),
          expiresAt: isPending.then(eb.ref('excluded.expiresAt')).else(eb.ref('purchase.expiresAt')).end(),
        }
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
}
