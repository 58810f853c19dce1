import { Stripe } from 'stripe'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { InvoicePort, NewInvoice, NewInvoiceLine } from '../invoice-port.js'
import { idOf } from './read-objects.js'
import { taxBehavior, toStripe } from './stripe-amounts.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'

/** Lines of the server on the drafts of subscriptions, and invoices that are not those of a subscription. */
export function stripeInvoices(client: Stripe, call: CallStripe): InvoicePort {
  const addLine = (invoice: string, { id, customerId, currency, taxes, lines }: NewInvoice, line: NewInvoiceLine) =>
    call('invoiceItems.create', () =>
      client.invoiceItems.create(
        {
          customer: customerId,
          invoice,
          amount: toStripe({ amountMinor: line.amountMinor, currency }),
          currency: currency.toLowerCase(),
          description: line.description,
          discountable: false,
          ...taxBehavior(taxes),
          period: { start: seconds(line.periodStart), end: seconds(line.periodEnd) },
          metadata: { usage_report: id, charge: line.key },
        },
        { idempotencyKey: [id, invoice, lines.indexOf(line)].join(':') },
      ),
    )
  return {
    openDraftOf: async (subscription) => {
      const { data } = await call('invoices.list', () =>
        client.invoices.list({ subscription, status: 'draft', limit: 100 }),
      )
      const draft = data.find(({ automatically_finalizes_at: at }) => at !== null)
      if (!draft) return null
      const paying = await call('subscriptions.retrieve', () => client.subscriptions.retrieve(subscription))
      // An invoice of a paused collection is not collected.
      return paying.pause_collection ? null : { externalId: draft.id, currency: draft.currency.toUpperCase() }
    },
    findLines: async (request) => {
      const charged = await chargedLines(client, call, request)
      const found = request.lines.map(({ key }) => charged.get(key) ?? null)
      return found.includes(null) ? null : found.at(-1)!
    },
    addToDraft: async (draftId, request) => {
      const charged = await chargedLines(client, call, request)
      for (const line of request.lines) {
        if (charged.has(line.key)) continue
        try {
          await addLine(draftId, request, line)
        } catch (error) {
          if (!isClosed(error)) throw error
          return null
        }
        charged.set(line.key, draftId)
      }
      return request.lines.map(({ key }) => charged.get(key)!).at(-1)!
    },
    draftInvoice: async (request) => {
      const known = await findInvoice(client, call, request)
      if (known && known.status !== 'draft') return known.id
      const charged = await chargedLines(client, call, request)
      const missing = request.lines.filter(({ key }) => !charged.has(key))
      if (!known && missing.length === 0) return charged.get(request.lines[0]!.key)!
      const invoice = known ?? (await createDraft(client, call, request))
      for (const line of missing) await addLine(invoice.id, request, line)
      return invoice.id
    },
    collectInvoice: async (externalId, { isPaidByCustomer }) => {
      const invoice = await call('invoices.retrieve', () => client.invoices.retrieve(externalId))
      // The draft of a subscription becomes final by itself.
      if (invoice.status !== 'draft' || invoice.parent?.subscription_details) return
      await call('invoices.finalizeInvoice', () =>
        client.invoices.finalizeInvoice(
          externalId,
          { auto_advance: !isPaidByCustomer || invoice.collection_method === 'send_invoice' },
          { idempotencyKey: `${externalId}:finalize` },
        ),
      )
    },
    markPaid: async (externalId) => {
      const invoice = await call('invoices.retrieve', () => client.invoices.retrieve(externalId))
      if (invoice.status !== 'paid')
        await call('invoices.pay', () => client.invoices.pay(externalId, { paid_out_of_band: true }))
    },
  }
}

/** True if an invoice is not a draft any more. */
const isClosed = (error: unknown): boolean =>
  error instanceof ProviderRejected &&
  error.cause instanceof Stripe.errors.StripeError &&
  error.cause.code === 'invoice_not_editable'

async function createDraft(client: Stripe, call: CallStripe, request: NewInvoice): Promise<Stripe.Invoice> {
  const { id, accountId, customerId, subscriptionId, currency, description, taxes, daysUntilDue } = request
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
        ...(taxes ? { automatic_tax: { enabled: true } } : {}),
        ...(method ? { default_payment_method: method } : {}),
        ...(daysUntilDue === null ? {} : { collection_method: 'send_invoice', days_until_due: daysUntilDue }),
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
  { id, customerId, lines }: NewInvoice,
): Promise<Stripe.Invoice | null> {
  const created = { gte: sinceOf(lines) }
  for await (const invoice of pages(call, 'invoices.list', (after) =>
    client.invoices.list({ customer: customerId, created, limit: 100, ...after }),
  ))
    if (invoice.metadata?.['usage_report'] === id) return invoice
  return null
}

/** Invoices of the customer by the keys of the lines that the server added to them. */
async function chargedLines(
  client: Stripe,
  call: CallStripe,
  { customerId, lines }: NewInvoice,
): Promise<Map<string, string>> {
  const created = { gte: sinceOf(lines) }
  const charged = new Map<string, string>()
  for await (const { invoice, metadata } of pages(call, 'invoiceItems.list', (after) =>
    client.invoiceItems.list({ customer: customerId, created, limit: 100, ...after }),
  )) {
    const key = metadata?.['charge']
    const externalId = idOf(invoice)
    if (key && externalId) charged.set(key, externalId)
  }
  return charged
}

/** Our clock and that of the provider can differ by this. */
const CLOCK_SECONDS = 86_400

/** Lines are added after the end of the time that they charge. */
const sinceOf = (lines: NewInvoice['lines']): number =>
  Math.min(...lines.map(({ periodEnd }) => seconds(periodEnd))) - CLOCK_SECONDS

const seconds = (moment: Date) => Math.floor(moment.getTime() / 1000)
