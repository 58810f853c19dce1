import { Int } from 'type-graphql'
import { federationKeys, field, objectType } from '../kernel/decorators.js'
import type { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import type { PlanFeature } from './plan-feature.type.js'
import type { Price } from './price.type.js'

/** A ranked bundle of features in its current version. Resolvers add `currentVersion`, `offer`, and `prices`, `features` and `overageThreshold` with a currency. */
@objectType('A ranked bundle of features that an account can subscribe to, in its current version.', {
  implements: Node,
})
@federationKeys('id')
export class Plan implements Node {
  readonly __typename!: 'Plan'
  id!: string

  @field('Stable code, for example `plus`.', () => String)
  code!: string

  @field('Display name of the plan.', () => String)
  name!: string

  @field('Description in plain text. Null if none.', () => String, { nullable: true })
  description!: string | null

  @field('Rank within the group. A higher rank satisfies requirements for a lower one.', () => Int)
  rank!: number

  @field('Plan group, `main` by default. Plans of one group exclude each other.', () => String)
  group!: string

  /** Id of the version that `currentVersion` loads. */
  versionId!: string

  @field('Short lines for a price card. Empty if none.', () => [String])
  bullets!: readonly string[]

  @field('Whether it is for sale now.', () => Boolean)
  active!: boolean

  /** The prices in every currency. */
  allPrices!: readonly Price[]

  /** In the currency of the catalog. */
  overageThreshold!: Money | null

  /** With prices of use in the currency of the catalog. */
  features!: readonly PlanFeature[]

  @field('Whether every stack can be deployed.', () => Boolean)
  supportsAllStacks!: boolean

  @field('Codes of the stacks that can be deployed. Empty if `supportsAllStacks`.', () => [String])
  supportedStacks!: readonly string[]
}
