import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { nextPeriodEnd, periodAround } from '#time/periods.js'
import { invalid } from '../api/stripe-error.js'
import { planItems } from './plan-items.js'
import { decideProrations, type ProrationPlan } from './decide-prorations.js'
import { itemList } from './subscription.object.js'
import { intervalOf } from './subscription-periods.js'
import type { ItemChange, SubscriptionUpdate } from './subscription.input.js'

/** Requested change of a subscription's items, trial and billing date. */
export interface ChangeRequest {
  items: readonly ItemChange[]
  trialEnd: SubscriptionUpdate['trial_end']
  billingCycleAnchor: 'now' | 'unchanged' | undefined
  prorationBehavior: 'always_invoice' | 'create_prorations' | 'none'
  prorationDate: number | undefined
}

/** Result of a change before it is written. */
export interface ChangeDecision extends ProrationPlan {
  /** The subscription as it will be. */
  after: Stripe.Subscription
  /** True if a new period begins now and is billed in full. */
  newPeriod: boolean
  /** True if an invoice is created immediately. */
  invoiceNow: boolean
}

/** Decides a change: the resulting items, the new period if the billing date changes, the credits and the charges. */
export function decideChange(world: SandboxState, before: Stripe.Subscription, request: ChangeRequest): ChangeDecision {
  const now = world.clock.seconds
  const at = momentOf(before, request.prorationDate, now)
  const items = planItems(world, before, request.items)
  const trialEnd = trialOf(before, request.trialEnd, now)
  const startsTrial = trialEnd !== null && trialEnd !== before.trial_end
  const endsTrial = before.status === 'trialing' && trialEnd === null
  const newInterval = intervalKey(before.items.data) !== intervalKey(items) && before.status !== 'trialing'
  const newPeriod =
    !startsTrial && (request.billingCycleAnchor === 'now' || (endsTrial && request.billingCycleAnchor !== 'unchanged'))
  const realigned = !startsTrial && !newPeriod && (newInterval || endsTrial)
  const after = withPeriods(before, items, { trialEnd, startsTrial, newPeriod, realigned, now })
  const prorates = request.prorationBehavior !== 'none' && (before.status !== 'trialing' || realigned)
  const plan = prorates
    ? decideProrations(world, before, after.items.data, at, newPeriod || startsTrial)
    : { prorations: [], terms: [], discounts: [] }
  const invoiceNow = newPeriod || realigned || request.prorationBehavior === 'always_invoice'
  return { ...plan, after, newPeriod, invoiceNow }
}

function withPeriods(
  before: Stripe.Subscription,
  items: Stripe.SubscriptionItem[],
  {
    trialEnd,
    startsTrial,
    newPeriod,
    realigned,
    now,
  }: { trialEnd: number | null; startsTrial: boolean; newPeriod: boolean; realigned: boolean; now: number },
): Stripe.Subscription {
  const anchor = startsTrial ? (trialEnd ?? now) : newPeriod ? now : before.billing_cycle_anchor
  return {
    ...before,
    billing_cycle_anchor: anchor,
    items: itemList(
      before.id,
      items.map((item) => {
        if (startsTrial) return { ...item, current_period_start: now, current_period_end: anchor }
        if (realigned) return { ...item, ...alignedPeriod(anchor, now, item) }
        if (!newPeriod) return item
        return {
          ...item,
          current_period_start: now,
          current_period_end: nextPeriodEnd(now, now, intervalOf(item.price)),
        }
      }),
    ),
    status: startsTrial ? 'trialing' : before.status === 'trialing' && trialEnd === null ? 'active' : before.status,
    trial_end: trialEnd ?? (before.status === 'trialing' ? now : before.trial_end),
    trial_start: startsTrial ? (before.status === 'trialing' ? before.trial_start : now) : before.trial_start,
  }
}

/**
 * In flexible billing mode the anchor stays unless the request moves it: an item with another interval joins the period
 * of that interval which lies around now, counted from the anchor, and pays for the rest of it.
 */
function alignedPeriod(anchor: number, now: number, { price }: Stripe.SubscriptionItem) {
  const { start, end } = periodAround(anchor, now, intervalOf(price))
  return { current_period_start: start, current_period_end: end }
}

/** End of the trial after the change. Null if there is none. */
function trialOf(before: Stripe.Subscription, wanted: SubscriptionUpdate['trial_end'], now: number): number | null {
  if (wanted === 'now') return null
  if (wanted === undefined) return before.status === 'trialing' ? before.trial_end : null
  if (wanted <= now) throw invalid('The trial end must be in the future.', 'trial_end')
  return wanted
}

function momentOf(before: Stripe.Subscription, date: number | undefined, now: number): number {
  if (date === undefined) return now
  const [item] = before.items.data
  if (date < (item?.current_period_start ?? now) || date > (item?.current_period_end ?? now)) {
    throw invalid('Cannot specify `proration_date` outside of the current period.', 'proration_date')
  }
  return date
}

function intervalKey(items: readonly Stripe.SubscriptionItem[]): string {
  const recurring = items[0]?.price.recurring
  return `${recurring?.interval_count} ${recurring?.interval}`
}
