import { field, objectType } from './decorators.js'
import { CurrencyCode, Decimal, SafeInt } from './scalars.js'

@objectType('A price of a number of units.')
export class UnitPrice {
  readonly __typename?: 'UnitPrice'

  @field('Price of `per` units in the currency. It can have more decimals than the currency.', () => Decimal)
  amount!: string

  @field('Currency of the price.', () => CurrencyCode)
  currency!: string

  @field('Number of units that the price is for.', () => SafeInt)
  per!: number
}
