import type { Stripe } from 'stripe'
import type { InvoicePort, NewInvoice } from '../invoice-port.js'
import { idOf } from './read-objects.js'
import { toStripe } from './stripe-amounts.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'

/** Invoices that are not those of a subscription. */
export function stripeInvoices(client: Stripe, call: CallStripe): InvoicePort {
  return {
    draftInvoice: async (request) => {
      const { known, charged } = await findInvoices(client, call, request)
      if (known && known.status !== 'draft') return known.id
      const { id, customerId, currency, lines } = request
      const [elsewhere] = lines.flatMap(({ key }) => charged.get(key) ?? [])
      if (!known && elsewhere && lines.every(({ key }) => charged.has(key))) return elsewhere
      const invoice = known ?? (await createDraft(client, call, request))
      const present = new Set(known ? await linesOf(client, call, known.id, 'line') : [])
      for (const [index, line] of lines.entries()) {
        if (present.has(String(index)) || charged.has(line.key)) continue
        await call('invoiceItems.create', () =>
          client.invoiceItems.create(
            {
              customer: customerId,
              invoice: invoice.id,
              amount: toStripe({ amountMinor: line.amountMinor, currency }),
              currency: currency.toLowerCase(),
              description: line.description,
              discountable: false,
              period: { start: seconds(line.periodStart), end: seconds(line.periodEnd) },
              metadata: { line: String(index), charge: line.key },
            },
            { idempotencyKey: `${id}:${index}` },
          ),
        )
      }
      return invoice.id
    },
    collectInvoice: async (externalId, { isPaidByCustomer }) => {
      const invoice = await call('invoices.retrieve', () => client.invoices.retrieve(externalId))
      if (invoice.status !== 'draft') return
      await call('invoices.finalizeInvoice', () =>
        client.invoices.finalizeInvoice(
          externalId,
          { auto_advance: !isPaidByCustomer },
          { idempotencyKey: `${externalId}:finalize` },
        ),
      )
    },
  }
}

async function createDraft(client: Stripe, call: CallStripe, request: NewInvoice): Promise<Stripe.Invoice> {
  const { id, accountId, customerId, subscriptionId, currency, description } = request
  const method = subscriptionId && (await methodOf(client, call, subscriptionId))
  return call('invoices.create', () =>
    client.invoices.create(
      {
        customer: customerId,
        currency: currency.toLowerCase(),
        description,
        // Finalized by a call of its own, when all lines are present.
        auto_advance: false,
        pending_invoice_items_behavior: 'exclude',
        metadata: { usage_report: id, account_id: accountId },
        ...(method ? { default_payment_method: method } : {}),
      },
      { idempotencyKey: id },
    ),
  )
}

/** The payment method of a subscription, which Stripe keeps after its end. */
async function methodOf(client: Stripe, call: CallStripe, subscriptionId: string): Promise<string | null> {
  const subscription = await orNull(call('subscriptions.retrieve', () => client.subscriptions.retrieve(subscriptionId)))
  return idOf(subscription?.default_payment_method)
}

interface FoundInvoices {
  /** The invoice that an earlier call created, also after the provider has forgotten the idempotency key. */
  readonly known: Stripe.Invoice | null
  /** Other invoices of the server by the keys of their lines. */
  readonly charged: ReadonlyMap<string, string>
}

/** Invoices of the server to the customer that can contain the lines: they are created after the end of the charged time. */
async function findInvoices(
  client: Stripe,
  call: CallStripe,
  { id, customerId, lines }: NewInvoice,
): Promise<FoundInvoices> {
  const since = Math.min(...lines.map(({ periodEnd }) => seconds(periodEnd)))
  let known: Stripe.Invoice | null = null
  const charged = new Map<string, string>()
  for await (const invoice of pages(call, 'invoices.list', (after) =>
    client.invoices.list({ customer: customerId, created: { gte: since - CLOCK_SECONDS }, limit: 100, ...after }),
  )) {
    const report = invoice.metadata?.['usage_report']
    if (report === id) known = invoice
    else if (report) for (const key of await linesOf(client, call, invoice.id, 'charge')) charged.set(key, invoice.id)
  }
  return { known, charged }
}

/** Our clock and that of the provider can differ by this. */
const CLOCK_SECONDS = 86_400

/** A member of the metadata of the lines that an invoice has. */
async function linesOf(client: Stripe, call: CallStripe, invoice: string, member: string): Promise<string[]> {
  const { data } = await call('invoiceItems.list', () => client.invoiceItems.list({ invoice, limit: 100 }))
  return data.flatMap(({ metadata }) => metadata?.[member] ?? [])
}

const seconds = (moment: Date) => Math.floor(moment.getTime() / 1000)
