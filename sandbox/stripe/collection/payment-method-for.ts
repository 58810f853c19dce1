import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { idOf } from '../api/id-of.js'
import { subscriptionOf } from '../subscriptions/follow-invoice.js'

/** What an invoice is paid with: its own payment method, its subscription's, else the customer's. */
export function paymentMethodFor(world: World, invoice: Stripe.Invoice): Stripe.PaymentMethod | null {
  const own = idOf(invoice.default_payment_method) ?? idOf(subscriptionOf(world, invoice)?.default_payment_method)
  return methodBy(world, own) ?? customerMethod(world, idOf(invoice.customer) ?? '')
}

/** The default payment method of a customer, or null. */
export function customerMethod(world: World, customer: string): Stripe.PaymentMethod | null {
  return methodBy(world, idOf(world.store.get('customer', customer)?.invoice_settings.default_payment_method))
}

function methodBy(world: World, id: string | null): Stripe.PaymentMethod | null {
  return world.store.get('payment_method', id ?? '') ?? null
}
