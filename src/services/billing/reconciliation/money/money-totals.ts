import type { Money } from '#services/kernel/money/money.js'

/** Sums of a period in one currency, at the provider and here. */
export interface MoneyTotal {
  readonly currency: string
  readonly what: 'received' | 'refunded'
  theirsMinor: number
  oursMinor: number
}
export type MoneyTotals = MoneyTotal[]

/** Adds an amount to one side of a sum. */
export function countMoney(totals: MoneyTotals, what: MoneyTotal['what'], money: Money, side: 'ours' | 'theirs'): void {
  let total = totals.find((one) => one.what === what && one.currency === money.currency)
  if (!total) {
    total = { currency: money.currency, what, theirsMinor: 0, oursMinor: 0 }
    totals.push(total)
  }
  if (side === 'ours') total.oursMinor += money.amountMinor
  else total.theirsMinor += money.amountMinor
}
