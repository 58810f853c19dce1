import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { mergeMetadata } from '../api/fields.js'
import { invalid } from '../api/stripe-error.js'
import { requireOneCurrency } from '../customers/customer-currency.js'
import { requireCustomer } from '../customers/require-customer.js'
import { requireChargeable } from '../minimum-charge.js'
import { findRedeemable } from '../discounts/redeem-discounts.js'
import { createSetupIntent } from '../setup-intents/setup-intent.object.js'
import { sessionTotals } from './session-totals.js'
import type { CheckoutSessionParameters } from './checkout-session.input.js'
import { buildCheckoutSession } from './checkout-session.object.js'
import { rejectManagedPayments } from './managed-payments.js'
import { validateModeParameters } from './validate-mode-parameters.js'
import { currencyOf, linesOf, type Line } from './session-lines.js'
import { buildLineItem } from './line-item.object.js'

const MIN_LIFETIME = 30 * 60
const MAX_LIFETIME = 24 * 60 * 60

/** Opens a checkout session, as far as Stripe would, and lets it expire in time. */
export function createCheckoutSession(world: SandboxState, input: CheckoutSessionParameters): Stripe.Checkout.Session {
  if (input.success_url === undefined)
    throw invalid('Missing required param: success_url.', 'success_url', 'parameter_missing')
  const { mode } = input
  const customer = customerOf(world, input)
  validateModeParameters(mode, input)
  rejectManagedPayments(world, input)
  const lines = mode === 'setup' ? [] : linesOf(world, mode, input)
  const currency = mode === 'setup' ? (input.currency ?? null) : currencyOf(world, input, lines)
  if (mode === 'subscription' && customer && currency) requireOneCurrency(world, customer.id, currency)
  const session = world.store.put(
    'checkout.session',
    buildCheckoutSession(world, {
      mode,
      currency,
      customer: customer?.id ?? null,
      customerEmail: customer?.email ?? input.customer_email ?? null,
      customerCreation: customerCreation(mode, customer, input),
      clientReferenceId: input.client_reference_id ?? null,
      metadata: mergeMetadata({}, input.metadata),
      expiresAt: expiryOf(world, input.expires_at),
      successUrl: input.success_url,
      cancelUrl: input.cancel_url ?? null,
      allowPromotionCodes: input.allow_promotion_codes ?? null,
      paymentMethodCollection: mode === 'payment' ? 'if_required' : (input.payment_method_collection ?? 'always'),
      setupIntent: mode === 'setup' ? setupIntentOf(world, customer, input) : null,
      automaticTax: input.automatic_tax?.enabled ?? false,
      taxIdCollection:
        input.tax_id_collection === undefined
          ? null
          : { enabled: input.tax_id_collection.enabled, required: input.tax_id_collection.required ?? 'never' },
      billingAddressCollection: input.billing_address_collection ?? null,
      phoneNumberCollection: input.phone_number_collection?.enabled ?? false,
      locale: input.locale ?? null,
      managedPayments: input.managed_payments === undefined ? null : { enabled: false },
      submitType: input.submit_type ?? null,
      branding: input.branding_settings ?? {},
    }),
  )
  keepDetail(world, session.id, input, lines, currency)
  world.due.schedule('session.expire', session.id, session.expires_at * 1000)
  if (mode === 'setup') return session
  const added = sessionTotals(world, session.id)
  const opened = redeemLater(world, added, input)
  requireChargeable(opened.amount_total ?? 0, currency ?? 'usd', 'line_items')
  return opened
}

function keepDetail(
  world: SandboxState,
  id: string,
  input: CheckoutSessionParameters,
  lines: readonly Line[],
  currency: string | null,
): void {
  world.store.put('session_detail', {
    id,
    lineItems: lines.map((line) => buildLineItem(world, { ...line, currency: currency ?? 'usd' })),
    subscriptionMetadata: mergeMetadata({}, input.subscription_data?.metadata),
    subscriptionDescription: input.subscription_data?.description ?? null,
    paymentIntentMetadata: mergeMetadata({}, input.payment_intent_data?.metadata),
    paymentIntentDescription: input.payment_intent_data?.description ?? null,
    setupFutureUsage: input.payment_intent_data?.setup_future_usage ?? null,
    trialPeriodDays: input.subscription_data?.trial_period_days ?? null,
    trialEnd: trialEndOf(world, input),
    missingPaymentMethod:
      input.subscription_data?.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    updatesName: input.customer_update?.name === 'auto',
    redeemables: [],
    challengedCard: null,
    paymentIntent: null,
  })
}

/** Discounts of the merchant apply immediately. Their coupons are redeemed when the session is paid. */
function redeemLater(
  world: SandboxState,
  session: Stripe.Checkout.Session,
  input: CheckoutSessionParameters,
): Stripe.Checkout.Session {
  if (input.discounts === undefined) return session
  const order = {
    customer: input.customer ?? null,
    amount: session.amount_subtotal ?? 0,
    currency: session.currency ?? 'usd',
  }
  const redeemables = input.discounts.map((reference) => {
    const { coupon, promotionCode } = findRedeemable(world, reference, order)
    return { coupon: coupon.id, promotionCode: promotionCode?.id ?? null }
  })
  world.store.put('session_detail', { ...world.store.need('session_detail', session.id), redeemables })
  return sessionTotals(world, session.id)
}

function setupIntentOf(
  world: SandboxState,
  customer: Stripe.Customer | null,
  input: CheckoutSessionParameters,
): string {
  return createSetupIntent(world, {
    customer: customer?.id ?? null,
    usage: 'off_session',
    description: input.setup_intent_data?.description ?? null,
    metadata: mergeMetadata({}, input.setup_intent_data?.metadata),
  }).id
}

function customerOf(world: SandboxState, input: CheckoutSessionParameters): Stripe.Customer | null {
  if (input.customer === undefined) return null
  if (input.customer_email !== undefined) {
    throw invalid('You may only specify one of these parameters: customer, customer_email.', 'customer_email')
  }
  return requireCustomer(world, input.customer, 'customer', 400)
}

function customerCreation(
  mode: CheckoutSessionParameters['mode'],
  customer: Stripe.Customer | null,
  input: CheckoutSessionParameters,
): 'always' | 'if_required' | null {
  if (customer !== null) return null
  return mode === 'subscription' ? 'always' : (input.customer_creation ?? 'if_required')
}

function trialEndOf(world: SandboxState, input: CheckoutSessionParameters): number | null {
  const end = input.subscription_data?.trial_end
  if (end === undefined) return null
  if (input.subscription_data?.trial_period_days !== undefined)
    throw invalid(
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'subscription_data[trial_end]',
    )
  if (end < world.clock.seconds + 2 * MAX_LIFETIME)
    throw invalid('The `trial_end` date has to be at least 2 days in the future.', 'subscription_data[trial_end]')
  return end
}

function expiryOf(world: SandboxState, wanted: number | undefined): number {
  const now = world.clock.seconds
  if (wanted === undefined) return now + MAX_LIFETIME
  if (wanted < now + MIN_LIFETIME) {
    throw invalid(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    )
  }
  if (wanted > now + MAX_LIFETIME) {
    throw invalid('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', 'expires_at')
  }
  return wanted
}
