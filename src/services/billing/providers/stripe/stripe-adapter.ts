import { localeOf, preferLanguage } from './stripe-locale.js'
import type { Stripe } from 'stripe'
import { accentColors, type Brand } from '#services/catalog/definition/brand.js'
import type { Mode } from '#services/kernel/config/mode.js'
import type { Metrics } from '#services/kernel/metrics/metrics.js'
import type { Timers } from '#services/kernel/time/timers.js'
import type { NewCheckout, NewCustomer, PaymentPort } from '#services/billing/providers/port.js'
import { createPace } from '../pace.js'
import { repeatUnavailable } from '../repeat-unavailable.js'
import { stripeAdoption } from './stripe-adoption.js'
import { beginning, hasTrial, metadataOf } from './beginning.js'
import { stripeBalance } from './stripe-balance.js'
import { stripeMoney } from './stripe-money.js'
import { stripePayments } from './stripe-payments.js'
import { readCheckout } from './read-objects.js'
import { callStripe, orNull, type CallStripe } from './stripe-errors.js'
import { stripeCustomers } from './stripe-customers.js'
import {
  endInvoicedSubscription,
  fetchInvoicedSubscription,
  isSubscription,
  openInvoicedSubscription,
} from './invoiced-subscriptions.js'
import { cancelGranted, chargeGranted, fetchGranted, isGrantedPayment } from './stripe-granted-tokens.js'
import { stripeInvoices } from './stripe-invoices.js'
import { pages } from './stripe-pages.js'
import { stripeListing } from './stripe-listing.js'
import { stripeOffers } from './stripe-offers.js'
import { stripePayouts } from './stripe-payouts.js'
import { stripeSavedPayments } from './stripe-saved-payments.js'
import { stripeUsage } from './stripe-usage.js'
import { stripeSubscriptions } from './subscription-calls.js'
import { stripeEventSubject, verifyStripeEvent } from './verify-event.js'

export interface StripeAdapterOptions {
  readonly client: Stripe
  /** Read at each event, because they change while the server runs. */
  readonly webhookSecrets: () => readonly string[]
  readonly mode: Mode
  readonly metrics: Metrics
  readonly timers: Timers
  /** For an import, which only reads: maximum number of calls that begin in a second. Calls without a response are repeated. Default: neither. */
  readonly callsPerSecond?: number | undefined
}

/** Stripe behind the payment port. */
export function createStripeAdapter(options: StripeAdapterOptions): PaymentPort {
  const { client, webhookSecrets, mode, timers } = options
  const pace = options.callsPerSecond === undefined ? null : createPace(timers, options.callsPerSecond)
  const call: CallStripe = (operation, work) => {
    if (!pace) return callStripe(options, operation, work)
    return repeatUnavailable(timers, async () => {
      await pace()
      return callStripe(options, operation, work)
    })
  }
  return {
    ...stripeListing(client, call, mode),
    ...stripeOffers(client, call),
    ...stripeUsage(client, call),
    provider: 'STRIPE',
    ...stripeSubscriptions(client, call),
    ...stripePayments(client, call),
    ...stripeBalance(client, call),
    ...stripeMoney(client, call),
    payouts: stripePayouts(client, call),
    savedPayments: stripeSavedPayments(client, call),
    invoicing: stripeInvoices(client, call),
    customers: stripeCustomers(client, call, mode),
    adoption: stripeAdoption(client, call),
    createCustomer: async (request) => {
      const id =
        (await findCustomer(client, call, request)) ??
        (await call('customers.create', () => client.customers.create(...customerParameters(request)))).id
      await preferLanguage(client, call, id, request.language)
      return id
    },
    deleteCustomer: async (customerId) => {
      await orNull(call('customers.del', () => client.customers.del(customerId)))
    },
    openCheckout: async (request) => {
      if (request.daysUntilDue !== null) return openInvoicedSubscription(client, call, request, request.daysUntilDue)
      const session = await call('checkout.sessions.create', () =>
        client.checkout.sessions.create(...checkoutParameters(request)),
      )
      return {
        sessionId: session.id,
        url: session.url!,
        expiresAt: session.expires_at ? new Date(session.expires_at * 1000) : null,
      }
    },
    chargeGranted: (charge) => chargeGranted(client, call, charge),
    expireCheckout: async (sessionId) => {
      if (isGrantedPayment(sessionId)) await cancelGranted(client, call, sessionId)
      if (isGrantedPayment(sessionId)) return 'CLOSED'
      if (isSubscription(sessionId)) return endInvoicedSubscription(client, call, sessionId)
      await call('checkout.sessions.expire', () => client.checkout.sessions.expire(sessionId))
      return 'CLOSED'
    },
    // Its pages take the money by themselves: no session is ever merely approved.
    collectCheckout: () => Promise.resolve(),
    fetchCheckout: async (sessionId) => {
      if (isGrantedPayment(sessionId)) return fetchGranted(client, call, sessionId)
      if (isSubscription(sessionId)) return fetchInvoicedSubscription(client, call, sessionId)
      const session = await orNull(
        call('checkout.sessions.retrieve', () =>
          // Expanded, because the session does not say whether a payment that takes days has failed.
          client.checkout.sessions.retrieve(sessionId, { expand: ['payment_intent', 'subscription'] }),
        ),
      )
      return session && readCheckout(session)
    },
    verifyEvent: async (rawBody, headers) =>
      verifyStripeEvent(rawBody, headers, { secrets: webhookSecrets(), mode, timers }),
    concernsOf: stripeEventSubject,
  }
}

