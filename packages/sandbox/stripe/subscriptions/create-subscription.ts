import type Stripe from 'stripe'
import { days, nextPeriodEnd } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { redeem, type Redeemable } from '../discounts/redeem-discounts.js'
import { emitEvent } from '../events/emit-event.js'
import { createPricedItem, pendingInvoiceItems } from '../invoice-items/invoice-item.object.js'
import { DRAFT_SECONDS, draftInvoice } from '../invoices/draft-invoice.js'
import { finalizeInvoice } from '../invoices/finalize-invoice.js'
import { CHARGED, type InvoiceTerms } from '../invoices/invoice-terms.js'
import { firstPartLines, subscriptionLines } from '../invoices/subscription-lines.js'
import { buildSubscription, type NewItem } from './subscription.object.js'
import { scheduleNext } from './schedule-subscription.js'
import { firstPeriod, intervalOf } from './subscription-periods.js'

/** Hours in which the first invoice of an incomplete subscription can be paid. */
const INCOMPLETE_HOURS = 23

/** Input of a new subscription. */
export interface NewSubscription {
  customer: Stripe.Customer
  currency: string
  items: NewItem[]
  oneTime: { price: Stripe.Price; quantity: number }[]
  paymentMethod: string | null
  metadata: Record<string, string>
  description?: string | null
  /** When the trial ends (seconds), or null without one. */
  trialEnd: number | null
  /** A later moment to count billing dates from: the time until then is billed in part, or not at all. */
  firstPart?: FirstPart | null
  missingPaymentMethod?: 'cancel' | 'create_invoice' | 'pause'
  saveDefaultPaymentMethod?: 'off' | 'on_subscription'
  discounts?: Redeemable[]
  automaticTax?: boolean
  /** Charged automatically, when left out. */
  terms?: InvoiceTerms
  /** The requested end, if there is one. */
  ending?: (subscription: Stripe.Subscription) => Partial<Stripe.Subscription>
  /** True if the first payment is sure (a checkout that was paid): the subscription is active from its first event. */
  sure: boolean
}

/** The time before the first whole period of a subscription whose billing date is set. */
export interface FirstPart {
  /** Seconds. */
  anchor: number
  billed: boolean
}

/**
 * Starts a subscription with its first invoice, not yet paid, and plans what will happen to it. The invoice is final, or a draft where it will
 * be sent. It is null where nothing is billed before the anchor.
 */
export function createSubscription(
  world: SandboxState,
  input: NewSubscription,
): { subscription: Stripe.Subscription; invoice: Stripe.Invoice | null } {
  const now = world.clock.seconds
  const [first] = input.items
  if (first === undefined) throw new Error('a subscription needs a recurring price')
  const { firstPart = null, terms = CHARGED } = input
  const isSent = terms.collection_method === 'send_invoice'
  const invoiceId = firstPart?.billed === false && input.oneTime.length === 0 ? null : world.ids.next('in')
  const id = world.ids.next('sub')
  const built = buildSubscription(world, {
    id,
    customer: input.customer.id,
    currency: input.currency,
    items: input.items,
    paymentMethod: input.paymentMethod,
    metadata: input.metadata,
    description: input.description ?? null,
    latestInvoice: invoiceId,
    status: input.trialEnd !== null ? 'trialing' : input.sure || isSent || invoiceId === null ? 'active' : 'incomplete',
    periodOf: (price) => ({
      start: now,
      end: input.trialEnd ?? firstPart?.anchor ?? nextPeriodEnd(now, now, intervalOf(price)),
    }),
    trialEnd: input.trialEnd,
    billingCycleAnchor: firstPart?.anchor ?? null,
    missingPaymentMethod: input.missingPaymentMethod ?? 'create_invoice',
    saveDefaultPaymentMethod: input.saveDefaultPaymentMethod ?? 'off',
    automaticTax: input.automaticTax ?? false,
    terms,
  })
  const holder = { customer: input.customer.id, subscription: id, amount: 0, currency: input.currency }
  const subscription = world.store.put('subscription', {
    ...built,
    ...input.ending?.(built),
    discounts: (input.discounts ?? []).map((given) => redeem(world, given, holder).id),
  })
  emitEvent(world, 'customer.subscription.created', subscription)
  writeOneTime(world, subscription, input)
  if (invoiceId === null) {
    scheduleNext(world, subscription, null)
    return { subscription, invoice: null }
  }
  draftInvoice(world, {
    id: invoiceId,
    customer: input.customer,
    subscription,
    currency: input.currency,
    reason: 'subscription_create',
    period: { start: now, end: now },
    lines:
      firstPart === null
        ? subscriptionLines(world, subscription, null)
        : firstPartLines(world, subscription, firstPart),
    pending: pendingInvoiceItems(world, input.customer.id, id, input.currency),
    finalizesAt: isSent ? now + DRAFT_SECONDS : null,
  })
  // Only an invoice that is charged is final at once.
  if (isSent) world.due.schedule('invoice.finalize', invoiceId, world.clock.now + DRAFT_SECONDS * 1000)
  const invoice = isSent ? world.store.need('invoice', invoiceId) : finalizeInvoice(world, invoiceId)
  scheduleNext(world, world.store.need('subscription', id), null)
  return { subscription: world.store.need('subscription', id), invoice }
}

/** Lets a subscription whose first payment is open expire after 23 hours. */
export function waitForFirstPayment(world: SandboxState, id: string): void {
  world.due.schedule('subscription.expire', id, world.clock.now + (days(1) / 24) * INCOMPLETE_HOURS * 1000)
}

/** One-time prices among the recurring ones become invoice items of the first invoice. */
function writeOneTime(world: SandboxState, subscription: Stripe.Subscription, input: NewSubscription): void {
  for (const what of input.oneTime) {
    createPricedItem(world, {
      customer: input.customer.id,
      currency: input.currency,
      what,
      subscription: subscription.id,
      period: firstPeriod(subscription),
      metadata: {},
    })
  }
}
