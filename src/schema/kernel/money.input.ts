import { field, inputType } from './decorators.js'
import { UnreadableAmount } from './unreadable-amount.js'
import { CurrencyCode, Decimal, SafeInt } from './scalars.js'

@inputType('An amount of money in one currency. Exactly one of `amountMinor` and `decimal` is set.')
export class MoneyInput {
  /** Resolvers always receive it: the schema reads the decimal before (`given-money.ts`). */
  @field('Amount in minor units of the currency: cents for USD, yen for JPY. Absent with `decimal`.', () => SafeInt, {
    nullable: true,
  })
  amountMinor!: number

  @field('Currency of the amount.', () => CurrencyCode)
  currency!: string

  @field(
    'Amount as people write it, for example `49.00`. At most the decimals of the currency in ISO 4217. Absent with `amountMinor`.',
    () => Decimal,
    { nullable: true },
  )
  decimal?: string | null

  /** An amount that cannot be read throws when it is used, in a comparison without a conversion as well. */
  constructor() {
    let given: number | UnreadableAmount | undefined
    Object.defineProperty(this, 'amountMinor', {
      enumerable: true,
      configurable: true,
      get: () => (given instanceof UnreadableAmount ? given.read() : given),
      set: (value: typeof given) => {
        given = value
      },
    })
  }
}
