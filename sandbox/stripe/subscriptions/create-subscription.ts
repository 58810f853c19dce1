import type Stripe from 'stripe'
import { days, nextPeriodEnd } from '../../time/periods.js'
import type { World } from '../../world.js'
import { emitEvent } from '../events/emit-event.js'
import { draftInvoice } from '../invoices/draft-invoice.js'
import { finalizeInvoice } from '../invoices/finalize-invoice.js'
import { payInvoice } from '../invoices/settle-invoice.js'
import { buildSubscription } from './subscription.object.js'
import { intervalOf } from './subscription-periods.js'

const TRIAL_NOTICE_DAYS = 3

/** What a paid checkout asks for. */
export interface NewSubscription {
  customer: string
  currency: string
  items: { price: Stripe.Price; quantity: number }[]
  oneTime: { price: Stripe.Price; quantity: number; unitAmount: number }[]
  paymentMethod: Stripe.PaymentMethod
  metadata: Record<string, string>
  trialPeriodDays: number | null
}

/** Starts a subscription whose first payment is sure, with its first invoice, and plans what will happen to it. */
export function createSubscription(
  world: World,
  input: NewSubscription,
): { subscription: Stripe.Subscription; invoice: Stripe.Invoice } {
  const now = world.clock.seconds
  const first = input.items[0]
  if (first === undefined) throw new Error('a subscription needs a recurring price')
  const trialEnd = input.trialPeriodDays === null ? null : now + days(input.trialPeriodDays)
  const invoiceId = world.ids.next('in')
  const subscription = buildSubscription(world, {
    id: world.ids.next('sub'),
    customer: input.customer,
    currency: input.currency,
    items: input.items,
    paymentMethod: input.paymentMethod.id,
    metadata: input.metadata,
    latestInvoice: invoiceId,
    period: { start: now, end: trialEnd ?? nextPeriodEnd(now, now, intervalOf(first.price)) },
    trialEnd,
  })
  world.store.put('subscription', subscription)
  emitEvent(world, 'customer.subscription.created', subscription)
  draftInvoice(world, {
    id: invoiceId,
    subscription,
    reason: 'subscription_create',
    period: { start: now, end: now },
    oneTime: input.oneTime,
  })
  finalizeInvoice(world, invoiceId)
  const invoice = payInvoice(world, invoiceId, input.paymentMethod)
  planAhead(world, subscription, trialEnd)
  return { subscription, invoice }
}

function planAhead(world: World, subscription: Stripe.Subscription, trialEnd: number | null): void {
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end))
  world.due.schedule('subscription.renew', subscription.id, end * 1000)
  if (trialEnd === null) return
  // A trial shorter than the notice announces its end at once.
  const notice = Math.max(trialEnd - days(TRIAL_NOTICE_DAYS), world.clock.seconds)
  world.due.schedule('subscription.trial_will_end', subscription.id, notice * 1000)
}
