import { field, inputType } from './decorators.js'
import { CurrencyCode, SafeInt } from './scalars.js'

@inputType('An amount of money in one currency.')
export class MoneyInput {
  @field('Amount in minor units of the currency: cents for USD, yen for JPY.', () => SafeInt)
  amountMinor!: number

  @field('Currency of the amount.', () => CurrencyCode)
  currency!: string
}
