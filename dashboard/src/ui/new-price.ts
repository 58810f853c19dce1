import type { SubscriptionData } from '@stackgate/client/documents'
import { words } from '../words/en.js'
import { date, money, priceUnit } from './format.js'

/** The subscription of an account, as its pages read it. */
export type AccountSubscription = NonNullable<
  NonNullable<NonNullable<SubscriptionData['account']>['billing']>['subscription']
>

/** The price after a scheduled change of the plan, with its unit. Null if no change of the price is scheduled. */
export function newPriceOf({ items, scheduledChange: change }: AccountSubscription): string | null {
  const present = items.find(({ product }) => product.type === 'PLAN')?.price.money
  if (!change || !present || money(present) === money(change.price.money)) return null
  return `${money(change.price.money)} ${priceUnit(change.price)}`
}

/** End of the present price of the plan, and the price that follows. Null if no change of its terms is scheduled. */
export function priceChange(subscription: AccountSubscription): string | null {
  const { plan, scheduledChange: change } = subscription
  if (change?.planVersion.plan.id !== plan.id) return null
  return words.plans.until(date(change.effectiveAt), newPriceOf(subscription) && money(change.price.money))
}
