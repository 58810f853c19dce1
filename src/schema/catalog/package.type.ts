import { Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { PlanFeature } from './plan-feature.type.js'
import type { Price } from './price.type.js'

/** How a package is sold. */
export const PackageType = enumType('PackageType', 'How a package is sold.', {
  SUBSCRIPTION: 'A plan at one interval, sold as a package.',
  ADDON: 'An item added to a running subscription.',
  CREDIT_PACK: 'Credits, paid once.',
  ENTERPRISE: 'By people only: see `contactUrl`.',
})
export type PackageType = keyof typeof PackageType

/** Anything sold that is not a plan. `prices(currency)` and `plan` are added by their resolvers. */
@objectType('Anything that is sold and is not a plan or a template.', { implements: Node })
export class Package implements Node {
  readonly __typename!: 'Package'
  id!: string

  @field('The stable name for programs, as `stories_50`.', () => String)
  code!: string

  @field('How it is sold.', () => PackageType)
  type!: PackageType

  @field('The name for people.', () => String)
  name!: string

  @field('What it offers, in plain text; null when nothing is said.', () => String, { nullable: true })
  description!: string | null

  @field('Short lines for a price card; empty when there are none.', () => [String])
  bullets!: readonly string[]

  /** The prices in every currency. */
  allPrices!: readonly Price[]

  @field('What it grants when it is paid.', () => [PlanFeature])
  grants!: readonly PlanFeature[]

  @field('Days until what it grants expires; null when it does not.', () => Int, { nullable: true })
  validForDays!: number | null

  @field('Whether it is on sale now.', () => Boolean)
  active!: boolean

  @field('Where to ask for an offer; null when it can be bought here.', () => String, { nullable: true })
  contactUrl!: string | null

  /** Id of the plan that a package of type SUBSCRIPTION sells, which `plan` loads. */
  planId!: string | null
}