/** The customer that was created for the account before, also for one that a restored backup does not contain. */
async function findCustomer(client: Stripe, call: CallStripe, request: NewCustomer): Promise<string | null> {
  const { email, accountId, externalId } = request
  if (email === '') return null
  for await (const { id, metadata } of pages(call, 'customers.list', (after) =>
    client.customers.list({ email, limit: 100, ...after }),
  )) {
    if (metadata['account_id'] === accountId) return id
    if (metadata['internal_user_id'] !== externalId) continue
    await call('customers.update', () => client.customers.update(id, { metadata: { account_id: accountId } }))
    return id
  }
  return null
}

function customerParameters(request: NewCustomer): [Stripe.CustomerCreateParams, Stripe.RequestOptions] {
  return [
    {
      email: request.email,
      ...(request.name ? { name: request.name } : {}),
      metadata: { internal_user_id: request.externalId, account_id: request.accountId },
    },
    { idempotencyKey: request.idempotencyKey },
  ]
}

/** Stripe does not copy the metadata of a session to the objects that it creates, so both carry it. */
function checkoutParameters(request: NewCheckout): [Stripe.Checkout.SessionCreateParams, Stripe.RequestOptions] {
  const metadata = metadataOf(request)
  return [
    {
      ...(request.recurring
        ? {
            mode: 'subscription',
            subscription_data: {
              ...beginning(request),
              ...(hasTrial(request) ? trialSettings(request) : {}),
            },
          }
        : { mode: 'payment', payment_intent_data: { metadata } }),
      ...(hasTrial(request) && !request.trials.cardRequired ? { payment_method_collection: 'if_required' } : {}),
      customer: request.customerId,
      client_reference_id: request.clientReference,
      line_items: [{ price: request.priceExternalId!, quantity: request.quantity }],
      success_url: request.successUrl,
      cancel_url: request.cancelUrl,
      expires_at: Math.floor(request.expiresAt.getTime() / 1000),
      metadata,
      ...(request.promotionId
        ? { discounts: [{ promotion_code: request.promotionId }] }
        : { allow_promotion_codes: true }),
      ...(request.taxes ? TAXES : {}),
      ...SELLER_OF_RECORD,
      ...localeOf(request.language),
      ...(request.brand ? { branding_settings: brandingOf(request.brand) } : {}),
    },
    // The input is part of the key: a page for other objects (after a sandbox reset) or in another language is another request.
    {
      idempotencyKey: [request.checkoutId, request.customerId, request.priceExternalId, request.language]
        .filter(Boolean)
        .join(':'),
    },
  ]
}

const trialSettings = ({ trials }: NewCheckout) =>
  ({
    trial_settings: { end_behavior: { missing_payment_method: trials.withoutCard === 'PAUSE' ? 'pause' : 'cancel' } },
  }) as const

/** Stripe's own settings decide what the catalog leaves out. */
const brandingOf = ({ name, logo, accent }: Brand): Stripe.Checkout.SessionCreateParams.BrandingSettings => ({
  display_name: name,
  ...(accent ? { button_color: accentColors(accent).light.filled } : {}),
  ...(logo ? { logo: { type: 'url', url: logo } } : {}),
})

/**
 * The business sells in its own name. On some new accounts a session otherwise makes Stripe the merchant of record, and
 * then rejects the parameters of taxes.
 */
const SELLER_OF_RECORD = { managed_payments: { enabled: false } } as const

/** Stripe calculates taxes from the customer's address, so the page must request it and store it with the customer. */
const TAXES = {
  automatic_tax: { enabled: true },
  billing_address_collection: 'required',
  tax_id_collection: { enabled: true },
  customer_update: { address: 'auto', name: 'auto' },
} as const
