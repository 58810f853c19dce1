import type { PriceView } from '#services/kernel/denials/denial.js'
import { toDecimal, type Money as MoneyValue } from '#services/kernel/money/money.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { toInterval } from '#services/catalog/products/interval.js'
import type { Interval } from '#schema/catalog/interval.type.js'
import type { Price } from '#schema/catalog/price.type.js'
import type { Money } from '#schema/kernel/money.type.js'
import type { Quantity } from '#schema/kernel/quantity.type.js'

/** Null for what is paid once. */
export function toIntervalType(word: BillingInterval): Interval | null {
  const interval = toInterval(word)
  return interval && { __typename: 'Interval', ...interval }
}

export const toMoney = (money: MoneyValue): Money => ({
  __typename: 'Money',
  amountMinor: money.amountMinor,
  currency: money.currency,
  decimal: toDecimal(money),
})

/** Units, or money in the smallest unit of a currency. */
export const toQuantity = (amount: number, currency: string | null): Quantity =>
  currency === null
    ? { __typename: 'Quantity', units: amount, money: null }
    : { __typename: 'Quantity', units: null, money: toMoney({ amountMinor: amount, currency }) }

export const toPrice = (price: PriceView): Price => ({
  __typename: 'Price',
  id: price.id,
  model: price.per === null ? 'FLAT' : 'PER_UNIT',
  money: toMoney(price.money),
  interval: toIntervalType(price.interval),
  trialDays: price.trialDays,
  per: price.per,
})
