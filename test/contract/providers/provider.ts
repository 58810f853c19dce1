import { Buyer } from '#test/support/buyer.js'
import type { TestServer } from '#test/support/test-server.js'
import { askPayPal } from '#test/support/paypal.js'
import { payPalEvent, payPalHeaders } from '#test/support/signed-paypal-event.js'
import { sampleOf } from '#test/support/sample.js'
import { stripeEvent, stripeSignature } from '#test/support/signed-event.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'
import { templateId } from '#test/support/deployments.js'

export type ProviderName = 'STRIPE' | 'PAYPAL'

/** Event in the provider's own format. */
export type AnyEvent = Record<string, unknown> & { readonly id: string }

/** Test adapter of a provider: does what buyers, banks and operators do there. The product does not use it. */
export interface ProviderUnderTest {
  readonly name: ProviderName
  readonly webhookPath: string
  /** Format of the IDs of its pages. */
  readonly pageIds: { readonly once: RegExp; readonly plan: RegExp }
  /** Where its pages are made, for faults. */
  readonly pagePaths: { readonly once: string; readonly plan: string }
  /** Path for creating prices. */
  readonly pricePath: string
  /** Path of the refunds of a payment. */
  readonly refundPath: (paymentId: string) => string
  /** Prefixes of the paths of all its calls. */
  readonly apiPaths: readonly string[]
  /** Input that approves a page without a card. */
  readonly goodCard: { card?: string }
  /** Whether a page takes the money by itself, also when we had given it up; else nothing is taken that we do not collect. */
  readonly takesByItself: readonly ('ONE_TIME' | 'MONTH')[]
  /** Hours after which a page closes by itself. */
  readonly pageHours: number
  /** Types of events of a paid page, for faults. */
  readonly paidEvents: string
  /** Event about an unknown object, one of each kind with an effect on money. */
  readonly eventsAboutNothing: () => AnyEvent[]
  /** An event that nothing depends on. */
  readonly idleEvent: () => AnyEvent
  /** An event that says that a subscription has ended, whether it has or not. */
  readonly claimOfEnd: (subscriptionId: string) => AnyEvent
  /** Event that states a change of a subscription, with false data. */
  readonly claimOfChange: (subscriptionId: string) => AnyEvent
  /** Where a subscription is ended now, for faults. */
  readonly endPath: (subscriptionId: string) => string
  /** Hands an event in as the provider would. */
  send(server: TestServer, event: AnyEvent): Promise<Response>
  /** Every event that the provider has made, oldest first. */
  events(server: TestServer): Promise<AnyEvent[]>
  /** Refunds of a payment in minor units, as the provider shows them. */
  refundsOf(server: TestServer, paymentId: string): Promise<number[]>
  /** Refunds it in the provider's dashboard, in full or in part. */
  refundThere(server: TestServer, paymentId: string, part?: { amountMinor: number; currency: string }): Promise<void>
  /** Payment of a paid page by the provider's data. Captures it first if the provider waits for that. */
  paymentOfPage(server: TestServer, providerReference: string): Promise<string>
  /** The five most important types of events of a paid page and its money (see `event-orders.test.ts`). */
  readonly storyEvents: { readonly plan: readonly string[]; readonly once: readonly string[] }
  /** ID of a subscription that does not exist, in the provider's format. */
  readonly unknownSubscription: string
  /** Ends a subscription in the provider's own dashboard. */
  endThere(server: TestServer, subscriptionId: string): Promise<void>
  /** The provider's ID of the payer of a subscription, for a payment that must fail. */
  payerOf(
    server: TestServer,
    account: { readonly customerId: string; readonly subscriptionId: string },
  ): Promise<string>
}

const stripeKey = { authorization: 'Bearer sk_test_sandbox_server' }

async function askStripe<Found>(server: TestServer, path: string, init: RequestInit = {}): Promise<Found> {
  const response = await fetch(`${server.sandbox.url}/v1/${path}`, { headers: stripeKey, ...init })
  return (await response.json()) as Found
}

