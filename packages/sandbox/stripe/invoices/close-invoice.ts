import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { changeBalance } from '../customers/customer-balance.js'
import { cancelInvoicePayment, openPaymentOf } from './invoice-payment.js'

/** Voids an open invoice, which can then never be paid. Restores the customer balance that it used. */
export function voidInvoice(world: SandboxState, id: string): Stripe.Invoice {
  const invoice = stop(world, id)
  const { object } = changeObject(world, 'invoice', id, {
    amount_remaining: invoice.amount_remaining,
    status: 'void',
    status_transitions: { ...invoice.status_transitions, voided_at: world.clock.seconds },
  })
  const payment = openPaymentOf(world, id)
  if (payment !== undefined) cancelInvoicePayment(world, payment)
  unapplyBalance(world, invoice)
  emitEvent(world, 'invoice.voided', object)
  return object
}

function unapplyBalance(
  world: SandboxState,
  { id, currency, customer, starting_balance, ending_balance }: Stripe.Invoice,
): void {
  const amount = starting_balance - (ending_balance ?? starting_balance)
  const owner = idOf(customer)
  if (amount !== 0 && owner)
    changeBalance(world, owner, { amount, currency, type: 'unapplied_from_invoice', invoice: id })
}

/** Marks an open invoice as uncollectible. A customer can still pay it. */
export function markUncollectible(world: SandboxState, id: string): Stripe.Invoice {
  const invoice = stop(world, id)
  const { object } = changeObject(world, 'invoice', id, {
    status: 'uncollectible',
    status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: world.clock.seconds },
  })
  emitEvent(world, 'invoice.marked_uncollectible', object)
  return object
}

/** Lets nothing more happen to an invoice by itself: no finalizing, no attempts. */
export function stopCollecting(world: SandboxState, id: string): void {
  const { status } = world.store.need('invoice', id)
  if (status === 'draft' || status === 'open') stop(world, id)
}

function stop(world: SandboxState, id: string): Stripe.Invoice {
  world.due.cancel('invoice.finalize', id)
  for (const kind of ['retry', 'overdue', 'give_up'] as const) world.due.cancel(`invoice.${kind}`, id)
  return changeObject(world, 'invoice', id, {
    auto_advance: false,
    automatically_finalizes_at: null,
    next_payment_attempt: null,
  }).object
}
