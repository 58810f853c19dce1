import type { StoredInvoiceLine } from '#entities/billing/invoice.entity.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { COPIED_COLUMNS } from '../book/copied-columns.js'
import { recordCredit } from './record-credit.js'
import { recordCreditNotes } from './record-credit-notes.js'
import type { BillingContext } from '../model/billing-context.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import { REFUND_DUPLICATE_SUBSCRIPTION } from '../model/is-duplicate.js'
import { nextFence } from '../model/fetch-fence.js'
import { followPayments } from '../sales/follow-payments.js'
import { noticeOfOverageInvoice } from './overage-notice.js'
import type { FetchedInvoice } from '../providers/payments-port.js'
import type { PaymentPort } from '../providers/port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { closeThreshold } from '../model/threshold-reports.js'
import { wasIncluded } from '../model/own-plans.js'
import { projectPurchase, type SyncedPayment } from '../model/project-purchase.js'
import { selectSubscription } from '../book/our-subscription.js'
import { syncTopUp } from '../top-ups/sync-top-up.js'
import { auditRecordedPayment } from './recorded-payment.js'
import { followUnpaid } from '../model/unpaid-steps.js'
import { findInvoiceSubject, type InvoiceSubject } from '../model/invoice-subject.js'

interface InvoiceUpdate {
  readonly provider: ProviderName
  readonly fence: number
  readonly accountId: string
  readonly invoice: FetchedInvoice
}

/** Reads an invoice from the provider: our copy follows, and a paid one is a purchase of what it bills. */
export async function syncInvoice(
  context: BillingContext,
  port: PaymentPort,
  externalId: string,
  options: { readonly alone?: boolean } = {},
): Promise<string[]> {
  const fence = await nextFence(context.database)
  const { provider } = port
  const invoice = await port.fetchInvoice(externalId)
  if (!invoice) throw new UnprocessableEvent(`invoice ${externalId} not found at the provider`)
  if (!invoice.customerId) return [`invoice ${externalId} has no customer`]
  const owner = await accountOfCustomer(context, provider, invoice.customerId)
  if (!owner) throw new DeferredEvent(`customer ${invoice.customerId} is not recorded yet`)
  const { accountId, adoptedAt } = owner
  // Its credit is part of the balance that the import recorded.
  if (adoptedAt && invoice.createdAt <= adoptedAt && invoice.total.amountMinor <= 0)
    return [`invoice ${externalId} is older than the import of its customer`]
  const isHistory = adoptedAt !== null && (invoice.paidAt ?? invoice.createdAt) <= adoptedAt
  const account = { accountId, provider }
  const isNew =
    isPurchase(invoice) &&
    (await findInvoiceSubject(context.database, account, invoice)) !== null &&
    !(await isPurchased(context.database, accountId, provider, externalId))
  const payment = isNew ? await paymentOf(port, invoice) : null
  const isLate = isNew && !isHistory && (await arrivedAfterEnd(context, port, invoice))
  if (invoice.status === 'PAID' && invoice.creditMinor < 0 && !options.alone)
    await recordPaidInvoices(context, port, invoice)
  const effects = await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const lines = port.invoicing ? null : await recordedLines(transaction, account, externalId)
    const input = { ...account, fence, invoice: lines ? { ...invoice, lines } : invoice }
    if (!(await writeInvoice(transaction, input))) return []
    await auditRecordedPayment(transaction, accountId, invoice)
    await noticeOfOverageInvoice(context, transaction, { accountId, provider, invoice })
    await followPayments(context, transaction, accountId)
    await closeThreshold(context, transaction, input)
    await followUnpaid(context, transaction, { ...invoice, accountId, provider })
    const recorded = await recordCredit(context, transaction, input)
    const invoiced = payment && (await findInvoiceSubject(transaction, account, input.invoice))
    const isIncluded = invoiced && !isHistory && (await isOneTooMany(context, transaction, input, invoiced))
    const returned = isLate ? 'paid after the end' : isIncluded ? 'paid twice' : null
    const projected = invoiced
      ? await projectPurchase(context, transaction, { ...purchaseOf(input, invoiced), payment, returned, isHistory })
      : recorded
    // The first read of an invoice can be that of one with credit notes.
    await recordCreditNotes(transaction, input)
    return projected
  })
  if (!invoice.topUp || (invoice.status !== 'PAID' && invoice.status !== 'OPEN')) return effects
  const charge = { paymentId: null, invoiceId: externalId }
  return [...effects, ...(await syncTopUp(context, port, invoice.topUp, charge))]
}

/**
 * Lines of the first read of an invoice. They stay at a provider without invoices: it does not state what a payment bought, so that a
 * later read has the lines of what the subscription has become.
 */
async function recordedLines(
  { query }: Sql,
  { accountId, provider }: { readonly accountId: string; readonly provider: ProviderName },
  externalId: string,
): Promise<readonly StoredInvoiceLine[] | undefined> {
  const invoice = await query
    .selectFrom('invoice')
    .select('lines')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', externalId)
    .executeTakeFirst()
  return invoice?.lines
}

