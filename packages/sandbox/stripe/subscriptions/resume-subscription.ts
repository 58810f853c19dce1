import type Stripe from 'stripe'
import { nextPeriodEnd } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { invalid } from '../api/stripe-error.js'
import { collectInvoice } from '../collection/collect-invoice.js'
import { pendingInvoiceItems } from '../invoice-items/invoice-item.object.js'
import { draftInvoice } from '../invoices/draft-invoice.js'
import { finalizeInvoice } from '../invoices/finalize-invoice.js'
import { subscriptionLines } from '../invoices/subscription-lines.js'
import { scheduleNext } from './schedule-subscription.js'
import { itemList } from './subscription.object.js'
import { intervalOf } from './subscription-periods.js'

/** Resumes a paused subscription: a new period begins, and it is active when its invoice is paid. */
export function resumeSubscription(world: SandboxState, before: Stripe.Subscription): Stripe.Subscription {
  if (before.status !== 'paused')
    throw invalid('Only subscriptions with the status `paused` can be resumed.', 'subscription')
  const now = world.clock.seconds
  const after: Stripe.Subscription = {
    ...before,
    billing_cycle_anchor: now,
    items: itemList(
      before.id,
      before.items.data.map((item) => ({
        ...item,
        current_period_start: now,
        current_period_end: nextPeriodEnd(now, now, intervalOf(item.price)),
      })),
    ),
  }
  const customer = world.store.need('customer', idOf(before.customer) ?? '')
  const draft = draftInvoice(world, {
    customer,
    subscription: after,
    currency: before.currency,
    reason: 'subscription_update',
    period: { start: now, end: now },
    lines: subscriptionLines(world, after, null),
    pending: pendingInvoiceItems(world, customer.id, before.id, before.currency),
  })
  const { object } = changeObject(world, 'subscription', before.id, {
    billing_cycle_anchor: now,
    items: after.items,
    latest_invoice: draft.id,
  })
  scheduleNext(world, object, before)
  finalizeInvoice(world, draft.id)
  collectInvoice(world, draft.id, { presence: 'on_session' })
  return world.store.need('subscription', before.id)
}
