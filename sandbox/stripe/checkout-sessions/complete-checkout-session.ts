import type Stripe from 'stripe'
import type { SessionDetail } from '../../state/records.js'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { buildCustomer } from '../customers/customer.object.js'
import { emitEvent } from '../events/emit-event.js'
import { amountIn } from '../invoices/draft-invoice.js'
import { succeedPaymentIntent } from '../payment-intents/charge-payment-intent.js'
import { keepPaymentMethod } from '../payment-methods/payment-method.object.js'
import type { TestCard } from '../payment-methods/test-cards.js'
import { createSubscription } from '../subscriptions/create-subscription.js'
import { customerDetails } from './checkout-session.object.js'
import type { Payer } from './pay-checkout-session.js'
import { paymentIntentOf } from './session-payment-intent.js'

type Session = Stripe.Checkout.Session

/** The card paid: the money moves, what was bought comes into being, and the session is complete. */
export function completeCheckoutSession(world: World, open: Session, card: TestCard, payer: Payer): Session {
  const customer = customerOf(world, open, payer)
  const details = customerDetails(customer?.email ?? open.customer_details?.email ?? payer.email, payer.name)
  const session = changeObject(world, 'checkout.session', open.id, {
    customer: customer?.id ?? null,
    customer_details: details,
  }).object
  const detail = world.store.need('session_detail', open.id)
  const method = keepPaymentMethod(world, card, {
    customer: customer?.id ?? null,
    email: details?.email ?? null,
    name: payer.name,
  })
  const outcome =
    customer !== null && session.mode === 'subscription'
      ? subscribe(world, session, detail, customer.id, method)
      : payOnce(world, session, method)
  const { object } = changeObject(world, 'checkout.session', session.id, { ...outcome, status: 'complete', url: null })
  world.due.cancel('session.expire', session.id)
  emitEvent(world, 'checkout.session.completed', object)
  return object
}

/** A subscription needs a customer; a single payment gets one only when asked. */
function customerOf(world: World, session: Session, payer: Payer): Stripe.Customer | null {
  if (session.customer !== null) return world.store.need('customer', session.customer as string)
  if (session.mode !== 'subscription' && session.customer_creation !== 'always') return null
  const email = session.customer_details?.email ?? payer.email
  const customer = world.store.put('customer', buildCustomer(world, { email, name: payer.name }))
  emitEvent(world, 'customer.created', customer)
  return customer
}

function subscribe(
  world: World,
  session: Session,
  detail: SessionDetail,
  customer: string,
  method: Stripe.PaymentMethod,
): Partial<Session> {
  const currency = session.currency ?? 'usd'
  const lines = detail.lineItems.map((item) => ({ price: item.price as Stripe.Price, quantity: item.quantity ?? 1 }))
  const { subscription, invoice } = createSubscription(world, {
    customer,
    currency,
    items: lines.filter(({ price }) => price.recurring !== null),
    oneTime: lines
      .filter(({ price }) => price.recurring === null)
      .map((line) => ({ ...line, unitAmount: amountIn(world, line.price, currency) })),
    paymentMethod: method,
    metadata: detail.subscriptionMetadata,
    trialPeriodDays: detail.trialPeriodDays,
  })
  return {
    invoice: invoice.id,
    subscription: subscription.id,
    payment_status: invoice.total === 0 ? 'no_payment_required' : 'paid',
  }
}

function payOnce(world: World, session: Session, method: Stripe.PaymentMethod): Partial<Session> {
  if (session.amount_total === 0) return { payment_status: 'no_payment_required' }
  const intent = paymentIntentOf(world, session)
  changeObject(world, 'payment_intent', intent, { customer: session.customer })
  emitEvent(world, 'payment_intent.succeeded', succeedPaymentIntent(world, intent, method))
  return { payment_intent: intent, payment_status: 'paid' }
}
