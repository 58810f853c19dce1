import type Stripe from 'stripe'
import { days, nextPeriodEnd } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { mergeMetadata } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { invalid, notImplemented } from '../api/stripe-error.js'
import { collectInvoice } from '../collection/collect-invoice.js'
import { customerMethod, nothingToPayWith } from '../collection/payment-method-for.js'
import { requireOneCurrency } from '../customers/customer-currency.js'
import { requireCustomer } from '../customers/require-customer.js'
import { findRedeemable } from '../discounts/redeem-discounts.js'
import { CHARGED, invoiceTerms } from '../invoices/invoice-terms.js'
import { resolvePaymentMethod } from '../payment-methods/attach.js'
import { START, publishInOrder } from '../events/publish-in-order.js'
import { priceAmount } from '../prices/price-amount.js'
import { requireCurrency, requireRecurring, resolvePrice } from '../prices/resolve-price.js'
import { createSetupIntent } from '../setup-intents/setup-intent.object.js'
import { paymentRefused } from './change-subscription.js'
import { createSubscription, waitForFirstPayment, type FirstPart } from './create-subscription.js'
import { requireFittingIntervals } from './plan-items.js'
import { cancellation } from './requested-end.js'
import type { SubscriptionCreation } from './subscription.input.js'
import { intervalOf } from './subscription-periods.js'

/** Creates a subscription by the API and collects its first invoice by `payment_behavior`. */
export function openSubscription(world: SandboxState, input: SubscriptionCreation): Stripe.Subscription {
  return publishInOrder(world, START, () => open(world, input))
}

function open(world: SandboxState, input: SubscriptionCreation): Stripe.Subscription {
  if (input.payment_behavior === 'pending_if_incomplete')
    throw invalid('`pending_if_incomplete` is only for updates of a subscription.', 'payment_behavior')
  const customer = requireCustomer(world, input.customer, 'customer', 400)
  const items = itemsOf(world, input)
  const currency = input.currency ?? items[0]?.price.currency ?? 'usd'
  for (const [index, { price }] of items.entries()) requireRecurring(world, price, currency, `items[${index}]`)
  requireOneCurrency(world, customer.id, currency)
  const oneTime = oneTimeOf(world, input, currency)
  const trialEnd = trialEndOf(world, input)
  const firstPart = firstPartOf(world, input, trialEnd, items)
  const method =
    input.default_payment_method === undefined ? null : ownMethod(world, input.default_payment_method, customer)
  const amount = items.reduce((sum, item) => sum + priceAmount(world, item.price, currency, item.quantity), 0)
  const order = { customer: customer.id, amount, currency }
  const terms = invoiceTerms(input, CHARGED, customer)
  const isSent = terms.collection_method === 'send_invoice'
  const waits = isSent || input.payment_behavior === 'default_incomplete'
  if (!waits && trialEnd === null) requireMethod(world, customer, method, items)
  const { subscription, invoice } = createSubscription(world, {
    customer,
    currency,
    items,
    oneTime,
    paymentMethod: method?.id ?? null,
    metadata: mergeMetadata({}, input.metadata),
    description: input.description ?? null,
    trialEnd,
    firstPart,
    missingPaymentMethod: input.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    saveDefaultPaymentMethod: input.payment_settings?.save_default_payment_method ?? 'off',
    discounts: (input.discounts ?? []).map((given) => findRedeemable(world, given, order)),
    automaticTax: input.automatic_tax?.enabled ?? false,
    terms,
    ending: (built) => cancellation(world, built, input),
    sure: false,
  })
  if (invoice !== null && !isSent) collectFirst(world, subscription, invoice, input)
  if (!isSent) askForMethodLater(world, subscription.id, method ?? customerMethod(world, customer.id))
  return world.store.need('subscription', subscription.id)
}

