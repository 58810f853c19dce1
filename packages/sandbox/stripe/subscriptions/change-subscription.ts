import type Stripe from 'stripe'
import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { StripeError } from '../api/stripe-error.js'
import { collectInvoice } from '../collection/collect-invoice.js'
import { endDiscount, isOnce } from '../discounts/end-discount.js'
import { emitEvent } from '../events/emit-event.js'
import { pendingInvoiceItems } from '../invoice-items/invoice-item.object.js'
import { draftInvoice } from '../invoices/draft-invoice.js'
import { finalizeInvoice } from '../invoices/finalize-invoice.js'
import { subscriptionLines } from '../invoices/subscription-lines.js'
import type { Presence } from '../payment-intents/decide-attempt.js'
import { declinedFields } from '../payment-methods/decline.js'
import { expirePendingChange } from './expire-pending-change.js'
import { decideChange, type ChangeDecision, type ChangeRequest } from './decide-change.js'
import { scheduleNext } from './schedule-subscription.js'
import { setStatus } from './set-status.js'
import { firstPeriodEnd } from './subscription-periods.js'
import { writeProrations } from './write-prorations.js'

/** The most hours in which the invoice of a change that waits for its money can be paid. */
const PENDING_HOURS = 23

/** Payment of a change. */
export interface ChangePayment {
  behavior: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete'
  presence: Presence
}

/** Changes items, trial or billing date of a subscription with its prorations, and collects the amount due now. */
export function changeSubscription(
  world: SandboxState,
  before: Stripe.Subscription,
  request: ChangeRequest,
  payment: ChangePayment,
): Stripe.Subscription {
  expirePendingChange(world, before.id)
  const plan = decideChange(world, before, request)
  writeProrations(world, before, plan.prorations)
  if (payment.behavior === 'pending_if_incomplete' && plan.invoiceNow)
    return changeWhenPaid(world, before, plan, payment)
  applyPlan(world, before, plan)
  if (plan.invoiceNow) {
    const invoice = invoiceChange(world, plan)
    for (const id of usedUp(world, plan, invoice)) endDiscount(world, id)
    if (invoice !== null) payChange(world, invoice, payment)
  }
  return world.store.need('subscription', before.id)
}

/** Discounts of one invoice that the invoice of a change uses up, in its lines or in its prorations. */
function usedUp(world: SandboxState, plan: ChangeDecision, invoice: Stripe.Invoice | null): string[] {
  if (invoice === null) return []
  const taken = [
    ...plan.discounts,
    ...(invoice.total_discount_amounts ?? []).map(({ discount }) => idOf(discount) ?? ''),
  ]
  return [...new Set(taken)].filter((id) => isOnce(world, world.store.need('discount', id)))
}

/** Drafts the invoice of a change: what waited, and the new period when one begins. Null when there is nothing to bill. */
export function draftChange(world: SandboxState, plan: ChangeDecision): Stripe.Invoice | null {
  const { after } = plan
  const customer = world.store.need('customer', idOf(after.customer) ?? '')
  const pending = pendingInvoiceItems(world, customer.id, after.id, after.currency)
  const lines = plan.newPeriod ? subscriptionLines(world, after, null) : []
  if (lines.length === 0 && pending.length === 0) return null
  const now = world.clock.seconds
  return draftInvoice(world, {
    customer,
    subscription: after,
    currency: after.currency,
    reason: 'subscription_update',
    period: { start: now, end: now },
    lines,
    pending,
  })
}

function applyPlan(world: SandboxState, before: Stripe.Subscription, plan: ChangeDecision): void {
  const { items, billing_cycle_anchor, discounts, status, trial_end, trial_start } = plan.after
  const { object, previous } = changeObject(world, 'subscription', before.id, {
    items,
    billing_cycle_anchor,
    discounts,
    status,
    trial_end,
    trial_start,
    // A requested end at the period end follows a changed period.
    ...(before.cancel_at_period_end ? { cancel_at: firstPeriodEnd(plan.after) } : {}),
  })
  for (const term of plan.terms) world.store.put('billed_term', term)
  scheduleNext(world, object, before)
  if (Object.keys(previous).length > 0) emitEvent(world, 'customer.subscription.updated', object, previous)
  if (before.status === 'trialing' && object.status !== 'trialing')
    emitEvent(world, 'customer.subscription.trial_will_end', object)
}

