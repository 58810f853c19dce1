import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'
import { applyPendingChange } from './apply-pending-change.js'
import { endDunning } from './dunning.js'
import { expirePendingChange } from './expire-pending-change.js'
import { latestFinal } from './latest-invoice.js'
import { setStatus } from './set-status.js'

/**
 * Applies a paid invoice to its subscription: it starts, becomes active again, or gets the change that waited for the
 * payment.
 */
export function applyPaidInvoice(world: SandboxState, invoice: Stripe.Invoice): void {
  const subscription = subscriptionOf(world, invoice)
  if (subscription === undefined) return
  if (world.store.get('pending_change', subscription.id)?.invoice === invoice.id)
    applyPendingChange(world, subscription.id)
  switch (subscription.status) {
    case 'incomplete':
      world.due.cancel('subscription.expire', subscription.id)
      setStatus(world, subscription.id, 'active', savedMethod(world, subscription, invoice))
      return
    case 'past_due':
    case 'unpaid':
      if (isCollected(world, subscription, invoice)) setStatus(world, subscription.id, 'active')
      return
    case 'paused':
      if (idOf(subscription.latest_invoice) !== invoice.id) return
      emitEvent(world, 'customer.subscription.resumed', setStatus(world, subscription.id, 'active'))
      return
    default:
  }
}

/** Updates the subscription of a void or uncollectible invoice, which no longer makes it past due. The latest one that is not void decides. */
export function followClosedInvoice(world: SandboxState, invoice: Stripe.Invoice): void {
  const subscription = subscriptionOf(world, invoice)
  if (subscription === undefined) return
  if (world.store.get('pending_change', subscription.id)?.invoice === invoice.id)
    return expirePendingChange(world, subscription.id)
  if (subscription.status !== 'past_due' && subscription.status !== 'unpaid') return
  if (isCollected(world, subscription, invoice)) setStatus(world, subscription.id, 'active')
}

/** True if nothing is owed any more after an invoice: no other is overdue, or it is the latest of those that are charged. */
function isCollected(world: SandboxState, { id }: Stripe.Subscription, invoice: Stripe.Invoice): boolean {
  if (invoice.collection_method !== 'send_invoice') return latestFinal(world, id)?.status !== 'open'
  return world.store
    .by('invoice', 'subscription', id)
    .every(({ status, due_date: due }) => status !== 'open' || due === null || due > world.clock.seconds)
}

/** Applies a failed attempt to its subscription. `last` is true if no attempt follows. */
export function applyFailedInvoice(world: SandboxState, invoice: Stripe.Invoice, last: boolean): void {
  const subscription = subscriptionOf(world, invoice)
  if (subscription === undefined || subscription.status === 'incomplete' || subscription.status === 'paused') return
  // A change that waits for its payment leaves the subscription unchanged.
  if (world.store.get('pending_change', subscription.id)?.invoice === invoice.id) return
  if (latestFinal(world, subscription.id)?.id !== invoice.id) return
  if (last) endDunning(world, subscription.id)
  else if (subscription.status !== 'unpaid') setStatus(world, subscription.id, 'past_due')
}

/** Subscription that an invoice bills, unless it has ended. */
export function subscriptionOf(world: SandboxState, invoice: Stripe.Invoice): Stripe.Subscription | undefined {
  const id = idOf(invoice.parent?.subscription_details?.subscription)
  const subscription = id === null ? undefined : world.store.get('subscription', id)
  return subscription?.status === 'canceled' ? undefined : subscription
}

/** `save_default_payment_method: on_subscription`: what paid the first invoice pays the next ones. */
function savedMethod(
  world: SandboxState,
  subscription: Stripe.Subscription,
  invoice: Stripe.Invoice,
): Partial<Stripe.Subscription> {
  if (subscription.payment_settings?.save_default_payment_method !== 'on_subscription') return {}
  const [payment] = world.store.by('invoice_payment', 'invoice', invoice.id)
  const intent = world.store.get('payment_intent', idOf(payment?.payment.payment_intent) ?? '')
  return intent?.payment_method == null ? {} : { default_payment_method: idOf(intent.payment_method) }
}
