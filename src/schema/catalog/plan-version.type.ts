import { Int } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import type { PlanFeature } from './plan-feature.type.js'
import type { Price } from './price.type.js'

/** Resolvers add `plan`, `current`, `prices(currency)` and `features(currency)`. */
@objectType('Terms of a plan that never change. Accounts and subscriptions keep the version they bought.', {
  implements: Node,
})
export class PlanVersion implements Node {
  readonly __typename!: 'PlanVersion'
  id!: string

  @field('Number of the version, from 1. Below zero for terms of one account (`offerNegotiatedPlan`).', () => Int)
  number!: number

  @field('Display name of the plan in this version.', () => String)
  name!: string

  /** Id of the plan that `plan` loads. */
  planId!: string

  /** The prices in every currency. */
  allPrices!: readonly Price[]

  /** With prices of use in the currency of the catalog. */
  features!: readonly PlanFeature[]

  @field('Whether every stack can be deployed.', () => Boolean)
  supportsAllStacks!: boolean

  @field('Codes of the stacks that can be deployed. Empty if `supportsAllStacks`.', () => [String])
  supportedStacks!: readonly string[]
}
