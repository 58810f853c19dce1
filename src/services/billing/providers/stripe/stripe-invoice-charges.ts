import { Stripe } from 'stripe'
import type { SavedCharge, SavedChargeResult } from '../saved-payment-port.js'
import { needsConfirmation, readTopUp } from './read-payments.js'
import type { CallStripe } from './stripe-errors.js'
import { taxBehavior, toStripe } from './stripe-amounts.js'
import { pages } from './stripe-pages.js'
import { intentOf } from './intent-of-invoice.js'

const STATUSES: Record<string, SavedChargeResult['status']> = {
  succeeded: 'SUCCEEDED',
  processing: 'PENDING',
  requires_capture: 'PENDING',
  // The customer is absent and cannot confirm it.
  requires_action: 'AUTHENTICATION_REQUIRED',
  requires_confirmation: 'AUTHENTICATION_REQUIRED',
  canceled: 'CANCELED',
}

/** Names the top-up, also for a database that does not contain it. */
export const metadataOf = ({ topUpId, accountId, terms }: SavedCharge): Stripe.MetadataParam => ({
  top_up_id: topUpId,
  account_id: accountId,
  terms: JSON.stringify(terms),
})

/**
 * Charges by an invoice with one line, which has taxes. Each step is omitted if an earlier call made it, so repeated calls complete the same
 * invoice, and a payment is attempted once.
 */
export async function chargeByInvoice(
  client: Stripe,
  call: CallStripe,
  charge: SavedCharge,
): Promise<SavedChargeResult> {
  const { topUpId, methodId, chargedAt } = charge
  const known = await findInvoiceCharge(client, call, charge, new Date(chargedAt.getTime() - DAY_MS))
  const invoice = known ?? (await call('invoices.create', () => client.invoices.create(...invoiceOf(charge))))
  const { id } = invoice
  if (invoice.status === 'draft') {
    const { data } = await call('invoiceItems.list', () => client.invoiceItems.list({ invoice: id, limit: 1 }))
    if (data.length === 0) await call('invoiceItems.create', () => client.invoiceItems.create(...itemOf(charge, id)))
    await call('invoices.finalizeInvoice', () =>
      client.invoices.finalizeInvoice(id, { auto_advance: false }, { idempotencyKey: `${topUpId}:finalize` }),
    )
  }
  const found = await readInvoiceCharge(client, call, id)
  if (found.status !== 'UNSENT') return found
  await call('invoices.pay', () =>
    client.invoices
      .pay(id, { payment_method: methodId, off_session: true }, { idempotencyKey: `${topUpId}:pay` })
      .catch((error: unknown) => {
        // The invoice has the result of a decline.
        if (!(error instanceof Stripe.errors.StripeCardError)) throw error
        return client.invoices.retrieve(id)
      }),
  )
  return readInvoiceCharge(client, call, id)
}

const DAY_MS = 86_400_000

/** The invoice of a top-up. Null if there is none. */
export async function findInvoiceCharge(
  client: Stripe,
  call: CallStripe,
  { topUpId, customerId }: Pick<SavedCharge, 'topUpId' | 'customerId'>,
  since: Date,
): Promise<Stripe.Invoice | null> {
  for await (const invoice of invoiceCharges(client, call, customerId, since))
    if (invoice.metadata?.['top_up_id'] === topUpId) return invoice
  return null
}

/** Invoices of top-ups of a customer since a moment, newest first. */
export async function* invoiceCharges(
  client: Stripe,
  call: CallStripe,
  customer: string,
  since: Date,
): AsyncIterable<Stripe.Invoice> {
  const created = { gte: Math.floor(since.getTime() / 1000) }
  for await (const invoice of pages(call, 'invoices.list', (after) =>
    client.invoices.list({ customer, created, limit: 100, ...after }),
  ))
    if (readTopUp(invoice.metadata ?? {})) yield invoice
}

/** State of a charge by an invoice. */
export async function readInvoiceCharge(
  client: Stripe,
  call: CallStripe,
  invoiceId: string,
): Promise<SavedChargeResult> {
  const invoice = await call('invoices.retrieve', () => client.invoices.retrieve(invoiceId))
  const intent = await intentOf(client, call, invoiceId)
  const charge = { paymentId: intent?.id ?? null, invoiceId }
  if (invoice.status === 'paid') return { ...charge, status: 'SUCCEEDED' }
  if (invoice.status !== 'open' && invoice.status !== 'draft') return { ...charge, status: 'CANCELED' }
  if (!invoice.attempted) return { ...charge, status: 'UNSENT' }
  return { ...charge, status: intent ? readResult(intent).status : 'DECLINED' }
}

function invoiceOf(charge: SavedCharge): [Stripe.InvoiceCreateParams, Stripe.RequestOptions] {
  return [
    {
      customer: charge.customerId,
      currency: charge.money.currency.toLowerCase(),
      description: charge.description,
      default_payment_method: charge.methodId,
      automatic_tax: { enabled: true },
      // It is finalized and paid by calls of their own, and Stripe does not repeat its payment.
      auto_advance: false,
      pending_invoice_items_behavior: 'exclude',
      metadata: metadataOf(charge),
    },
    { idempotencyKey: charge.topUpId },
  ]
}

function itemOf(charge: SavedCharge, invoice: string): [Stripe.InvoiceItemCreateParams, Stripe.RequestOptions] {
  return [
    {
      customer: charge.customerId,
      invoice,
      amount: toStripe(charge.money),
      currency: charge.money.currency.toLowerCase(),
      description: charge.description,
      discountable: false,
      ...taxBehavior(charge.taxes),
      metadata: metadataOf(charge),
    },
    { idempotencyKey: `${charge.topUpId}:item` },
  ]
}

export function readResult(intent: Stripe.PaymentIntent): SavedChargeResult {
  const declined = needsConfirmation(intent) ? 'AUTHENTICATION_REQUIRED' : 'DECLINED'
  return { paymentId: intent.id, invoiceId: null, status: STATUSES[intent.status] ?? declined }
}
