import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime, Decimal, SafeInt } from '../kernel/scalars.js'

export const OveragePolicy = enumType(
  'OveragePolicy',
  'Treatment of work in a commit that cost more than was held and available.',
  {
    CAP: 'The units that were available were consumed, and the rest was not charged.',
    OVERFLOW: 'All units were consumed, and the rest is debt that later credits repay.',
  },
)
export type OveragePolicy = keyof typeof OveragePolicy

/** A dimension of priced work, or a property of a use. */
@objectType('A dimension of priced work, or a property of a use.')
export class WorkDimension {
  readonly __typename?: 'WorkDimension'

  @field('Name of the dimension or property.', () => String)
  name!: string

  @field('Value of the dimension or property.', () => String)
  value!: string
}

/** The price of one quantity. */
@objectType('Price of one quantity by a line of the rate card.')
export class UsagePriceLine {
  readonly __typename?: 'UsagePriceLine'

  @field('Line of the rate card: the quantity and its conditions.', () => String)
  line!: string

  @field('Name of the quantity.', () => String)
  quantity!: string

  @field('Number of units of the quantity.', () => SafeInt)
  amount!: number

  @field('Amount that the line counted in the window before.', () => SafeInt)
  before!: number

  @field('Product of the multipliers that apply.', () => Decimal)
  factor!: string

  @field('Exact price in units of the feature.', () => Decimal)
  exact!: string

  @field(
    'Units charged: the rounded exact sum of the line in the window, minus what was charged before.',
    () => SafeInt,
  )
  units!: number
}

/** Price of work with all of its parts. */
@objectType('Price of work by a rate card, and how it came about.')
export class UsagePrice {
  readonly __typename?: 'UsagePrice'

  @field('Price in units of the feature.', () => SafeInt)
  units!: number

  @field('Version of the rate card.', () => SafeInt)
  cardVersion!: number

  @field('Dimensions of the work.', () => [WorkDimension])
  dimensions!: readonly WorkDimension[]

  @field('Price of each quantity.', () => [UsagePriceLine])
  lines!: readonly UsagePriceLine[]

  @field('Least price of a call, if the lines cost less. Null otherwise.', () => SafeInt, { nullable: true })
  minimum!: number | null

  /** Code of the plan whose rates differ from those of the card, which `plan` loads. Null if none. */
  planCode!: string | null

  @field('Start of the window in which the quantities count (business clock).', () => DateTime)
  windowStart!: Date

  @field('Units of a commit that were not available. Null if all were.', () => SafeInt, { nullable: true })
  unavailable!: number | null

  @field('Rule that was applied to the units that were not available. Null if all were.', () => OveragePolicy, {
    nullable: true,
  })
  overagePolicy!: OveragePolicy | null

  @field('Steps of the price, for people.', () => [String])
  explain!: readonly string[]
}
