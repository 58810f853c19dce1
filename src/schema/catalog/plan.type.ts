import { Int } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { PlanFeature } from './plan-feature.type.js'
import type { Price } from './price.type.js'

/** A ranked bundle of features. `prices(currency)` is added by its resolver from `allPrices`. */
@objectType('A ranked bundle of features that an account can subscribe to.', { implements: Node })
export class Plan implements Node {
  readonly __typename!: 'Plan'
  id!: string

  @field('The stable name for programs, as `plus`.', () => String)
  code!: string

  @field('The name for people.', () => String)
  name!: string

  @field('What it offers, in plain text; null when nothing is said.', () => String, { nullable: true })
  description!: string | null

  @field('A higher rank satisfies what asks for a lower one; comparable only within a group.', () => Int)
  rank!: number

  @field('Plans of one group exclude each other; `main` unless the catalog says otherwise.', () => String)
  group!: string

  @field('Counts the changes of its terms; each version stays as it was for those who hold it.', () => Int)
  version!: number

  @field('Whether it is on sale now.', () => Boolean)
  active!: boolean

  /** The prices in every currency. */
  allPrices!: readonly Price[]

  @field('What it grants.', () => [PlanFeature])
  features!: readonly PlanFeature[]

  @field('Codes of the stacks that may be deployed. Null: all stacks.', () => [String], { nullable: true })
  supportedStacks!: readonly string[] | null
}
