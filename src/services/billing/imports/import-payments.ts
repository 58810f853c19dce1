import { syncInvoice } from '#services/billing/invoices/sync-invoice.js'
import type { MoneyWindow } from '#services/billing/providers/money-listing-port.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { forEachConcurrently } from '#services/kernel/event-loop/for-each-concurrently.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { recordAcceptance } from '../reconciliation/money/accepted-drift.js'
import { inChunks } from '../reconciliation/money/in-chunks.js'
import { accountsOf, ourMoney } from '../reconciliation/money/load-our-money.js'

const CHUNK = 100

/** Reason of differences that an import accepts. */
const PAID_BEFORE = 'Paid before the import, for nothing that was imported'

export interface ImportedPayments {
  /** Paid invoices that were recorded as purchases. */
  recorded: number
  /** Payments for something else, which the reconciliation does not report again. */
  accepted: number
}

/**
 * Records the paid invoices of imported customers in a period, each once. They grant nothing by themselves. Those of customers that are not
 * recorded here, whose subscriptions have ended, are accepted.
 */
export async function importInvoices(
  context: BillingContext,
  port: PaymentPort,
  { period, concurrency, done }: { period: MoneyWindow; concurrency: number; done: (count: number) => void },
): Promise<ImportedPayments> {
  const { database } = context
  const payments: ImportedPayments = { recorded: 0, accepted: 0 }
  for await (const listed of inChunks(port.listInvoices(period), CHUNK)) {
    const invoices = listed.filter(({ status }) => status === 'PAID')
    const known = await ourMoney(
      database,
      port.provider,
      'invoiceId',
      invoices.map(({ externalId }) => externalId),
    )
    const accounts = await accountsOf(
      database,
      port.provider,
      invoices.map(({ customerId }) => customerId),
    )
    const unknown = invoices.filter(({ externalId, total }) => total.amountMinor > 0 && !known.has(externalId))
    const missing = unknown.filter(({ customerId }) => accounts.has(customerId ?? ''))
    await forEachConcurrently(missing, concurrency, async ({ externalId }) => {
      await syncInvoice(context, port, externalId, { alone: true })
      payments.recorded++
    })
    for (const { externalId, customerId, total, amountPaidMinor, creditMinor } of unknown) {
      if (accounts.has(customerId ?? '')) continue
      const paid = { ...total, amountMinor: amountPaidMinor }
      await accept(context, port, `invoice:${externalId}`, { ...paid, creditMinor: Math.max(0, creditMinor) })
      payments.accepted++
    }
    done(listed.length)
  }
  return payments
}

/**
 * Accepts payments of a period that pay for nothing here, such as credits that the old system sold: their units are in the imported
 * balances, and the reconciliation would otherwise offer to refund them.
 */
export async function acceptOtherPayments(
  context: BillingContext,
  port: PaymentPort,
  period: MoneyWindow,
): Promise<number> {
  let accepted = 0
  const none = (async function* (): AsyncIterable<string> {})()
  for await (const charges of inChunks(port.listCharges(period, none), CHUNK)) {
    const known = await ourMoney(
      context.database,
      port.provider,
      'paymentId',
      charges.map(({ paymentId }) => paymentId),
    )
    const created = await customersCreatedHere(
      context,
      port,
      charges.flatMap(({ customerId }) => customerId ?? []),
    )
    for (const { paymentId, customerId, money } of charges) {
      // A payment of a customer that was created here can still be on its way.
      if (known.has(paymentId) || created.has(customerId ?? '')) continue
      await accept(context, port, `payment:${paymentId}`, money)
      accepted++
    }
  }
  return accepted
}

const accept = (context: BillingContext, { provider }: PaymentPort, object: string, theirs: unknown): Promise<void> =>
  recordAcceptance(context, {
    provider,
    drift: { kind: 'missing_purchase', object, theirs },
    reason: PAID_BEFORE,
    acceptedBy: 'import',
    until: null,
  })

async function customersCreatedHere(
  { database }: BillingContext,
  { provider }: PaymentPort,
  customerIds: readonly string[],
): Promise<Set<string>> {
  if (customerIds.length === 0) return new Set()
  const rows = await database.query
    .selectFrom('billing_customer as customer')
    .leftJoin('adopted_customer as adopted', (join) =>
      join.onRef('adopted.accountId', '=', 'customer.accountId').onRef('adopted.provider', '=', 'customer.provider'),
    )
    .select('customer.customerId')
    .where('customer.provider', '=', provider)
    .where('customer.customerId', 'in', customerIds)
    .where('adopted.accountId', 'is', null)
    .execute()
  return new Set(rows.flatMap(({ customerId }) => customerId ?? []))
}
