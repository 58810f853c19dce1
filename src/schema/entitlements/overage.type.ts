import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { PriceTier, PriceTiering } from './price-tier.type.js'
import { UnitPrice } from '../kernel/unit-price.type.js'

/** `plan` is added by its resolver from `planCode`. */
@objectType(
  'Units of a quota beyond the allowance of a plan, at a price. A plan has `price` and `cap`, an entitlement also the use of the current window, and an operation its own units with their cost.',
)
export class Overage {
  readonly __typename?: 'Overage'

  /** Code of the plan that `plan` loads. */
  planCode!: string

  @field(
    'Price of the units. It can have more decimals than the currency. With tiers, that of the first one that has a price.',
    () => UnitPrice,
  )
  price!: UnitPrice

  @field('Price with all tiers as text. For an operation, its units by tier.', () => String)
  summary!: string

  @field('Meaning of the tiers.', () => PriceTiering)
  tiering!: PriceTiering

  @field('Tiers of the price, in ascending order. A price without tiers has one.', () => [PriceTier])
  tiers!: readonly PriceTier[]

  @field('First units of a window, which cost nothing and are in no tier.', () => SafeInt)
  freeUnits!: number

  @field('Least cost of a window in which units have a price. Null if none.', () => Money, { nullable: true })
  minimum!: Money | null

  @field('Highest cost of a window. Null if none.', () => Money, { nullable: true })
  maximum!: Money | null

  @field(
    'Units used beyond the allowance: in the current window, or by the operation, then negative if they were returned. Null for a plan.',
    () => SafeInt,
    { nullable: true },
  )
  units!: number | null

  @field(
    'Cost of the units: rounded once for the window and price, of an operation as the difference that it makes. Null for a plan.',
    () => Money,
    { nullable: true },
  )
  cost!: Money | null

  @field('Most units beyond the allowance in a window. Null for an operation.', () => SafeInt, { nullable: true })
  cap!: number | null

  @field(
    'Units that can still be used beyond the allowance: max(0, cap - units - reserved). Null unless of an entitlement.',
    () => SafeInt,
    { nullable: true },
  )
  remaining!: number | null

  @field('Units beyond the allowance that open reservations hold. Null unless of an entitlement.', () => SafeInt, {
    nullable: true,
  })
  reserved!: number | null

  @field(
    'Start of the window in which the units of an operation count (business clock). Null for others.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  windowStart!: Date | null
}
