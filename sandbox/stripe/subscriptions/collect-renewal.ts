import type Stripe from 'stripe'
import { days } from '../../time/periods.js'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'
import { finalizeInvoice } from '../invoices/finalize-invoice.js'
import { failInvoice, payInvoice } from '../invoices/settle-invoice.js'
import { takePlannedFailure } from '../payment-methods/planned-failure.js'
import { findTestCard } from '../payment-methods/test-cards.js'
import { cancelSubscription } from './cancel-subscription.js'

/** Days after the first failure on which a payment is tried again; after the last the subscription is canceled. */
const RETRY_DAYS = [3, 7, 14]

/** One hour after the draft: the invoice becomes final and the card is charged. */
export function finalizeRenewal(world: World, invoiceId: string): void {
  if (world.store.get('invoice', invoiceId)?.status !== 'draft') return
  finalizeInvoice(world, invoiceId)
  collectRenewal(world, invoiceId)
}

/** Tries to collect an open invoice; what follows depends on how often it failed. */
export function collectRenewal(world: World, invoiceId: string): void {
  const invoice = world.store.get('invoice', invoiceId)
  if (invoice?.status !== 'open') return
  const subscription = world.store.need('subscription', invoice.parent?.subscription_details?.subscription as string)
  const method = world.store.get('payment_method', subscription.default_payment_method as string) ?? null
  const declineCode = invoice.amount_due === 0 || method === null ? null : declineOf(world, subscription, method)
  if (declineCode === null || method === null) {
    payInvoice(world, invoiceId, method)
    return hasOpenInvoice(world, subscription.id) ? undefined : setStatus(world, subscription.id, 'active')
  }
  const retryAt = nextRetry(invoice)
  failInvoice(world, invoiceId, method, declineCode, retryAt)
  if (retryAt === null) return cancelSubscription(world, subscription.id, { reason: 'payment_failed' })
  world.due.schedule('invoice.retry', invoiceId, retryAt * 1000)
  setStatus(world, subscription.id, 'past_due')
}

function declineOf(world: World, subscription: Stripe.Subscription, method: Stripe.PaymentMethod): string | null {
  const planned = takePlannedFailure(world, subscription.customer as string)
  if (planned !== null) return planned
  const card = findTestCard(world.store.get('test_card', method.id)?.number ?? '')
  return card?.later === 'declined' ? card.declineCode : null
}

/** The first attempt is made when the invoice becomes final, so the schedule counts from there. */
function nextRetry(invoice: Stripe.Invoice): number | null {
  const wait = RETRY_DAYS[invoice.attempt_count]
  return wait === undefined ? null : (invoice.status_transitions.finalized_at ?? invoice.created) + days(wait)
}

function hasOpenInvoice(world: World, subscription: string): boolean {
  return world.store
    .all('invoice')
    .some((one) => one.status === 'open' && one.parent?.subscription_details?.subscription === subscription)
}

/** A subscription with an unpaid invoice is past due; it is active again when the last of them is paid. */
function setStatus(world: World, id: string, status: 'active' | 'past_due'): void {
  const before = world.store.need('subscription', id)
  if (before.status === status || before.status === 'canceled') return
  const { object, previous } = changeObject(world, 'subscription', id, { status })
  emitEvent(world, 'customer.subscription.updated', object, previous)
}
