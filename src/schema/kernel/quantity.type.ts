import { field, objectType, oneOfInputType } from './decorators.js'
import { MoneyInput } from './money.input.js'
import { Money } from './money.type.js'
import { SafeInt } from './scalars.js'

@objectType('Units of a feature or money: exactly one of them.')
export class Quantity {
  readonly __typename!: 'Quantity'

  @field('Units. Null for money.', () => SafeInt, { nullable: true })
  units!: number | null

  @field('Money. Null for units.', () => Money, { nullable: true })
  money!: Money | null
}

@oneOfInputType('Units of a feature or money.')
export class QuantityInput {
  @field('Units, 0–1,000,000,000,000.', () => SafeInt, { nullable: true })
  units?: number | null

  @field('Money in `AccountUsage.currency`.', () => MoneyInput, { nullable: true })
  money?: MoneyInput | null
}
