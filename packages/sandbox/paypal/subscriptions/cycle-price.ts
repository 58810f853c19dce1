import type { SandboxState } from '#sandbox-state.js'
import { minor, money, type Money } from '../money.js'
import type { BillingCycle, Subscription, SubscriptionDetail } from '../objects.js'
import { priceOf } from '../plans/check-cycles.js'

/** New prices of a plan reach a subscription only when they are this old at the time of the bill. */
const NOTICE = 10 * 24 * 60 * 60 * 1000

/** Current amount of a subscription for a cycle, with quantity and tax. Null if the cycle is free. */
export function amountDue(world: SandboxState, subscription: Subscription, cycle: BillingCycle): Money | null {
  const detail = world.store.need('paypal.subscription_detail', subscription.id)
  const price = presentPrice(world, detail, cycle)?.price ?? priceOf(cycle)
  if (price === null) return null
  const net = minor(price) * BigInt(subscription.quantity)
  const { taxes } = detail
  const tax = taxes === null || taxes.inclusive ? 0n : (net * hundredths(taxes.percentage) + 5000n) / 10_000n
  return money(price.currency_code, net + tax)
}

/** Version of the price at which a cycle is billed. */
export function priceVersion(world: SandboxState, detail: SubscriptionDetail, cycle: BillingCycle): number {
  return presentPrice(world, detail, cycle)?.version ?? cycle.pricing_scheme?.version ?? 1
}

/** Effective price of the plan. Undefined if the subscription overrides it. */
function presentPrice(world: SandboxState, detail: SubscriptionDetail, cycle: BillingCycle) {
  if (detail.ownPrices.includes(cycle.sequence)) return undefined
  const subscription = world.store.get('paypal.subscription', detail.id)
  const since = subscription === undefined ? world.clock.now : Date.parse(subscription.create_time)
  return world.store
    .get('paypal.plan_prices', subscription?.plan_id ?? '')
    ?.prices.filter(
      ({ sequence, at }) => sequence === cycle.sequence && (at <= since || at + NOTICE <= world.clock.now),
    )
    .at(-1)
}

/** A percentage in hundredths of a percent: `7.25` is 725. */
function hundredths(percentage: string): bigint {
  const [whole = '0', fraction = ''] = percentage.split('.', 2)
  return BigInt(`${whole}${fraction.padEnd(2, '0').slice(0, 2)}`)
}
