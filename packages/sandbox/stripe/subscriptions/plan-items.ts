import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { mergeMetadata } from '../api/fields.js'
import { periodAround } from '#time/periods.js'
import { invalid, missing } from '../api/stripe-error.js'
import { buildPlan } from '../prices/price.object.js'
import { requireRecurring, resolvePrice } from '../prices/resolve-price.js'
import { buildSubscriptionItem } from './subscription.object.js'
import type { ItemChange } from './subscription.input.js'
import { intervalOf } from './subscription-periods.js'

/** The items of a subscription after a change, in their order; new ones at the end. Periods are those of the present. */
export function planItems(
  world: SandboxState,
  subscription: Stripe.Subscription,
  changes: readonly ItemChange[],
): Stripe.SubscriptionItem[] {
  let items = [...subscription.items.data]
  const [first] = items
  const period = { start: first?.current_period_start ?? 0, end: first?.current_period_end ?? 0 }
  for (const [index, change] of changes.entries()) {
    const param = `items[${index}]`
    if (change.id === undefined) {
      items.push(newItem(world, subscription, items, change, period, param))
      continue
    }
    const before = items.find((item) => item.id === change.id)
    if (before === undefined) throw missing('subscription item', change.id, `${param}[id]`, 400)
    items =
      change.deleted === true
        ? items.filter((item) => item !== before)
        : items.map((item) => (item === before ? changed(world, subscription, item, change, param) : item))
  }
  if (items.length === 0) {
    throw invalid('A subscription must have at least one active item. To end it, cancel the subscription.', 'items')
  }
  requireFittingIntervals(items.map((item) => item.price))
  return items
}

const UNITS: Readonly<Record<string, { unit: string; count: number }>> = {
  day: { unit: 'day', count: 1 },
  week: { unit: 'day', count: 7 },
  month: { unit: 'month', count: 1 },
  year: { unit: 'month', count: 12 },
}

/** Prices of a subscription may have different intervals if all of them are multiples of the shortest. */
export function requireFittingIntervals(prices: readonly Stripe.Price[]): void {
  const lengths = prices.map(({ recurring }) => {
    const { unit, count } = UNITS[recurring?.interval ?? ''] ?? { unit: '', count: 1 }
    return { unit, count: count * (recurring?.interval_count ?? 1) }
  })
  const base = lengths.toSorted((one, other) => one.count - other.count)[0]
  if (base && lengths.some(({ unit, count }) => unit !== base.unit || count % base.count !== 0))
    throw invalid('All intervals of a subscription must be multiples of the shortest interval.', 'items')
}

function newItem(
  world: SandboxState,
  subscription: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
  change: ItemChange,
  period: { start: number; end: number },
  param: string,
): Stripe.SubscriptionItem {
  const price = resolvePrice(world, change, param)
  requireRecurring(world, price, subscription.currency, param)
  if (items.some((item) => item.price.id === price.id)) {
    throw invalid(
      `Cannot add multiple subscription items with the same price: ${price.id}. Change the quantity instead.`,
      `${param}[price]`,
    )
  }
  return buildSubscriptionItem(
    world,
    subscription.id,
    { price, quantity: change.quantity ?? 1, metadata: mergeMetadata({}, change.metadata) },
    { start: world.clock.seconds, end: joinedEnd(world, subscription, price, period.end) },
  )
}

/** A new item uses the current period of its interval from the anchor; in a trial it waits for the trial's end. */
function joinedEnd(
  world: SandboxState,
  subscription: Stripe.Subscription,
  price: Stripe.Price,
  presentEnd: number,
): number {
  const [first] = subscription.items.data
  const sameInterval =
    first?.price.recurring?.interval === price.recurring?.interval &&
    first?.price.recurring?.interval_count === price.recurring?.interval_count
  if (sameInterval || subscription.status === 'trialing') return presentEnd
  return periodAround(subscription.billing_cycle_anchor, world.clock.seconds, intervalOf(price)).end
}

function changed(
  world: SandboxState,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  change: ItemChange,
  param: string,
): Stripe.SubscriptionItem {
  const named = change.price !== undefined || change.price_data !== undefined
  const price = named && change.price !== item.price.id ? resolvePrice(world, change, param) : item.price
  requireRecurring(world, price, subscription.currency, param)
  const { quantity: _before, ...rest } = item
  return {
    ...rest,
    metadata: mergeMetadata(item.metadata, change.metadata),
    plan: buildPlan(price),
    price,
    ...(price.recurring?.usage_type === 'metered' ? {} : { quantity: change.quantity ?? item.quantity ?? 1 }),
  }
}
