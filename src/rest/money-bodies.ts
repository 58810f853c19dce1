import type { PriceView } from '../services/kernel/denials/denial.js'
import { toDecimal, type Money } from '../services/kernel/money/money.js'

export const moneyBody = (money: Money) => ({ amount: toDecimal(money), currency: money.currency })

export const priceBody = ({ money, interval }: PriceView) => ({
  ...moneyBody(money),
  interval: interval.toLowerCase(),
})
