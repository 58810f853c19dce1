import { field, objectType, shareable } from './decorators.js'
import { CurrencyCode, Decimal, SafeInt } from './scalars.js'

/** An amount. `formatted(locale)` is added by its resolver. */
@objectType('An amount of money in one currency.')
@shareable()
export class Money {
  readonly __typename!: 'Money'

  @field('Amount in minor units of the currency: cents for USD, yen for JPY.', () => SafeInt)
  amountMinor!: number

  @field('Currency of the amount.', () => CurrencyCode)
  currency!: string

  @field("Exact amount, for example `49.00`, with the currency's number of decimals.", () => Decimal)
  decimal!: string
}
