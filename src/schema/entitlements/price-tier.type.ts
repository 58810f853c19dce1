import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Decimal, SafeInt } from '../kernel/scalars.js'
import { UnitPrice } from '../kernel/unit-price.type.js'

export const PriceTiering = enumType('PriceTiering', 'Meaning of the tiers of a price.', {
  GRADUATED: 'Each unit has the price of its tier.',
  VOLUME: 'All units have the price of the tier that their sum reaches.',
})
export type PriceTiering = keyof typeof PriceTiering

@objectType('A tier of a price of units, with its units and their cost.')
export class PriceTier {
  readonly __typename?: 'PriceTier'

  @field('Last unit of the tier, without free units. Null: no end.', () => SafeInt, { nullable: true })
  upTo!: number | null

  @field('Price of the units of the tier. Zero if only the flat amount is charged.', () => UnitPrice)
  price!: UnitPrice

  @field('True if each started package of `per` units has the price.', () => Boolean)
  packaged!: boolean

  @field('Percentage of the units, which are an amount of money. Null for other prices.', () => Decimal, {
    nullable: true,
  })
  percent!: string | null

  @field('Amount that is charged once if the units reach the tier. Null if none.', () => Money, { nullable: true })
  flat!: Money | null

  @field('Units in the tier: of the window at the price, or of the operation. Null for a plan.', () => SafeInt, {
    nullable: true,
  })
  units!: number | null

  @field('Exact cost of the units in the currency, with the flat amount. Null for a plan.', () => Decimal, {
    nullable: true,
  })
  exactCost!: string | null
}
