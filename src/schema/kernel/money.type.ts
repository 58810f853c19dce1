import { field, objectType } from './decorators.js'
import { CurrencyCode, SafeInt } from './scalars.js'

/** An amount. `formatted(locale)` is added by its resolver. */
@objectType('An amount of money in one currency.')
export class Money {
  readonly __typename!: 'Money'

  @field('The amount in the smallest unit of the currency: cents for USD, yen for JPY.', () => SafeInt)
  amountMinor!: number

  @field('The currency.', () => CurrencyCode)
  currency!: string

  @field("As `49.00`, by the currency's own number of decimals.", () => String)
  decimal!: string
}
