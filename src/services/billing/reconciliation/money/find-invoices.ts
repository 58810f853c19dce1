import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { CustomerOwner } from '#services/billing/customers/ensure-customer.js'
import { findInvoiceSubject } from '#services/billing/model/invoice-subject.js'
import { listedOnce } from '#services/billing/book/change.js'
import { COPIED_COLUMNS, differingColumns, type Copy } from '#services/billing/book/copied-columns.js'
import type { FetchedInvoice } from '#services/billing/providers/payments-port.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { inChunks } from './in-chunks.js'
import type { MoneyCompared, MoneyComparison } from './find-money-drift.js'
import { accountsOf, ourInvoices, ourMoney, unpaidInvoices } from './load-our-money.js'
import { invoiceDifference, type MoneyDifference } from './money-drift.js'

const CHUNK = 100

/** Invoices at the provider against their copies and the purchases that they make. */
export async function* findInvoices(comparison: MoneyComparison): AsyncIterable<MoneyCompared> {
  const { context, port, period } = comparison
  const { database } = context
  const seen = new Set<string>()
  for await (const invoices of inChunks(port.listInvoices(period), CHUNK)) {
    const ids = invoices.map(({ externalId }) => externalId)
    for (const id of ids) seen.add(id)
    const purchases = await ourMoney(database, port.provider, 'invoiceId', ids)
    const copies = await ourInvoices(database, port.provider, ids)
    const owners = await accountsOf(
      database,
      port.provider,
      invoices.map(({ customerId }) => customerId),
    )
    const differences: MoneyDifference[] = []
    for (const invoice of invoices) {
      const owner = owners.get(invoice.customerId ?? '') ?? null
      const difference =
        (await purchaseDifference(context, port, invoice, {
          accountId: owner?.accountId ?? null,
          known: purchases.get(invoice.externalId) ?? null,
        })) ?? (await copyDifference(port, invoice, { owner, known: copies.get(invoice.externalId) ?? null }))
      if (difference) differences.push(difference)
    }
    yield { checked: invoices.length, differences }
  }
  if (port.invoicing) yield* findUnknownInvoices(comparison, seen)
}

async function purchaseDifference(
  context: BillingContext,
  port: PaymentPort,
  invoice: FetchedInvoice,
  { accountId, known }: { accountId: string | null; known: Parameters<typeof invoiceDifference>[1] },
): Promise<MoneyDifference | null> {
  if (invoice.status !== 'PAID') return null
  const { externalId, total, creditMinor, amountPaidMinor } = invoice
  // An invoice without lines of the catalog makes no purchase.
  const isOurs =
    known !== null ||
    (total.amountMinor > 0 &&
      (await findInvoiceSubject(context.database, { accountId, provider: port.provider }, invoice)) !== null)
  const paid = { ...total, amountMinor: amountPaidMinor }
  return invoiceDifference({ externalId, accountId, paid, creditMinor, total, ours: isOurs }, known)
}

interface OurSide {
  readonly owner: CustomerOwner | null
  readonly known: InvoiceRow | null
}

/** The list can be older than our copy, so a difference is confirmed with a separate read. */
async function copyDifference(
  port: PaymentPort,
  listed: FetchedInvoice,
  { owner, known }: OurSide,
): Promise<MoneyDifference | null> {
  if (!known && !isExpected(listed, owner)) return null
  if (known && differing(known, listed).length === 0) return null
  const invoice = (known && (await port.fetchInvoice(listed.externalId))) ?? listed
  const members = known && differing(known, invoice)
  if (members?.length === 0) return null
  const copy = COPIED_COLUMNS.invoice(invoice)
  const of = (side: Copy<'invoice'>) =>
    Object.fromEntries((members ?? (['status', 'totalMinor'] as const)).map((name) => [name, side[name]]))
  return {
    kind: 'missing_invoice',
    object: `invoice:${invoice.externalId}`,
    accountId: known?.accountId ?? owner?.accountId ?? null,
    description: members
      ? `Invoice ${invoice.externalId} has other values at the provider than here: ${members.join(', ')}.`
      : `Invoice ${invoice.externalId} is ${invoice.status} at the provider and is not recorded here.`,
    ours: known && of(known),
    theirs: of(copy),
    action: 'APPLY',
    safe: true,
  }
}

/** The event of a draft is not among those of every endpoint, and an import leaves earlier invoices out. */
const isExpected = ({ status, createdAt }: FetchedInvoice, owner: CustomerOwner | null): boolean =>
  status !== 'DRAFT' && owner !== null && (owner.adoptedAt === null || createdAt > owner.adoptedAt)

const differing = (ours: InvoiceRow, theirs: FetchedInvoice) =>
  differingColumns<Copy<'invoice'>>(ours, COPIED_COLUMNS.invoice(theirs))

/** True if our copy of an invoice is the one at the provider. */
export async function isCopied({ database }: BillingContext, port: PaymentPort, externalId: string): Promise<boolean> {
  const known = (await ourInvoices(database, port.provider, [externalId])).get(externalId)
  const invoice = await port.fetchInvoice(externalId)
  return known !== undefined && invoice !== null && differing(known, invoice).length === 0
}

/** Invoices here that the provider did not list although they are of the period, unpaid or credited in it; each of them is fetched. */
async function* findUnknownInvoices(
  comparison: MoneyComparison,
  seen: ReadonlySet<string>,
): AsyncIterable<MoneyCompared> {
  const { context, port, period } = comparison
  const differences: MoneyDifference[] = []
  const expected = [
    ...(await unpaidInvoices(context.database, port.provider, period)),
    ...(await newlyCredited(comparison)),
  ]
  const unseen = listedOnce(expected).filter(({ externalId }) => !seen.has(externalId))
  for (const known of unseen) {
    const invoice = await port.fetchInvoice(known.externalId)
    const owner = { accountId: known.accountId, adoptedAt: null }
    const difference = invoice ? await copyDifference(port, invoice, { owner, known }) : unknownInvoice(known)
    if (difference) differences.push(difference)
  }
  yield { checked: unseen.length, differences }
}

/** Invoices with a credit note of the period that is not recorded here. Those that were paid before the period are in no other list. */
async function newlyCredited({ context, port, period }: MoneyComparison): Promise<InvoiceRow[]> {
  const found: InvoiceRow[] = []
  for await (const notes of inChunks(port.listCreditedInvoices(period), CHUNK)) {
    const ids = notes.map(({ externalId }) => externalId)
    const copies = await ourInvoices(context.database, port.provider, ids)
    for (const { externalId, creditNoteId } of notes) {
      const copy = copies.get(externalId)
      if (copy && !copy.creditNotes.some((note) => note.externalId === creditNoteId)) found.push(copy)
    }
  }
  return found
}

const unknownInvoice = ({ externalId, accountId, status, totalMinor, currency }: InvoiceRow): MoneyDifference => ({
  kind: 'unknown_invoice',
  object: `invoice:${externalId}`,
  accountId,
  description: `Invoice ${externalId} is ${status} here, and the provider does not know it.`,
  ours: { status, amountMinor: totalMinor, currency },
  theirs: null,
  action: 'ACCEPT',
  safe: false,
})
