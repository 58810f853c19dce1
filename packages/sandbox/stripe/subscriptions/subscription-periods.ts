import type Stripe from 'stripe'
import { nextPeriodEnd, type Interval } from '#time/periods.js'
import { itemList } from './subscription.object.js'

/** The end of the present period (seconds): the latest of all items. */
export function periodEnd(subscription: Stripe.Subscription): number {
  return Math.max(...subscription.items.data.map((item) => item.current_period_end))
}

/** The earliest end of a period of its items (seconds). */
export function firstPeriodEnd(subscription: Stripe.Subscription): number {
  return Math.min(...subscription.items.data.map((item) => item.current_period_end))
}

/** The present period of its first item (seconds). */
export function firstPeriod(subscription: Stripe.Subscription): { start: number; end: number } {
  const [item] = subscription.items.data
  return {
    start: item?.current_period_start ?? subscription.created,
    end: item?.current_period_end ?? subscription.created,
  }
}

/** Items whose period ends first. They are renewed together; the others keep their periods. */
export function renewingItems(subscription: Stripe.Subscription): Stripe.SubscriptionItem[] {
  const end = firstPeriodEnd(subscription)
  return subscription.items.data.filter((item) => item.current_period_end === end)
}

/** The items of a subscription in the period that follows the one that ends first. */
export function renewedItems(subscription: Stripe.Subscription): Stripe.ApiList<Stripe.SubscriptionItem> {
  const renewing = new Set(renewingItems(subscription).map(({ id }) => id))
  return itemList(
    subscription.id,
    subscription.items.data.map((item) =>
      renewing.has(item.id)
        ? {
            ...item,
            current_period_start: item.current_period_end,
            current_period_end: nextPeriodEnd(
              subscription.billing_cycle_anchor,
              item.current_period_end,
              intervalOf(item.price),
            ),
          }
        : item,
    ),
  )
}

/** The billing interval of a recurring price. */
export function intervalOf(price: Stripe.Price): Interval {
  if (price.recurring === null) throw new Error(`price ${price.id} is not recurring`)
  return price.recurring
}
