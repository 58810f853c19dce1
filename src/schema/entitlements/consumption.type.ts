import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import type { RightsFacts } from '../../services/entitlements/rights/facts.js'
import { EntitlementSource } from './entitlement-source.type.js'
import { FailurePolicy } from './failure-policy.js'

/** A part of what was taken. */
@objectType('A part of what was taken, and from where.')
export class GrantUse {
  readonly __typename?: 'GrantUse'

  @field('What it was taken from.', () => EntitlementSource)
  source!: EntitlementSource

  @field('How many units, at least 1.', () => SafeInt)
  amount!: number
}

/** Units that were taken. `entitlement` is added by its resolver from `facts`. */
@objectType('Units of a quota or credits that were taken. It is durable by the time it is answered.', {
  implements: Node,
})
export class Consumption implements Node {
  readonly __typename!: 'Consumption'
  id!: string

  @field('Of which feature.', () => Feature)
  feature!: Feature

  @field('How many units, at least 1.', () => SafeInt)
  amount!: number

  @field('Where they were taken from, in the order of taking; empty when the policy decided.', () => [GrantUse])
  taken!: readonly GrantUse[]

  @field('When they were used, on the business clock.', () => DateTime)
  at!: Date

  @field('The policy that decided, because the store could not answer; null: decided on facts.', () => FailurePolicy, {
    nullable: true,
  })
  decidedBy!: FailurePolicy | null

  /** What the account has from then on. */
  facts!: RightsFacts
}
