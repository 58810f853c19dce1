import type Stripe from 'stripe'
import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from '../events/emit-event.js'
import { endDunning } from '../subscriptions/dunning.js'
import { setStatus } from '../subscriptions/set-status.js'
import { subscriptionOf } from '../subscriptions/apply-invoice-result.js'

/** Days after the due date after which a subscription ends, unless its invoice is paid. */
const OVERDUE_DAYS = 30

/** Sends an open invoice to its customer, who has until its due date. */
export function sendInvoice(world: SandboxState, id: string): Stripe.Invoice {
  const invoice = world.store.need('invoice', id)
  emitEvent(world, 'invoice.sent', invoice)
  if (invoice.due_date !== null && invoice.due_date > world.clock.seconds)
    world.due.schedule('invoice.overdue', id, invoice.due_date * 1000)
  else overdueInvoice(world, id)
  return invoice
}

/** An invoice was not paid until its due date: its subscription is past due, and ends later. */
export function overdueInvoice(world: SandboxState, id: string): void {
  const invoice = world.store.get('invoice', id)
  if (invoice?.status !== 'open') return
  emitEvent(world, 'invoice.overdue', invoice)
  const subscription = subscriptionOf(world, invoice)
  if (subscription === undefined) return
  if (subscription.status === 'active') setStatus(world, subscription.id, 'past_due')
  world.due.schedule('invoice.give_up', id, world.clock.now + days(OVERDUE_DAYS) * 1000)
}

/** Ends what an overdue invoice bills, as failed payments do. */
export function giveUpInvoice(world: SandboxState, id: string): void {
  const invoice = world.store.get('invoice', id)
  const subscription = invoice?.status === 'open' ? subscriptionOf(world, invoice) : undefined
  if (subscription !== undefined) endDunning(world, subscription.id)
}