/** Nothing was bought where nothing was due, as for a trial. */
const isPurchase = (invoice: FetchedInvoice): boolean => invoice.status === 'PAID' && invoice.total.amountMinor > 0

/** Once it is a purchase, only its payment changes it. */
async function isPurchased(sql: Sql, accountId: string, provider: ProviderName, externalId: string): Promise<boolean> {
  const purchase = await sql.query
    .selectFrom('purchase')
    .select('id')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('invoiceId', '=', externalId)
    .executeTakeFirst()
  return purchase !== undefined
}

/** The money of a paid invoice. An invoice that was paid elsewhere has no payment ID; credit is not money. */
async function paymentOf(port: PaymentPort, invoice: FetchedInvoice): Promise<SyncedPayment> {
  const payment = invoice.paymentId ? await port.fetchPayment(invoice.paymentId) : null
  return (
    payment ?? {
      paymentId: null,
      status: 'SUCCEEDED',
      money: { amountMinor: invoice.amountPaidMinor, currency: invoice.total.currency },
      paidAt: invoice.paidAt ?? invoice.createdAt,
      receiptUrl: null,
      refunds: [],
      disputes: [],
    }
  )
}

/**
 * True for the money of a period that begins after the account has bought its plan, or a higher one, without an end. It is returned, and the
 * subscription ends.
 */
async function isOneTooMany(
  { catalog, clock }: BillingContext,
  transaction: Transaction,
  { accountId, provider, invoice: { subscriptionId } }: InvoiceUpdate,
  { productId, periodStart, overage }: InvoiceSubject,
): Promise<boolean> {
  const plan = catalog.current().plans.find((one) => one.productId === productId)
  if (!subscriptionId || overage || !periodStart || !plan) return false
  const isIncluded = await wasIncluded(catalog.current(), transaction, accountId, { plan, at: periodStart })
  const key = `${provider}:${subscriptionId}`
  if (isIncluded)
    await scheduleJob(transaction, { kind: REFUND_DUPLICATE_SUBSCRIPTION, key, accountId, runAt: clock.now() })
  return isIncluded
}

/** True for money that arrived when its subscription had ended: it pays for nothing. */
async function arrivedAfterEnd(
  context: BillingContext,
  port: PaymentPort,
  { subscriptionId, paidAt }: FetchedInvoice,
): Promise<boolean> {
  if (!subscriptionId || !paidAt) return false
  const { provider } = port
  const ended = await selectSubscription(context.database, provider, subscriptionId, 'ended')
    .unionAll((eb) =>
      eb
        .selectFrom('requested_cancellation')
        .select('externalId')
        .where('provider', '=', provider)
        .where('externalId', '=', subscriptionId),
    )
    .executeTakeFirst()
  if (!ended) return false
  const subscription = await port.fetchSubscription(subscriptionId)
  return subscription?.endedAt != null && paidAt > subscription.endedAt
}

/**
 * Records paid invoices of a subscription that are not recorded yet, because credit for unused time comes from purchases. The invoice
 * `externalId` is left out.
 */
export async function recordPaidInvoices(
  context: BillingContext,
  port: PaymentPort,
  { externalId = '', subscriptionId }: Partial<Pick<FetchedInvoice, 'externalId' | 'subscriptionId'>>,
): Promise<void> {
  if (!subscriptionId) return
  const paid = await port.paidInvoicesOf(subscriptionId)
  const invoices = await context.database.query
    .selectFrom('invoice')
    .select('externalId')
    .where('provider', '=', port.provider)
    .where('externalId', 'in', paid)
    .where('status', '=', 'PAID')
    .execute()
  const recorded = new Set([externalId, ...invoices.map((invoice) => invoice.externalId)])
  for (const id of paid.toReversed()) if (!recorded.has(id)) await syncInvoice(context, port, id, { alone: true })
}

const purchaseOf = ({ provider, fence, accountId, invoice }: InvoiceUpdate, invoiced: InvoiceSubject) => ({
  provider,
  fence,
  accountId,
  productId: invoiced.productId,
  packageVersionId: null,
  checkoutId: invoiced.checkoutId,
  invoiceId: invoice.externalId,
  subscriptionId: invoice.subscriptionId,
  quantity: invoiced.quantity,
  taxMinor: invoice.taxMinor,
  expiresAt: invoiced.periodEnd,
  creditMinor: Math.max(0, invoice.creditMinor),
  step: invoiced.step,
  overage: invoiced.overage,
})

/** False if a later fetch is already written. */
async function writeInvoice(transaction: Transaction, update: InvoiceUpdate): Promise<boolean> {
  const { accountId, provider, invoice, fence } = update
  const { lines, creditNotes, ...copy } = COPIED_COLUMNS.invoice(invoice)
  const copied = { ...copy, lines: jsonb([...lines]), creditNotes: jsonb([...creditNotes]), fence }
  const { numInsertedOrUpdatedRows } = await transaction.query
    .insertInto('invoice')
    .values({ ...copied, id: transaction.newId('inv'), accountId, provider, externalId: invoice.externalId })
    .onConflict((conflict) =>
      conflict.constraint('invoice_external').doUpdateSet(copied).where('invoice.fence', '<', fence),
    )
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows !== 0n
}
