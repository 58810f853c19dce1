import type { Stripe } from 'stripe'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { FetchedCheckout } from '#services/billing/providers/port.js'
import { fromStripe, minorOf } from './stripe-amounts.js'

const CHECKOUT_STATUSES: Record<string, FetchedCheckout['status']> = {
  open: 'OPEN',
  complete: 'COMPLETE',
  expired: 'EXPIRED',
}

/** An object, or its id: what a field holds depends on what was expanded. */
export const idOf = (reference: string | { id: string } | null | undefined): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null)

/** Stripe counts seconds. */
export const time = (seconds: number | null | undefined): Date | null => (seconds ? new Date(seconds * 1000) : null)

/** A session in our model. An invalid response (HTML, empty JSON) counts as none. */
export function readCheckout(session: Stripe.Checkout.Session): FetchedCheckout {
  const status = CHECKOUT_STATUSES[session.status ?? '']
  if (session.object !== 'checkout.session' || !status)
    throw new ProviderUnavailable('Stripe returned an object that is not a checkout session')
  return {
    sessionId: session.id,
    status,
    approval: null,
    paid: session.payment_status !== 'unpaid',
    failed: session.payment_status === 'unpaid' && hasFailed(session),
    checkoutId: session.metadata?.['checkout_id'] ?? null,
    clientReference: session.client_reference_id,
    customerId: idOf(session.customer),
    subscriptionId: idOf(session.subscription),
    invoiceId: idOf(session.invoice),
    paymentId: idOf(session.payment_intent),
    subtotal:
      session.amount_subtotal === null || !session.currency
        ? null
        : fromStripe(session.amount_subtotal, session.currency),
    taxMinor: minorOf(session.total_details?.amount_tax ?? 0, session.currency ?? ''),
  }
}

/** The end of a delayed payment is visible in the payment itself, or in the subscription that it starts. */
function hasFailed({ payment_intent: payment, subscription }: Stripe.Checkout.Session): boolean {
  if (payment !== null && typeof payment === 'object')
    return payment.status === 'requires_payment_method' || payment.status === 'canceled'
  if (subscription !== null && typeof subscription === 'object')
    return ['incomplete_expired', 'canceled', 'unpaid', 'past_due'].includes(subscription.status)
  return false
}