const STRIPE: ProviderUnderTest = {
  name: 'STRIPE',
  webhookPath: '/webhooks/stripe',
  pageIds: { once: /^cs_test_/, plan: /^cs_test_/ },
  pagePaths: { once: '/v1/checkout/sessions', plan: '/v1/checkout/sessions' },
  pricePath: '/v1/prices',
  refundPath: () => '/v1/refunds',
  apiPaths: ['/v1/', '/v2/'],
  goodCard: { card: '4242424242424242' },
  takesByItself: ['ONE_TIME', 'MONTH'],
  pageHours: 23,
  paidEvents: 'checkout.session.*',
  eventsAboutNothing: () =>
    [
      stripeEvent('refund.created', { id: 're_none', object: 'refund', payment_intent: 'pi_none' }),
      stripeEvent('charge.dispute.created', { id: 'dp_none', object: 'dispute', payment_intent: 'pi_none' }),
      stripeEvent('payment_intent.succeeded', { id: 'pi_none', object: 'payment_intent' }),
      stripeEvent('invoice.paid', { id: 'in_none', object: 'invoice' }),
      stripeEvent('customer.subscription.updated', { id: 'sub_none', object: 'subscription' }),
    ] as AnyEvent[],
  idleEvent: () =>
    stripeEvent('radar.early_fraud_warning.created', {
      object: 'radar.early_fraud_warning',
      id: 'issfr_1',
    }) as AnyEvent,
  claimOfEnd: (id) =>
    stripeEvent('customer.subscription.deleted', { object: 'subscription', id, status: 'canceled' }) as AnyEvent,
  claimOfChange: (id) =>
    stripeEvent('customer.subscription.updated', {
      object: 'subscription',
      id,
      metadata: { plan_tier: 'individual' },
    }) as AnyEvent,
  endPath: (id) => `/v1/subscriptions/${id}`,
  send: (server, event) => {
    const body = JSON.stringify(event, null, 2)
    return fetch(`${server.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, server.webhookSecret) },
      body,
    })
  },
  events: async (server) => (await server.sandboxControl<{ events: AnyEvent[] }>('GET', 'events')).events,
  refundsOf: async (server, paymentId) =>
    (await askStripe<{ data: { amount: number }[] }>(server, `refunds?payment_intent=${paymentId}`)).data.map(
      ({ amount }) => amount,
    ),
  refundThere: async (server, paymentId, part) => {
    const body = { payment_intent: paymentId, ...(part ? { amount: String(part.amountMinor) } : {}) }
    await askStripe(server, 'refunds', { method: 'POST', body: new URLSearchParams(body) })
  },
  paymentOfPage: async (server, providerReference) => {
    const session = await askStripe<{ payment_intent: string | null; invoice: string | null }>(
      server,
      `checkout/sessions/${providerReference}`,
    )
    if (session.payment_intent) return session.payment_intent
    const paid = await askStripe<{ data: [{ payment: { payment_intent: string } }] }>(
      server,
      `invoice_payments?invoice=${session.invoice}`,
    )
    return paid.data[0].payment.payment_intent
  },
  storyEvents: {
    plan: [
      'checkout.session.completed',
      'customer.subscription.created',
      'invoice.paid',
      'invoice.payment_succeeded',
      'payment_intent.succeeded',
    ],
    once: [
      'checkout.session.completed',
      'payment_intent.succeeded',
      'refund.created',
      'charge.dispute.created',
      'charge.dispute.closed',
    ],
  },
  unknownSubscription: 'sub_nobody_knows',
  endThere: async (server, id) => {
    await askStripe(server, `subscriptions/${id}`, { method: 'DELETE' })
  },
  payerOf: (_server, { customerId }) => Promise.resolve(customerId),
}

/** A payment of PayPal's is a capture of an order, or a sale of a subscription. */
const isSale = async (server: TestServer, paymentId: string): Promise<boolean> =>
  askPayPal(server.sandbox.url, 'GET', `/v2/payments/captures/${paymentId}`).then(
    () => false,
    () => true,
  )

const PAYPAL: ProviderUnderTest = {
  name: 'PAYPAL',
  webhookPath: '/webhooks/paypal',
  pageIds: { once: /^[0-9A-Z]{17}$/, plan: /^I-[0-9A-Z]+$/ },
  pagePaths: { once: '/paypal/v2/checkout/orders', plan: '/paypal/v1/billing/subscriptions' },
  pricePath: '/paypal/v1/billing/plans',
  refundPath: (paymentId) => `/paypal/v2/payments/captures/${paymentId}/refund`,
  apiPaths: ['/paypal/'],
  goodCard: {},
  takesByItself: ['MONTH'],
  pageHours: 3,
  paidEvents: 'CHECKOUT.ORDER.*',
  eventsAboutNothing: () => [
    payPalEvent('PAYMENT.CAPTURE.REFUNDED', { id: 'R-NONE', links: [{ rel: 'up', href: 'https://x/captures/NONE' }] }),
    payPalEvent('CUSTOMER.DISPUTE.CREATED', { disputed_transactions: [{ seller_transaction_id: 'NONE' }] }),
    payPalEvent('PAYMENT.CAPTURE.COMPLETED', { id: 'NONE' }),
    payPalEvent('BILLING.SUBSCRIPTION.UPDATED', { id: 'I-NONE' }),
  ],
  idleEvent: () => payPalEvent('CATALOG.PRODUCT.UPDATED', { id: 'PROD-1' }),
  claimOfEnd: (id) => payPalEvent('BILLING.SUBSCRIPTION.CANCELLED', { id, status: 'CANCELLED' }),
  claimOfChange: (id) => payPalEvent('BILLING.SUBSCRIPTION.UPDATED', { id, plan_id: 'P-INDIVIDUAL', status: 'ACTIVE' }),
  endPath: (id) => `/paypal/v1/billing/subscriptions/${id}/cancel`,
  send: async (server, event) => {
    const body = JSON.stringify(event)
    return fetch(`${server.url}/webhooks/paypal`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await payPalHeaders(server, body)) },
      body,
    })
  },
  events: async (server) => (await server.sandboxControl<{ payPalEvents: AnyEvent[] }>('GET', 'events')).payPalEvents,
  refundsOf: async (server, paymentId) => {
    if (await isSale(server, paymentId)) return []
    const capture = await askPayPal<{ supplementary_data: { related_ids: { order_id: string } } }>(
      server.sandbox.url,
      'GET',
      `/v2/payments/captures/${paymentId}`,
    )
    const order = await askPayPal<{
      purchase_units: { payments?: { refunds?: { amount: { value: string } }[] } }[]
    }>(server.sandbox.url, 'GET', `/v2/checkout/orders/${capture.supplementary_data.related_ids.order_id}`)
    const refunds = order.purchase_units.flatMap(({ payments }) => payments?.refunds ?? [])
    return refunds.map(({ amount }) => Number(amount.value.replace('.', '')))
  },
  refundThere: async (server, paymentId, part) => {
    const value = part && (part.amountMinor / 100).toFixed(2)
    if (await isSale(server, paymentId))
      await askPayPal(
        server.sandbox.url,
        'POST',
        `/v1/payments/sale/${paymentId}/refund`,
        part ? { amount: { total: value, currency: part.currency } } : {},
      )
    else
      await askPayPal(
        server.sandbox.url,
        'POST',
        `/v2/payments/captures/${paymentId}/refund`,
        part ? { amount: { value, currency_code: part.currency } } : {},
      )
  },
  paymentOfPage: async (server, providerReference) => {
    if (providerReference.startsWith('I-')) {
      const span = 'start_time=2020-01-01T00:00:00Z&end_time=2040-01-01T00:00:00Z'
      const { transactions } = await askPayPal<{ transactions: { id: string }[] }>(
        server.sandbox.url,
        'GET',
        `/v1/billing/subscriptions/${providerReference}/transactions?${span}`,
      )
      return transactions.at(-1)!.id
    }
    await askPayPal(server.sandbox.url, 'POST', `/v2/checkout/orders/${providerReference}/capture`, {})
    const order = await askPayPal<{ purchase_units: [{ payments: { captures: [{ id: string }] } }] }>(
      server.sandbox.url,
      'GET',
      `/v2/checkout/orders/${providerReference}`,
    )
    return order.purchase_units[0].payments.captures[0].id
  },
  storyEvents: {
    plan: [
      'BILLING.SUBSCRIPTION.ACTIVATED',
      'PAYMENT.SALE.COMPLETED',
      'PAYMENT.SALE.REFUNDED',
      'CUSTOMER.DISPUTE.CREATED',
      'CUSTOMER.DISPUTE.RESOLVED',
    ],
    once: [
      'CHECKOUT.ORDER.APPROVED',
      'PAYMENT.CAPTURE.COMPLETED',
      'PAYMENT.CAPTURE.REFUNDED',
      'CUSTOMER.DISPUTE.CREATED',
      'CUSTOMER.DISPUTE.RESOLVED',
    ],
  },
  unknownSubscription: 'I-NOBODYKNOWS1',
  endThere: async (server, id) => {
    await askPayPal(server.sandbox.url, 'POST', `/v1/billing/subscriptions/${id}/cancel`, {
      reason: 'The payer wants no more.',
    })
  },
  payerOf: (_server, { subscriptionId }) => Promise.resolve(subscriptionId),
}

/** A new provider is added here. */
export const PROVIDERS: readonly ProviderUnderTest[] = [STRIPE, PAYPAL]

/**
 * `it` for tests that both providers have. A run of `npm test` tries each of them with one provider, which is drawn every day;
 * `npm run test:long -- providers` tries all with both.
 */
export function itWith({ name }: ProviderUnderTest) {
  const isDrawn = (title: string) =>
    sampleOf(PROVIDERS, 1, title.replace(name, '')).some((provider) => provider.name === name)
  const test = (title: string, run: () => Promise<void>): void => {
    if (isDrawn(title)) it(title, run)
  }
  const each = (rows: readonly unknown[]) => (title: string, run: (...row: unknown[]) => Promise<void>) => {
    const drawn = rows.filter((_, index) => isDrawn(`${title} ${index}`))
    if (drawn.length > 0) it.each(drawn)(title, run)
  }
  return Object.assign(test, { each: each as typeof it.each })
}

/** A buyer who pays by one provider, whatever they buy. */
export class BuyerBy extends Buyer {
  static of(server: TestServer, provider: ProviderUnderTest) {
    return async (email: string): Promise<BuyerBy> =>
      new BuyerBy(server, await server.token(email), email, provider.name)
  }

  constructor(
    server: TestServer,
    token: string,
    email: string,
    readonly provider: ProviderName,
  ) {
    super(server, token, email)
  }

  override start<Answer = { providerReference: string; id: string; __typename: string; code: string }>(
    mutation: 'startSubscription' | 'purchasePackage' | 'purchaseTemplate',
    input: Record<string, unknown>,
  ): Promise<Answer> {
    return super.start(mutation, { provider: this.provider, ...input })
  }
}

/** Calls that were made to a provider, by method and the beginning of the path. */
export async function callsTo(
  server: TestServer,
  provider: ProviderUnderTest,
  method: string,
  path = '',
): Promise<{ method: string; path: string; status: number }[]> {
  const { calls } = await server.sandboxControl<{ calls: { method: string; path: string; status: number }[] }>(
    'GET',
    'calls',
  )
  return calls.filter(
    (call) =>
      call.method === method &&
      provider.apiPaths.some((api) => call.path.startsWith(api)) &&
      call.path.startsWith(path) &&
      !call.path.endsWith('/oauth2/token'),
  )
}

/** Sets a price for a template and returns its ID. */
export async function pricedTemplate(
  server: TestServer,
  slug: string,
  price: { amountMinor: number; currency?: string; interval: { unit: string; count: number } | null },
): Promise<string> {
  const operator = await server.token('operator@example.com', { roles: ['admin'] })
  const template = await templateId(server, slug)
  const { data: answer, errors } = await setTemplatePrice(server, operator, template, {
    currency: 'USD',
    ...price,
  })
  if (errors) throw new Error(JSON.stringify([errors, answer]))
  return template
}
