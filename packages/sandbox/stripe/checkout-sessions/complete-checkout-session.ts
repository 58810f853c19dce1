import type Stripe from 'stripe'
import { days } from '#time/periods.js'
import type { SessionDetail } from '#state/records.js'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { followPayment } from '../collection/collect-invoice.js'
import { buildCustomer } from '../customers/customer.object.js'
import { redeem, type Redeemable } from '../discounts/redeem-discounts.js'
import { emitEvent } from '../events/emit-event.js'
import { PURCHASE, START, publishInOrder } from '../events/publish-in-order.js'
import { markInvoicePaid } from '../invoices/settle-invoice.js'
import { invoicePaymentOf } from '../invoices/invoice-payment.js'
import { processPaymentIntent, succeedPaymentIntent } from '../payment-intents/transition-payment-intent.js'
import { attachPaymentMethod } from '../payment-methods/attach.js'
import { succeedSetupIntent } from '../setup-intents/transition-setup-intent.js'
import { createSubscription } from '../subscriptions/create-subscription.js'
import { customerDetails } from './checkout-session.object.js'
import { savePaymentMethod, type PaymentChoice, type Payer } from './payment-choice.js'
import { paymentIntentOf } from './session-payment-intent.js'

type Session = Stripe.Checkout.Session
type Method = Stripe.PaymentMethod | null

/** Completes a session whose payment succeeded or is pending at the bank, and creates the purchased objects. */
export function completeCheckoutSession(
  world: SandboxState,
  open: Session,
  means: PaymentChoice,
  payer: Payer,
): Session {
  return publishInOrder(world, open.mode === 'subscription' ? START : PURCHASE, () =>
    complete(world, open, means, payer),
  )
}

function complete(world: SandboxState, open: Session, means: PaymentChoice, payer: Payer): Session {
  const customer = customerOf(world, open, payer)
  const details = customerDetails(customer?.email ?? open.customer_details?.email ?? payer.email, payer.name, open.mode)
  const session = changeObject(world, 'checkout.session', open.id, {
    customer: customer?.id ?? null,
    customer_details: details,
  }).object
  const method = savePaymentMethod(world, means, { email: details?.email ?? null, name: payer.name })
  const outcome = outcomeOf(world, session, customer, method)
  const { object } = changeObject(world, 'checkout.session', session.id, { ...outcome, status: 'complete', url: null })
  world.due.cancel('session.expire', session.id)
  emitEvent(world, 'checkout.session.completed', object)
  return object
}

function outcomeOf(
  world: SandboxState,
  session: Session,
  customer: Stripe.Customer | null,
  method: Method,
): Partial<Session> {
  if (session.mode === 'setup') return setUp(world, session, customer, method)
  const detail = world.store.need('session_detail', session.id)
  if (session.mode === 'subscription' && customer !== null) return subscribe(world, session, detail, customer, method)
  return payOnce(world, session, detail, method)
}

/** A subscription needs a customer. A single payment gets one only on request. */
function customerOf(world: SandboxState, session: Session, payer: Payer): Stripe.Customer | null {
  if (session.customer !== null) return renamed(world, session, payer)
  if (session.mode !== 'subscription' && session.customer_creation !== 'always') return null
  const email = session.customer_details?.email ?? payer.email
  const customer = world.store.put('customer', buildCustomer(world, { email, name: payer.name }))
  emitEvent(world, 'customer.created', customer)
  return customer
}

/** `customer_update: { name: 'auto' }`: the entered name replaces the customer's name. */
function renamed(world: SandboxState, session: Session, payer: Payer): Stripe.Customer {
  const customer = world.store.need('customer', idOf(session.customer) ?? '')
  if (payer.name === null || !world.store.need('session_detail', session.id).updatesName) return customer
  const { object, previous } = changeObject(world, 'customer', customer.id, { name: payer.name })
  if (Object.keys(previous).length > 0) emitEvent(world, 'customer.updated', object, previous)
  return object
}

function subscribe(
  world: SandboxState,
  session: Session,
  detail: SessionDetail,
  customer: Stripe.Customer,
  method: Method,
): Partial<Session> {
  if (method !== null) attachPaymentMethod(world, method.id, customer.id)
  const lines = detail.lineItems.map((item) => ({ price: item.price as Stripe.Price, quantity: item.quantity ?? 1 }))
  const { subscription, invoice } = createSubscription(world, {
    customer,
    currency: session.currency ?? 'usd',
    items: lines.filter(({ price }) => price.recurring !== null),
    oneTime: lines.filter(({ price }) => price.recurring === null),
    paymentMethod: method?.id ?? null,
    metadata: detail.subscriptionMetadata,
    description: detail.subscriptionDescription,
    trialEnd: detail.trialPeriodDays === null ? detail.trialEnd : world.clock.seconds + days(detail.trialPeriodDays),
    missingPaymentMethod: detail.missingPaymentMethod,
    discounts: redeemablesOf(world, detail),
    automaticTax: session.automatic_tax.enabled,
    sure: true,
  })
  if (invoice === null || invoice.amount_due === 0 || method === null) {
    if (invoice !== null) markInvoicePaid(world, invoice.id)
    const status = session.amount_total === 0 ? 'no_payment_required' : 'paid'
    return { invoice: invoice?.id ?? null, subscription: subscription.id, payment_status: status }
  }
  const { intent } = invoicePaymentOf(world, invoice)
  const moved = move(world, intent, method)
  followPayment(world, invoice.id)
  return { invoice: invoice.id, subscription: subscription.id, payment_status: paymentStatus(moved) }
}

function payOnce(world: SandboxState, session: Session, detail: SessionDetail, method: Method): Partial<Session> {
  redeemAll(world, session, detail)
  if (session.amount_total === 0 || method === null) return { payment_status: 'no_payment_required' }
  const intent = paymentIntentOf(world, session)
  changeObject(world, 'payment_intent', intent, { customer: session.customer })
  return { payment_intent: intent, payment_status: paymentStatus(move(world, intent, method)) }
}

function setUp(
  world: SandboxState,
  session: Session,
  customer: Stripe.Customer | null,
  method: Method,
): Partial<Session> {
  const intent = idOf(session.setup_intent) ?? ''
  changeObject(world, 'setup_intent', intent, { customer: customer?.id ?? null })
  if (method !== null) succeedSetupIntent(world, intent, method)
  return {}
}

function move(world: SandboxState, intent: string, method: Stripe.PaymentMethod): Stripe.PaymentIntent {
  return world.store.get('test_bank', method.id) === undefined
    ? succeedPaymentIntent(world, intent, method)
    : processPaymentIntent(world, intent, method)
}

function paymentStatus(intent: Stripe.PaymentIntent): 'paid' | 'unpaid' {
  return intent.status === 'succeeded' ? 'paid' : 'unpaid'
}

function redeemablesOf(world: SandboxState, detail: SessionDetail): Redeemable[] {
  return detail.redeemables.map(({ coupon, promotionCode }) => ({
    coupon: world.store.need('coupon', coupon),
    promotionCode: promotionCode === null ? null : world.store.need('promotion_code', promotionCode),
  }))
}

/** A subscription redeems its coupons itself; a single payment does it here. */
function redeemAll(world: SandboxState, session: Session, detail: SessionDetail): void {
  for (const given of redeemablesOf(world, detail)) {
    redeem(world, given, {
      customer: idOf(session.customer),
      checkoutSession: session.id,
      amount: session.amount_subtotal ?? 0,
      currency: session.currency ?? 'usd',
    })
  }
}
