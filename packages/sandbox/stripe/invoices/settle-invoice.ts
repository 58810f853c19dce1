import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import type { Attempter } from '../collection/collect-invoice.js'
import { openPaymentOf } from './invoice-payment.js'

/** Writes down that an open invoice is paid: by its payment intent, with credit alone, or outside of Stripe. */
export function markInvoicePaid(
  world: SandboxState,
  id: string,
  { outOfBand = false, by = 'payer' }: { outOfBand?: boolean; by?: Attempter } = {},
): Stripe.Invoice {
  const invoice = world.store.need('invoice', id)
  const payment = openPaymentOf(world, id)
  const counts = by === 'schedule' || (by === 'merchant' && invoice.attempt_count === 0)
  const byIntent = payment !== undefined && !outOfBand
  const { object } = changeObject(world, 'invoice', id, {
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempt_count: invoice.attempt_count + (byIntent && counts ? 1 : 0),
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: world.clock.seconds },
  })
  for (const kind of ['retry', 'overdue', 'give_up'] as const) world.due.cancel(`invoice.${kind}`, id)
  if (byIntent) announcePayment(world, payment, invoice.amount_due)
  emitEvent(world, 'invoice.paid', object)
  // Stripe publishes `payment_succeeded` only for payments through Stripe, or if nothing was due.
  if (!outOfBand) emitEvent(world, 'invoice.payment_succeeded', object)
  return object
}

/** An attempt that counts for the schedule: `retryAt` (seconds) is null when nothing more will be tried by itself. */
export interface CountedAttempt {
  retryAt: number | null
}

/**
 * Records that the payment of an open invoice failed. Null for an attempt outside the schedule, which changes nothing
 * in it.
 */
export function markInvoiceFailed(world: SandboxState, id: string, counted: CountedAttempt | null): Stripe.Invoice {
  const object = countAttempt(world, id, counted)
  emitEvent(world, 'invoice.payment_failed', object)
  return object
}

/** Writes down that the payer must authenticate before an open invoice can be paid. */
export function markInvoiceActionRequired(
  world: SandboxState,
  id: string,
  counted: CountedAttempt | null,
): Stripe.Invoice {
  const object = countAttempt(world, id, counted)
  emitEvent(world, 'invoice.payment_action_required', object)
  emitEvent(world, 'invoice.payment_failed', object)
  return object
}

/** Writes down that a retry fell due and was not made: it counts, and nothing was charged. */
export function markRetrySkipped(world: SandboxState, id: string, counted: CountedAttempt | null): Stripe.Invoice {
  return countAttempt(world, id, counted)
}

/** Records that a bank debit for an open invoice was requested. Nothing more happens until its result. */
export function markInvoiceProcessing(world: SandboxState, id: string): Stripe.Invoice {
  const { object, previous } = changeObject(world, 'invoice', id, { attempted: true, next_payment_attempt: null })
  emitEvent(world, 'invoice.updated', object, previous)
  return object
}

function countAttempt(world: SandboxState, id: string, counted: CountedAttempt | null): Stripe.Invoice {
  const invoice = world.store.need('invoice', id)
  if (counted === null) return changeObject(world, 'invoice', id, { attempted: true }).object
  const { object, previous } = changeObject(world, 'invoice', id, {
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    auto_advance: counted.retryAt !== null,
    next_payment_attempt: counted.retryAt,
  })
  emitEvent(world, 'invoice.updated', object, previous)
  return object
}

function announcePayment(world: SandboxState, payment: Stripe.InvoicePayment, amount: number): void {
  const { object } = changeObject(world, 'invoice_payment', payment.id, {
    amount_paid: amount,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: world.clock.seconds },
  })
  emitEvent(world, 'invoice_payment.paid', object)
}
