import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { invoicePaymentOf } from '../invoices/invoice-payment.js'
import {
  markInvoiceActionRequired,
  markInvoiceFailed,
  markInvoicePaid,
  markInvoiceProcessing,
  markRetrySkipped,
  type CountedAttempt,
} from '../invoices/settle-invoice.js'
import { sendInvoice } from '../invoices/send-invoice.js'
import type { Presence } from '../payment-intents/decide-attempt.js'
import { attemptPaymentIntent } from '../payment-intents/transition-payment-intent.js'
import { nextRetry } from '../subscriptions/dunning.js'
import { isHardDeclined } from './hard-declines.js'
import { applyFailedInvoice, applyPaidInvoice, subscriptionOf } from '../subscriptions/apply-invoice-result.js'
import { paymentMethodFor } from './payment-method-for.js'

/**
 * The one who attempts a payment: the schedule of retries, the merchant (by the API, or when the invoice becomes final), or the payer,
 * whose attempts do not count.
 */
export type Attempter = 'schedule' | 'merchant' | 'payer'

/**
 * Attempts to collect an open invoice and applies the result to it and its subscription. A retry with a permanently
 * declined payment method counts without an attempt.
 */
export function collectInvoice(
  world: SandboxState,
  id: string,
  options: { method?: Stripe.PaymentMethod; presence?: Presence; by?: Attempter } = {},
): Stripe.Invoice {
  const invoice = world.store.need('invoice', id)
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') return invoice
  if (invoice.amount_remaining === 0) return paid(world, id)
  const by = options.by ?? 'merchant'
  // A schedule charges only what is charged automatically.
  if (by === 'schedule' && invoice.collection_method === 'send_invoice') return sendInvoice(world, id)
  const method = options.method ?? paymentMethodFor(world, invoice)
  if (method === null) return failed(world, invoice, by)
  const { intent } = invoicePaymentOf(world, invoice)
  if (by === 'schedule' && isHardDeclined(world, intent, method)) return failed(world, invoice, by, markRetrySkipped)
  attemptPaymentIntent(world, intent, method, options.presence ?? 'off_session')
  return followPayment(world, id, by)
}

/**
 * Updates an invoice from its payment intent, whatever changed the intent: an attempt of ours, a client, a challenge or
 * the bank.
 */
export function followPayment(world: SandboxState, id: string, by: Attempter = 'payer'): Stripe.Invoice {
  const invoice = world.store.need('invoice', id)
  if (invoice.status === 'paid' || invoice.status === 'void') return invoice
  const intent = world.store.need('payment_intent', invoicePaymentOf(world, invoice).intent)
  switch (intent.status) {
    case 'succeeded':
      return paid(world, id, by)
    case 'requires_action':
      return failed(world, invoice, by, markInvoiceActionRequired)
    case 'processing':
      return processing(world, id)
    default:
      return failed(world, invoice, by)
  }
}

/** Lets the invoice of a payment intent follow it, when it has one. */
export function followIntent(world: SandboxState, intent: string, by?: Attempter): void {
  const [payment] = world.store.by('invoice_payment', 'payment_intent', intent)
  if (payment !== undefined) followPayment(world, idOf(payment.invoice) ?? '', by)
}

/** Declares an open invoice paid by other means. */
export function payOutOfBand(world: SandboxState, id: string): Stripe.Invoice {
  const invoice = markInvoicePaid(world, id, { outOfBand: true })
  applyPaidInvoice(world, invoice)
  return invoice
}

function paid(world: SandboxState, id: string, by: Attempter = 'payer'): Stripe.Invoice {
  const invoice = markInvoicePaid(world, id, { by })
  applyPaidInvoice(world, invoice)
  return invoice
}

/** A subscription whose first payment is on its way to the bank is active already. */
function processing(world: SandboxState, id: string): Stripe.Invoice {
  const invoice = markInvoiceProcessing(world, id)
  if (subscriptionOf(world, invoice)?.status === 'incomplete') applyPaidInvoice(world, invoice)
  return invoice
}

/**
 * The first attempt of the merchant counts, and after it only automatic retries, so that other attempts do not change the
 * schedule. A first payment that waits for its payer does not count either.
 */
function failed(
  world: SandboxState,
  invoice: Stripe.Invoice,
  by: Attempter,
  mark: (world: SandboxState, id: string, counted: CountedAttempt | null) => Stripe.Invoice = markInvoiceFailed,
): Stripe.Invoice {
  const subscription = subscriptionOf(world, invoice)
  const asksForPayer = mark === markInvoiceActionRequired && subscription?.status === 'incomplete'
  const isSent = invoice.collection_method === 'send_invoice'
  if (by === 'payer' || isSent || asksForPayer || (invoice.attempt_count > 0 && by === 'merchant'))
    return mark(world, invoice.id, null)
  const waits =
    subscription?.status === 'incomplete' ||
    world.store.get('pending_change', subscription?.id ?? '')?.invoice === invoice.id
  const retryAt = waits ? null : nextRetry(world, invoice)
  const marked = mark(world, invoice.id, { retryAt })
  if (retryAt !== null) world.due.schedule('invoice.retry', invoice.id, retryAt * 1000)
  applyFailedInvoice(world, marked, retryAt === null)
  return marked
}
