import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import { buildInvoicePayment } from '../invoice-payments/invoice-payment.object.js'
import { failPaymentIntent, succeedPaymentIntent } from '../payment-intents/charge-payment-intent.js'
import { buildPaymentIntent } from '../payment-intents/payment-intent.object.js'

/** Pays an open invoice with a card; no money moves when nothing is due. */
export function payInvoice(world: World, id: string, method: Stripe.PaymentMethod | null): Stripe.Invoice {
  const invoice = world.store.need('invoice', id)
  const intent = invoice.amount_due > 0 && method !== null ? collect(world, invoice, method) : null
  const { object } = changeObject(world, 'invoice', id, {
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempt_count: invoice.attempt_count + (intent === null ? 0 : 1),
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: world.clock.seconds },
  })
  emitEvent(world, 'invoice.paid', object)
  emitEvent(world, 'invoice.payment_succeeded', object)
  if (intent !== null) emitEvent(world, 'payment_intent.succeeded', intent)
  return object
}

/** Writes down that paying an open invoice failed; `retryAt` (seconds) is null when nothing more will be tried. */
export function failInvoice(
  world: World,
  id: string,
  method: Stripe.PaymentMethod,
  declineCode: string,
  retryAt: number | null,
): Stripe.Invoice {
  const invoice = world.store.need('invoice', id)
  const { intent } = paymentOf(world, invoice)
  const failed = failPaymentIntent(world, intent, method, declineCode)
  const { object } = changeObject(world, 'invoice', id, {
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    auto_advance: retryAt !== null,
    next_payment_attempt: retryAt,
  })
  emitEvent(world, 'payment_intent.payment_failed', failed)
  emitEvent(world, 'invoice.payment_failed', object)
  return object
}

function collect(world: World, invoice: Stripe.Invoice, method: Stripe.PaymentMethod): Stripe.PaymentIntent {
  const { payment, intent } = paymentOf(world, invoice)
  const succeeded = succeedPaymentIntent(world, intent, method)
  changeObject(world, 'invoice_payment', payment, {
    amount_paid: invoice.amount_due,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: world.clock.seconds },
  })
  return succeeded
}

/** The payment of an invoice: all attempts share one payment intent. */
function paymentOf(world: World, invoice: Stripe.Invoice): { payment: string; intent: string } {
  const known = world.store.all('invoice_payment').find((payment) => payment.invoice === invoice.id)
  if (known !== undefined) return { payment: known.id, intent: known.payment.payment_intent as string }
  const first = invoice.billing_reason === 'subscription_create'
  const intent = world.store.put(
    'payment_intent',
    buildPaymentIntent(world, {
      amount: invoice.amount_due,
      currency: invoice.currency,
      customer: invoice.customer as string,
      description: first ? 'Subscription creation' : 'Subscription update',
      metadata: {},
      setupFutureUsage: first ? 'off_session' : null,
    }),
  )
  const payment = world.store.put('invoice_payment', buildInvoicePayment(world, invoice, intent.id))
  return { payment: payment.id, intent: intent.id }
}