/** Bills the change first. The subscription stays unchanged until the invoice is paid. */
function changeWhenPaid(
  world: SandboxState,
  before: Stripe.Subscription,
  plan: ChangeDecision,
  payment: ChangePayment,
): Stripe.Subscription {
  const draft = draftChange(world, plan)
  if (draft === null) {
    applyPlan(world, before, plan)
    return world.store.need('subscription', before.id)
  }
  const known = world.store.need('subscription', before.id).discounts
  const used = usedUp(world, plan, draft)
  const discounts = plan.after.discounts.map((one) => idOf(one) ?? '')
  for (const id of used) endDiscount(world, id)
  world.store.put('pending_change', {
    id: before.id,
    invoice: draft.id,
    items: plan.after.items.data,
    billingCycleAnchor: plan.after.billing_cycle_anchor,
    trialEnd: plan.after.trial_end,
    terms: plan.terms,
    discounts: discounts.filter((id) => !used.includes(id)),
    redeemed: discounts,
  })
  finalizeInvoice(world, draft.id)
  changeObject(world, 'subscription', before.id, { latest_invoice: draft.id })
  if (collectInvoice(world, draft.id, { presence: payment.presence }).status === 'paid')
    return world.store.need('subscription', before.id)
  const expires = Math.min(
    world.clock.seconds + days(PENDING_HOURS) / 24,
    firstPeriodEnd(before),
    before.status === 'trialing' && before.trial_end !== null ? before.trial_end : Infinity,
  )
  world.due.schedule('subscription.pending_update', before.id, expires * 1000)
  const { object, previous } = changeObject(world, 'subscription', before.id, {
    pending_update: {
      billing_cycle_anchor: plan.newPeriod ? plan.after.billing_cycle_anchor : null,
      cancel_at_period_end: null,
      discount: null,
      discounts: discounts.length === known.length ? null : discounts,
      expires_at: expires,
      metadata: null,
      subscription_items: plan.after.items.data,
      trial_end: plan.after.trial_end,
      trial_from_plan: null,
    },
  })
  emitEvent(world, 'customer.subscription.updated', object, previous)
  return object
}

function invoiceChange(world: SandboxState, plan: ChangeDecision): Stripe.Invoice | null {
  const draft = draftChange(world, plan)
  if (draft === null) return null
  const invoice = finalizeInvoice(world, draft.id)
  const { object, previous } = changeObject(world, 'subscription', plan.after.id, { latest_invoice: invoice.id })
  emitEvent(world, 'customer.subscription.updated', object, previous)
  return invoice
}

function payChange(world: SandboxState, invoice: Stripe.Invoice, { behavior, presence }: ChangePayment): void {
  if (behavior === 'default_incomplete' && invoice.amount_due > 0) {
    setStatus(world, idOf(invoice.parent?.subscription_details?.subscription) ?? '', 'past_due')
    return
  }
  const isSent = invoice.collection_method === 'send_invoice'
  const collected = collectInvoice(world, invoice.id, isSent ? { by: 'schedule' } : { presence })
  if (behavior === 'error_if_incomplete' && collected.status === 'open') throw paymentRefused(world, collected)
}

/** 402: the payment of an invoice failed, and the caller wanted all or nothing. */
export function paymentRefused(
  world: SandboxState,
  invoice: Stripe.Invoice,
  whenItWaits = 'subscription_payment_intent_requires_action',
): StripeError {
  const [payment] = world.store.by('invoice_payment', 'invoice', invoice.id)
  const error = world.store.get('payment_intent', idOf(payment?.payment.payment_intent) ?? '')?.last_payment_error
  return new StripeError(402, 'card_error', {
    ...declinedFields(error ?? null),
    ...(error === null ? { code: whenItWaits } : {}),
  })
}
