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
      const known = request.isRepeated ? await findInvoice(client, call, request) : null
      if (known && known.status !== 'draft') return known.id
      const invoice = known ?? (await createDraft(client, call, request))
      const present = new Set(known ? await linesOf(client, call, known.id) : [])
      const { id, customerId, currency, lines } = request
      for (const [index, line] of lines.entries()) {
        if (present.has(String(index))) continue
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
              metadata: { line: String(index) },
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

/** The invoice that an earlier call created, also after the provider has forgotten the idempotency key. */
async function findInvoice(
  client: Stripe,
  call: CallStripe,
  { id, customerId }: NewInvoice,
): Promise<Stripe.Invoice | null> {
  for await (const invoice of pages(call, 'invoices.list', (after) =>
    client.invoices.list({ customer: customerId, limit: 100, ...after }),
  ))
    if (invoice.metadata?.['usage_report'] === id) return invoice
  return null
}

/** Numbers of the lines that a draft has. */
async function linesOf(client: Stripe, call: CallStripe, invoice: string): Promise<string[]> {
  const { data } = await call('invoiceItems.list', () => client.invoiceItems.list({ invoice, limit: 100 }))
  return data.flatMap(({ metadata }) => metadata?.['line'] ?? [])
}

const seconds = (moment: Date) => Math.floor(moment.getTime() / 1000)
