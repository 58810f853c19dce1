import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { collectInvoice } from '../collection/collect-invoice.js'
import { pendingInvoiceItems } from '../invoice-items/invoice-item.object.js'
import { draftInvoice } from '../invoices/draft-invoice.js'
import { finalizeInvoice } from '../invoices/finalize-invoice.js'
import { usageLines } from '../invoices/subscription-lines.js'
import { cancelSubscription, type CancellationDetails } from './cancel-subscription.js'
import { decideProrations } from './decide-prorations.js'
import { writeProrations } from './write-prorations.js'

/** Options of an immediate end. */
export interface EndOptions {
  details: CancellationDetails
  /** True if unused time is credited. */
  prorate: boolean
  /** True if what waits for an invoice (and metered usage) is billed in a last one. */
  invoiceNow: boolean
}

/** Ends a subscription before its period end, with the resulting credits and bills. */
export function endSubscription(
  world: SandboxState,
  id: string,
  { details, prorate, invoiceNow }: EndOptions,
): Stripe.Subscription {
  const subscription = world.store.need('subscription', id)
  if (prorate) {
    const { prorations } = decideProrations(world, subscription, [], world.clock.seconds, true)
    writeProrations(world, subscription, prorations)
  }
  const last = invoiceNow ? draftLast(world, subscription) : null
  // An end that was planned for later is withdrawn by the end now.
  changeObject(world, 'subscription', id, { cancel_at: null, cancel_at_period_end: false })
  const canceled = cancelSubscription(world, id, details)
  if (last === null) return canceled
  finalizeInvoice(world, last.id)
  collectInvoice(world, last.id)
  return changeObject(world, 'subscription', id, { latest_invoice: last.id }).object
}

function draftLast(world: SandboxState, subscription: Stripe.Subscription): Stripe.Invoice | null {
  const customer = world.store.need('customer', idOf(subscription.customer) ?? '')
  const pending = pendingInvoiceItems(world, customer.id, subscription.id, subscription.currency)
  const lines = usageLines(world, subscription)
  if (pending.length === 0 && lines.length === 0) return null
  const now = world.clock.seconds
  return draftInvoice(world, {
    customer,
    subscription,
    currency: subscription.currency,
    reason: 'subscription_update',
    period: { start: subscription.items.data[0]?.current_period_start ?? now, end: now },
    lines,
    pending,
  })
}
