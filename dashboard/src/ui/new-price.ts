import type { SubscriptionData } from '@stackgate/client/documents'
import { money, priceUnit } from './format.js'

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
