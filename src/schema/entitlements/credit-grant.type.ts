import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { EntitlementSource } from './entitlement-source.type.js'

/** A dated amount of credits. */
@objectType('A dated amount of credits, or of a quota beside what the plan gives.', { implements: Node })
export class CreditGrant implements Node {
  readonly __typename!: 'CreditGrant'
  id!: string

  @field('How many it granted.', () => SafeInt)
  amount!: number

  @field('How many of them can still be used, if it has not expired.', () => SafeInt)
  remaining!: number

  @field('What it comes from.', () => EntitlementSource)
  source!: EntitlementSource

  @field('When it was granted.', () => DateTime)
  grantedAt!: Date

  @field('From this moment on nothing of it can be used; null: it does not expire.', () => DateTime, { nullable: true })
  expiresAt!: Date | null
}
