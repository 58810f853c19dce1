import type { Stripe } from 'stripe'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { FetchedCheckout, NewCheckout, OpenedCheckout } from '#services/billing/providers/port.js'
import { beginning } from './beginning.js'
import { idOf } from './read-objects.js'
import { minorOf } from './stripe-amounts.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'

/** A subscription whose invoices are sent starts without a page: it is the session of its checkout. */
export const isSubscription = (sessionId: string): boolean => sessionId.startsWith('sub_')

/** Starts a subscription whose invoices are due after days, and sends the first one at once. A repeated call starts no second one. */
export async function openInvoicedSubscription(
  client: Stripe,
  call: CallStripe,
  request: NewCheckout,
  daysUntilDue: number,
): Promise<OpenedCheckout> {
  const subscription = (await findStarted(client, call, request)) ?? (await start(client, call, request, daysUntilDue))
  const first = await finalInvoice(client, call, idOf(subscription.latest_invoice))
  return { sessionId: subscription.id, url: first?.hosted_invoice_url ?? null, expiresAt: null }
}

/** An invoice with its page. Stripe keeps the first invoice of a subscription as a draft for an hour. */
async function finalInvoice(client: Stripe, call: CallStripe, id: string | null): Promise<Stripe.Invoice | null> {
  const found = id && (await call('invoices.retrieve', () => client.invoices.retrieve(id)))
  if (!found || found.status !== 'draft') return found || null
  return call('invoices.finalizeInvoice', () =>
    client.invoices.finalizeInvoice(found.id, { auto_advance: true }, { idempotencyKey: `${found.id}:finalize` }),
  )
}

/** The subscription that an earlier call started, also after Stripe has forgotten the idempotency key. */
async function findStarted(
  client: Stripe,
  call: CallStripe,
  { customerId, checkoutId, openedAt }: NewCheckout,
): Promise<Stripe.Subscription | null> {
  const created = { gte: Math.floor(openedAt.getTime() / 1000) - CLOCK_SECONDS }
  for await (const subscription of pages(call, 'subscriptions.list', (after) =>
    client.subscriptions.list({ customer: customerId, status: 'all', created, limit: 100, ...after }),
  ))
    if (subscription.metadata['checkout_id'] === checkoutId) return subscription
  return null
}

/** Our clock and that of Stripe can differ by this. */
const CLOCK_SECONDS = 86_400

const start = (client: Stripe, call: CallStripe, request: NewCheckout, daysUntilDue: number) =>
  call('subscriptions.create', () =>
    client.subscriptions.create(
      {
        customer: request.customerId,
        items: [{ price: request.priceExternalId!, quantity: request.quantity }],
        collection_method: 'send_invoice',
        days_until_due: daysUntilDue,
        ...beginning(request),
        ...(request.promotionId ? { discounts: [{ promotion_code: request.promotionId }] } : {}),
        ...(request.taxes ? { automatic_tax: { enabled: true } } : {}),
      },
      { idempotencyKey: [request.checkoutId, request.customerId, request.priceExternalId].join(':') },
    ),
  )

/** A started subscription as a checkout, which is paid with its first invoice. */
export async function fetchInvoicedSubscription(
  client: Stripe,
  call: CallStripe,
  externalId: string,
): Promise<FetchedCheckout | null> {
  const subscription = await orNull(call('subscriptions.retrieve', () => client.subscriptions.retrieve(externalId)))
  if (!subscription) return null
  const first = await firstInvoice(client, call, externalId)
  const paid = !first || first.status === 'paid'
  return {
    sessionId: externalId,
    status: 'COMPLETE',
    approval: null,
    paid,
    failed: !paid && (ENDED.includes(subscription.status) || CLOSED.includes(first.status ?? '')),
    checkoutId: subscription.metadata['checkout_id'] ?? null,
    clientReference: null,
    customerId: idOf(subscription.customer),
    subscriptionId: externalId,
    invoiceId: first?.id ?? null,
    paymentId: null,
    subtotal: null,
    taxMinor: minorOf(
      (first?.total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0),
      subscription.currency,
    ),
  }
}

const ENDED: readonly string[] = ['canceled', 'incomplete_expired']
const CLOSED: readonly string[] = ['void', 'uncollectible']

/** Ends a subscription whose first invoice is not paid, and voids that invoice. */
export async function endInvoicedSubscription(client: Stripe, call: CallStripe, externalId: string): Promise<'CLOSED'> {
  const first = await firstInvoice(client, call, externalId)
  if (first?.status === 'paid') throw new ProviderRejected('the first invoice is paid', false)
  if (first?.status === 'open') await call('invoices.void', () => client.invoices.voidInvoice(first.id))
  await orNull(call('subscriptions.cancel', () => client.subscriptions.cancel(externalId)))
  return 'CLOSED'
}

async function firstInvoice(client: Stripe, call: CallStripe, subscription: string): Promise<Stripe.Invoice | null> {
  const { data } = await call('invoices.list', () => client.invoices.list({ subscription, limit: 100 }))
  return data.find(({ billing_reason: reason }) => reason === 'subscription_create') ?? null
}