function collectFirst(
  world: SandboxState,
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice,
  input: SubscriptionCreation,
): void {
  if (input.payment_behavior === 'default_incomplete' && invoice.amount_due > 0)
    return waitForFirstPayment(world, subscription.id)
  const collected = collectInvoice(world, invoice.id, {
    presence: input.off_session === true ? 'off_session' : 'on_session',
  })
  if (collected.status === 'paid') return
  if (input.payment_behavior === 'error_if_incomplete') throw paymentRefused(world, collected)
  if (world.store.need('subscription', subscription.id).status === 'incomplete')
    waitForFirstPayment(world, subscription.id)
}

/** A trial without a payment method comes with a setup intent, so that one can be given before it ends. */
function askForMethodLater(world: SandboxState, id: string, method: Stripe.PaymentMethod | null): void {
  const subscription = world.store.need('subscription', id)
  if (subscription.status !== 'trialing' || method !== null) return
  const setup = createSetupIntent(world, {
    customer: idOf(subscription.customer),
    usage: 'off_session',
    metadata: {},
    description: null,
  })
  world.store.put('subscription', { ...subscription, pending_setup_intent: setup.id })
}

function itemsOf(world: SandboxState, input: SubscriptionCreation) {
  const items = input.items.map((item, index) => ({
    price: resolvePrice(world, item, `items[${index}]`),
    quantity: item.quantity ?? 1,
    metadata: mergeMetadata({}, item.metadata),
  }))
  requireFittingIntervals(items.map(({ price }) => price))
  return items
}

function oneTimeOf(world: SandboxState, input: SubscriptionCreation, currency: string) {
  return (input.add_invoice_items ?? []).map((item, index) => {
    const param = `add_invoice_items[${index}]`
    const price = resolvePrice(world, item, param)
    requireCurrency(world, price, currency, param)
    return { price, quantity: item.quantity ?? 1 }
  })
}

function trialEndOf(world: SandboxState, input: SubscriptionCreation): number | null {
  const now = world.clock.seconds
  if (input.trial_end !== undefined && input.trial_period_days !== undefined)
    throw invalid('You may only specify one of these parameters: trial_end, trial_period_days.', 'trial_end')
  if (input.trial_period_days !== undefined) return now + days(input.trial_period_days)
  if (input.trial_end === undefined || input.trial_end === 'now') return null
  if (input.trial_end <= now) throw invalid('The trial end must be in the future.', 'trial_end')
  return input.trial_end
}

/** Checks the requested billing date: in the future, and not after the default date. */
function firstPartOf(
  world: SandboxState,
  input: SubscriptionCreation,
  trialEnd: number | null,
  items: readonly { price: Stripe.Price }[],
): FirstPart | null {
  const anchor = input.billing_cycle_anchor
  if (anchor === undefined) return null
  if (trialEnd !== null) throw notImplemented('A billing cycle anchor together with a trial', 'billing_cycle_anchor')
  const now = world.clock.seconds
  if (anchor <= now) throw invalid('The billing cycle anchor must be in the future.', 'billing_cycle_anchor')
  const [first] = items
  if (first !== undefined && anchor > nextPeriodEnd(now, now, intervalOf(first.price)))
    throw invalid(
      '`billing_cycle_anchor` cannot be later than the next natural billing date of the subscription.',
      'billing_cycle_anchor',
    )
  return { anchor, billed: input.proration_behavior !== 'none' }
}

/** Returns a payment method of this customer. Another customer's is rejected. */
export function ownMethod(world: SandboxState, id: string, customer: Stripe.Customer): Stripe.PaymentMethod {
  const method = resolvePaymentMethod(world, id, 'default_payment_method')
  if (idOf(method.customer) !== customer.id) {
    throw invalid(
      `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
      'default_payment_method',
      'resource_missing',
    )
  }
  return method
}

/** A subscription with an amount due now needs a payment method. */
function requireMethod(
  world: SandboxState,
  customer: Stripe.Customer,
  method: Stripe.PaymentMethod | null,
  items: readonly { price: Stripe.Price }[],
): void {
  const free = items.every(({ price }) => price.unit_amount === 0 || price.recurring?.usage_type === 'metered')
  if (method !== null || customerMethod(world, customer.id) !== null || free) return
  throw nothingToPayWith()
}
