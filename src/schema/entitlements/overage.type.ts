import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** Price of units beyond an allowance. */
@objectType('Price of units beyond the allowance of a plan.')
export class OverageTerms {
  readonly __typename?: 'OverageTerms'

  @field(
    'Price of `per` units in the currency, as a decimal. It can have more decimals than the currency.',
    () => String,
  )
  price!: string

  @field('Number of units that the price is for.', () => SafeInt)
  per!: number

  @field('ISO 4217 code of the currency.', () => String)
  currency!: string

  @field('Most units beyond the allowance in a window.', () => SafeInt)
  cap!: number
}

/** Use beyond an allowance. */
@objectType('Use of a quota beyond its allowance in the current window, at a price.')
export class EntitlementOverage {
  readonly __typename?: 'EntitlementOverage'

  @field('Code of the plan that states the price.', () => String)
  planCode!: string

  @field('Price of `per` units in the currency, as a decimal.', () => String)
  price!: string

  @field('Number of units that the price is for.', () => SafeInt)
  per!: number

  @field('ISO 4217 code of the currency.', () => String)
  currency!: string

  @field('Most units beyond the allowance in a window.', () => SafeInt)
  cap!: number

  @field('Units used beyond the allowance.', () => SafeInt)
  used!: number

  @field('Units beyond the allowance that open reservations hold.', () => SafeInt)
  reserved!: number

  @field('Units that can still be used beyond the allowance: max(0, cap - used - reserved).', () => SafeInt)
  remaining!: number

  @field('Cost of the used units, rounded once for the window and price.', () => Money)
  cost!: Money
}

/** Cost of the units of one operation. */
@objectType('Units of an operation that were beyond the allowance, and their cost. Negative if they were returned.')
export class OverageCharge {
  readonly __typename?: 'OverageCharge'

  @field('Code of the plan that states the price.', () => String)
  planCode!: string

  @field('Number of units.', () => SafeInt)
  units!: number

  @field('Price of `per` units in the currency of the cost, as a decimal.', () => String)
  price!: string

  @field('Number of units that the price is for.', () => SafeInt)
  per!: number

  @field('Rounded cost of the window with these units, minus that without them.', () => Money)
  cost!: Money

  @field('Start of the window in which the units count (business clock).', () => DateTime)
  windowStart!: Date
}
