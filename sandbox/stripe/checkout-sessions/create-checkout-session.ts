import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { mergeMetadata } from '../api/fields.js'
import { invalid, missing, notImplemented } from '../api/stripe-error.js'
import { needCustomer } from '../customers/customer.routes.js'
import type { CheckoutSessionParameters } from './checkout-session.input.js'
import { buildCheckoutSession } from './checkout-session.object.js'
import { buildLineItem } from './line-item.object.js'

const SHORTEST = 30 * 60
const LONGEST = 24 * 60 * 60

/** Opens a checkout session, as far as Stripe would, and lets it expire in time. */
export function createCheckoutSession(world: World, input: CheckoutSessionParameters): Stripe.Checkout.Session {
  if (input.mode === 'setup') throw notImplemented('The mode setup', 'mode')
  if (input.ui_mode !== 'hosted_page') throw notImplemented(`The ui_mode ${input.ui_mode}`, 'ui_mode')
  if (input.success_url === undefined)
    throw invalid('Missing required param: success_url.', 'success_url', 'parameter_missing')
  const mode = input.mode
  const customer = customerOf(world, input)
  requireFittingParameters(mode, input)
  const lines = pricesOf(world, mode, input)
  const currency = currencyOf(world, input, lines)
  const items = lines.map(({ price, quantity }) => buildLineItem(world, price, quantity, currency))
  const trialPeriodDays = input.subscription_data?.trial_period_days ?? null
  const billedNow = trialPeriodDays === null ? items : items.filter((item) => item.price?.recurring === null)
  const session = buildCheckoutSession(world, {
    mode,
    currency,
    amountTotal: billedNow.reduce((sum, item) => sum + item.amount_total, 0),
    customer: customer?.id ?? null,
    customerEmail: customer?.email ?? input.customer_email ?? null,
    customerCreation:
      mode === 'payment' && customer === null
        ? (input.customer_creation ?? 'if_required')
        : mode === 'subscription' && customer === null
          ? 'always'
          : null,
    clientReferenceId: input.client_reference_id ?? null,
    metadata: mergeMetadata({}, input.metadata),
    expiresAt: expiryOf(world, input.expires_at),
    successUrl: input.success_url,
    cancelUrl: input.cancel_url ?? null,
    allowPromotionCodes: input.allow_promotion_codes ?? null,
    paymentMethodCollection: mode === 'subscription' ? (input.payment_method_collection ?? 'always') : 'if_required',
  })
  world.store.put('checkout.session', session)
  world.store.put('session_detail', {
    id: session.id,
    lineItems: items,
    subscriptionMetadata: mergeMetadata({}, input.subscription_data?.metadata),
    paymentIntentMetadata: mergeMetadata({}, input.payment_intent_data?.metadata),
    trialPeriodDays,
    challengedCard: null,
    paymentIntent: null,
  })
  world.due.schedule('session.expire', session.id, session.expires_at * 1000)
  return session
}

function customerOf(world: World, input: CheckoutSessionParameters): Stripe.Customer | null {
  if (input.customer === undefined) return null
  if (input.customer_email !== undefined) {
    throw invalid('You may only specify one of these parameters: customer, customer_email.', 'customer_email')
  }
  return needCustomer(world, input.customer, 'customer', 400)
}

function requireFittingParameters(mode: 'payment' | 'subscription', input: CheckoutSessionParameters): void {
  if (mode === 'payment' && input.subscription_data !== undefined) {
    throw invalid('You can not pass `subscription_data` in `payment` mode.', 'subscription_data')
  }
  if (mode === 'subscription' && input.payment_intent_data !== undefined) {
    throw invalid('You can not pass `payment_intent_data` in `subscription` mode.', 'payment_intent_data')
  }
  if (mode === 'subscription' && input.customer_creation !== undefined) {
    throw invalid('`customer_creation` can only be used in `payment` and `setup` mode.', 'customer_creation')
  }
}

interface Line {
  price: Stripe.Price
  quantity: number
}

function pricesOf(world: World, mode: 'payment' | 'subscription', input: CheckoutSessionParameters): Line[] {
  if (input.line_items === undefined) {
    throw invalid('Missing required param: line_items.', 'line_items', 'parameter_missing')
  }
  const lines = input.line_items.map((item, index): Line => {
    const param = `line_items[${index}]`
    const price = world.store.get('price', item.price)
    if (price === undefined) throw missing('price', item.price, `${param}[price]`, 400)
    if (!price.active) {
      throw invalid('The price specified is inactive. This field only accepts active prices.', `${param}[price]`)
    }
    if (item.quantity === undefined)
      throw invalid(`Quantity is required. Add \`quantity\` to \`${param}\``, `${param}[quantity]`)
    return { price, quantity: item.quantity }
  })
  const recurring = lines.filter(({ price }) => price.recurring !== null)
  if (mode === 'payment' && recurring.length > 0) {
    throw invalid(
      'You specified `payment` mode but passed a recurring price. ' +
        'Either switch to `subscription` mode or use only one-time prices.',
      'mode',
    )
  }
  if (mode === 'subscription' && recurring.length === 0) {
    throw invalid(
      'You must provide at least one recurring price in `subscription` mode when using prices.',
      'line_items',
    )
  }
  const intervals = new Set(
    recurring.map(({ price }) => `${price.recurring?.interval_count} ${price.recurring?.interval}`),
  )
  if (intervals.size > 1) throw notImplemented('A subscription with prices of different intervals', 'line_items')
  return lines
}

/** All prices must have the session's currency, by themselves or by one of their options. */
function currencyOf(world: World, input: CheckoutSessionParameters, lines: Line[]): string {
  const currency = input.currency ?? lines[0]?.price.currency ?? 'usd'
  for (const [index, { price }] of lines.entries()) {
    const options = world.store.get('price_currencies', price.id)?.options ?? {}
    if (price.currency === currency || options[currency] !== undefined) continue
    throw invalid(
      `The price \`${price.id}\` is not available in the currency \`${currency}\` of this Checkout Session.`,
      `line_items[${index}][price]`,
    )
  }
  return currency
}

function expiryOf(world: World, wanted: number | undefined): number {
  const now = world.clock.seconds
  if (wanted === undefined) return now + LONGEST
  if (wanted < now + SHORTEST) {
    throw invalid(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    )
  }
  if (wanted > now + LONGEST) {
    throw invalid('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', 'expires_at')
  }
  return wanted
}
