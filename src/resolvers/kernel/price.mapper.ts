import type { PriceView } from '#services/kernel/denials/denial.js'
import { toDecimal, type Money as MoneyValue } from '#services/kernel/money/money.js'
import type { Price } from '#schema/catalog/price.type.js'
import type { Money } from '#schema/kernel/money.type.js'

export const toMoney = (money: MoneyValue): Money => ({
  __typename: 'Money',
  amountMinor: money.amountMinor,
  currency: money.currency,
  decimal: toDecimal(money),
})

export const toPrice = (price: PriceView): Price => ({
  __typename: 'Price',
  id: price.id,
  money: toMoney(price.money),
  interval: price.interval,
  trialDays: price.trialDays,
  per: price.per,
})
