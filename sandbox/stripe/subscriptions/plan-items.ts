import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { mergeMetadata } from '../api/fields.js'
import { invalid, missing, notImplemented } from '../api/stripe-error.js'
import { buildPlan } from '../prices/price.object.js'
import { requireRecurring, resolvePrice } from '../prices/resolve-price.js'
import { buildSubscriptionItem } from './subscription.object.js'
import type { ItemChange } from './subscription.input.js'

/** The items of a subscription after a change, in their order; new ones at the end. Periods are those of the present. */
export function planItems(
  world: World,
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
  requireOneInterval(items.map((item) => item.price))
  return items
}

/** All recurring prices of a subscription share one interval; Stripe allows more, the sandbox does not. */
export function requireOneInterval(prices: readonly Stripe.Price[]): void {
  const intervals = new Set(prices.map(({ recurring }) => `${recurring?.interval_count} ${recurring?.interval}`))
  if (intervals.size > 1) throw notImplemented('A subscription with prices of different intervals', 'items')
}

function newItem(
  world: World,
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
    { start: world.clock.seconds, end: period.end },
  )
}

function changed(
  world: World,
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
