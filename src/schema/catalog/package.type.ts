import { Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Url } from '../kernel/scalars.js'
import { Node } from '../kernel/node.type.js'
import { PlanFeature } from './plan-feature.type.js'
import type { Price } from './price.type.js'

export const PackageType = enumType('PackageType', 'Kind of a package.', {
  SUBSCRIPTION: 'A plan at one interval, sold as a package.',
  ADDON: 'Billed as an item of the active subscription.',
  CREDIT_PACK: 'Credits that are paid for once.',
  ENTERPRISE: 'Sold by the sales team only; see `contactUrl`.',
})
export type PackageType = keyof typeof PackageType

/** Anything sold that is not a plan. `prices(currency)` and `plan` are added by their resolvers. */
@objectType('A product that is neither a plan nor a template.', { implements: Node })
export class Package implements Node {
  readonly __typename!: 'Package'
  id!: string

  @field('Stable code, for example `stories_50`.', () => String)
  code!: string

  @field('Kind of the package.', () => PackageType)
  type!: PackageType

  @field('Display name of the package.', () => String)
  name!: string

  @field('Description in plain text. Null if none.', () => String, { nullable: true })
  description!: string | null

  @field('Short lines for a price card. Empty if none.', () => [String])
  bullets!: readonly string[]

  /** The prices in every currency. */
  allPrices!: readonly Price[]

  @field('Features granted by the package.', () => [PlanFeature])
  grants!: readonly PlanFeature[]

  @field('Days until the granted units expire. Null if they do not.', () => Int, { nullable: true })
  validForDays!: number | null

  @field('Whether it is for sale now.', () => Boolean)
  active!: boolean

  @field('Sales contact. Null if the package can be bought online.', () => Url, { nullable: true })
  contactUrl!: string | null

  /** Id of the plan that a package of type SUBSCRIPTION sells, which `plan` loads. */
  planId!: string | null
}
