import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { buildInvoicePayment } from '../invoice-payments/invoice-payment.object.js'
import { cancelPaymentIntent } from '../payment-intents/cancel-payment-intent.js'
import { createPaymentIntent } from '../payment-intents/payment-intent.object.js'

const DESCRIPTIONS: Record<string, string> = {
  subscription_create: 'Subscription creation',
  subscription_cycle: 'Subscription update',
  subscription_update: 'Subscription update',
}

/** The payment of an invoice and its intent: made once, all attempts share it. */
export function invoicePaymentOf(
  world: SandboxState,
  invoice: Stripe.Invoice,
): { payment: Stripe.InvoicePayment; intent: string } {
  const known = openPaymentOf(world, invoice.id)
  if (known !== undefined) return { payment: known, intent: idOf(known.payment.payment_intent) ?? '' }
  const intent = createPaymentIntent(world, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: idOf(invoice.customer),
    description: DESCRIPTIONS[invoice.billing_reason ?? ''] ?? `Payment for Invoice ${invoice.number ?? ''}`.trim(),
    metadata: {},
    setupFutureUsage: invoice.parent?.subscription_details == null ? null : 'off_session',
    redirects: null,
    invoice: invoice.id,
  })
  const payment = world.store.put('invoice_payment', buildInvoicePayment(world, invoice, intent.id))
  return { payment, intent: intent.id }
}

/** Payment of an invoice that was not canceled. Undefined if there is none. */
export function openPaymentOf(world: SandboxState, invoice: string): Stripe.InvoicePayment | undefined {
  return world.store.by('invoice_payment', 'invoice', invoice).find((payment) => payment.status !== 'canceled')
}

/** Cancels the payment of an invoice on which nothing is left to pay. */
export function cancelInvoicePayment(world: SandboxState, payment: Stripe.InvoicePayment): void {
  changeObject(world, 'invoice_payment', payment.id, {
    status: 'canceled',
    status_transitions: { ...payment.status_transitions, canceled_at: world.clock.seconds },
  })
  cancelPaymentIntent(world, idOf(payment.payment.payment_intent) ?? '', 'void_invoice')
}

/** Part of a paid invoice that was paid outside of Stripe, shown by `expand: ['amount_paid_off_stripe']`. */
export function amountPaidOffStripe(world: SandboxState, invoice: string): number {
  const payments = world.store.by('invoice_payment', 'invoice', invoice)
  const byStripe = payments.reduce(
    (sum, payment) => sum + (payment.status === 'paid' ? (payment.amount_paid ?? 0) : 0),
    0,
  )
  return world.store.need('invoice', invoice).amount_paid - byStripe
}

/** Secret that a client needs to pay an open invoice, shown by `expand: ['confirmation_secret']`. */
export function confirmationSecretOf(world: SandboxState, invoice: string): Stripe.Invoice.ConfirmationSecret | null {
  const payment = openPaymentOf(world, invoice)
  const intent = world.store.get('payment_intent', idOf(payment?.payment.payment_intent) ?? '')
  return intent?.client_secret == null ? null : { client_secret: intent.client_secret, type: 'payment_intent' }
}
