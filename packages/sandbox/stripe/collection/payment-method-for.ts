import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { invalid, type StripeError } from '../api/stripe-error.js'
import { subscriptionOf } from '../subscriptions/apply-invoice-result.js'

/** Payment method of an invoice: its own, its subscription's, otherwise the customer's. */
export function paymentMethodFor(world: SandboxState, invoice: Stripe.Invoice): Stripe.PaymentMethod | null {
  const own = idOf(invoice.default_payment_method) ?? idOf(subscriptionOf(world, invoice)?.default_payment_method)
  return methodBy(world, own) ?? customerMethod(world, idOf(invoice.customer) ?? '')
}

/** The default payment method of a customer, or null. */
export function customerMethod(world: SandboxState, customer: string): Stripe.PaymentMethod | null {
  return methodBy(world, idOf(world.store.get('customer', customer)?.invoice_settings.default_payment_method))
}

/** Error for a charge without a payment method. */
export function nothingToPayWith(): StripeError {
  return invalid(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
    undefined,
    'resource_missing',
  )
}

function methodBy(world: SandboxState, id: string | null): Stripe.PaymentMethod | null {
  return world.store.get('payment_method', id ?? '') ?? null
}
