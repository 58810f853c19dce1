import type { SubscriptionData } from '@stackgate/client/documents'
import { words } from '../words/en.js'
import { count, date, labelInSentence, money, priceText, priceUnit } from './format.js'

/** The subscription of an account, as its pages read it. */
export type AccountSubscription = NonNullable<
  NonNullable<NonNullable<SubscriptionData['account']>['billing']>['subscription']
>

type Price = Parameters<typeof priceText>[0]

/** The line of the plan. A subscription of add-ons alone has none. */
export const planLineOf = ({ items }: Pick<AccountSubscription, 'items'>) =>
  items.find(({ product }) => product.type === 'PLAN')

/** Units of a price in a sentence: "servers". */
export const unitsText = (per: string): string => words.plans.units[per] ?? labelInSentence(per)

const totalOf = ({ money: { decimal, currency } }: Price, quantity: number): string =>
  money({ decimal: String(Number(decimal) * quantity), currency })

/** Cost of a quantity: "2 servers, $40.00 per month". */
export function costText({ price, quantity }: { readonly price: Price; readonly quantity: number }): string {
  const { per } = price
  if (!per) return quantity === 1 ? priceText(price) : `${count(quantity)} × ${priceText(price)}`
  const units = quantity === 1 ? labelInSentence(per) : unitsText(per)
  return `${count(quantity)} ${units}, ${totalOf(price, quantity)} ${priceUnit({ ...price, per: null })}`
}

/** The price after a scheduled change of the plan, with its unit. Null if no change of the price is scheduled. */
export function newPriceOf(subscription: AccountSubscription): string | null {
  const price = subscription.scheduledChange?.price
  const present = planLineOf(subscription)?.price.money
  return price && present && money(present) !== money(price.money) ? priceText(price) : null
}

/** The terms that follow, with their day: "$25.00 from April 15, 2026". Null if no change of the terms of the plan is scheduled. */
export function priceChange(subscription: AccountSubscription, quantity = 1): string | null {
  const { plan, scheduledChange: change } = subscription
  if (change?.planVersion.plan.id !== plan.id) return null
  const price = newPriceOf(subscription) && totalOf(change.price, quantity)
  return words.plans.from(price ?? words.plans.otherTerms, date(change.effectiveAt))
}

/** Quantity and cost of the plan, and the cost that follows: "2 servers, $40.00 per month, $50.00 from April 15, 2026". */
export function planCost(subscription: AccountSubscription): string | null {
  const line = planLineOf(subscription)
  const change = priceChange(subscription, subscription.scheduledChange?.quantity)
  return line ? [costText(line), change].filter(Boolean).join(', ') : null
}

/** Text of the price, the terms or the plan that stays if a scheduled change is undone. */
export function keptText(subscription: AccountSubscription): string {
  const { plan, cancelAt, scheduledChange: change } = subscription
  const line = planLineOf(subscription)
  if (cancelAt || !line || change?.planVersion.plan.id !== plan.id) return plan.name
  return newPriceOf(subscription) ? money(line.price.money) : words.plans.presentTerms
}
