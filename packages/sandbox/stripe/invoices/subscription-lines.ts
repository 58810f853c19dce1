import type Stripe from 'stripe'
import { formatAmount } from '#money.js'
import type { SandboxState } from '#sandbox-state.js'
import { usageWithin } from '../billing-meters/usage.js'
import { priceAmount, productName, unitAmount, unitsOf } from '../prices/price-amount.js'
import { periodAround } from '#time/periods.js'
import type { FirstPart } from '../subscriptions/create-subscription.js'
import { remainingValue } from '../subscriptions/prorate.js'
import { intervalOf } from '../subscriptions/subscription-periods.js'
import type { LineInput } from './invoice-line.object.js'

/**
 * The lines of a subscription's own prices: licensed ones for the present period of their items, in advance; metered
 * ones for the period that has ended, when one has.
 */
export function subscriptionLines(
  world: SandboxState,
  subscription: Stripe.Subscription,
  ended: { start: number; end: number } | null,
): LineInput[] {
  return subscription.items.data.flatMap((item) => {
    if (item.price.recurring?.usage_type !== 'metered') return [licensedLine(world, subscription, item)]
    return ended === null ? [] : [meteredLine(world, subscription, item, ended)]
  })
}

/** Lines of the time before the first full period: its share of the period price. */
export function firstPartLines(
  world: SandboxState,
  subscription: Stripe.Subscription,
  { billed }: FirstPart,
): LineInput[] {
  if (!billed) return []
  return subscription.items.data
    .filter((item) => item.price.recurring?.usage_type !== 'metered')
    .map((item) => {
      const whole = periodAround(subscription.billing_cycle_anchor, item.current_period_start, intervalOf(item.price))
      const line = licensedLine(world, subscription, item)
      return {
        ...line,
        source: { kind: 'subscription_item', item: item.id, subscription: subscription.id, proration: true },
        description: `Remaining time on ${line.quantity} × ${productName(world, item.price)}`,
        amount: remainingValue(line.amount, subscription.currency, whole, item.current_period_start),
        unitAmount: null,
      }
    })
}

/** The usage of metered items since their period began, for a last invoice. */
export function usageLines(world: SandboxState, subscription: Stripe.Subscription): LineInput[] {
  return subscription.items.data
    .filter((item) => item.price.recurring?.usage_type === 'metered')
    .map((item) =>
      meteredLine(world, subscription, item, { start: item.current_period_start, end: world.clock.seconds }),
    )
}

function licensedLine(
  world: SandboxState,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): LineInput {
  const { currency } = subscription
  const quantity = item.quantity ?? 1
  const trial = subscription.status === 'trialing'
  const unit = trial ? 0 : unitAmount(world, item.price, currency)
  return {
    source: { kind: 'subscription_item', item: item.id, subscription: subscription.id },
    description: trial
      ? `Free trial for ${unitsOf(world, item.price, quantity)}`
      : `${unitsOf(world, item.price, quantity)} (at ${formatAmount(unit, currency)} / ${every(item.price)})`,
    amount: trial ? 0 : priceAmount(world, item.price, currency, quantity),
    quantity,
    unitAmount: item.price.billing_scheme === 'tiered' ? null : unit,
    price: item.price,
    currency,
    period: { start: item.current_period_start, end: item.current_period_end },
    discountable: true,
    metadata: subscription.metadata,
  }
}

function meteredLine(
  world: SandboxState,
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  period: { start: number; end: number },
): LineInput {
  const { currency } = subscription
  const quantity = usageWithin(world, item.price.recurring?.meter ?? '', subscription.customer as string, period)
  return {
    source: { kind: 'subscription_item', item: item.id, subscription: subscription.id },
    ...usageTerms(world, item.price, currency, quantity),
    quantity,
    unitAmount: item.price.billing_scheme === 'tiered' ? null : unitAmount(world, item.price, currency),
    price: item.price,
    currency,
    period,
    discountable: true,
    metadata: subscription.metadata,
  }
}

/** Description and amount of a line for metered usage. */
export function usageTerms(world: SandboxState, price: Stripe.Price, currency: string, quantity: number) {
  return {
    description: `${unitsOf(world, price, quantity)} (used)`,
    amount: priceAmount(world, price, currency, quantity),
  }
}

/** `month`, `3 months`. */
export function every(price: Stripe.Price): string {
  const { interval, interval_count } = price.recurring ?? { interval: 'time', interval_count: 1 }
  return interval_count === 1 ? interval : `${interval_count} ${interval}s`
}
