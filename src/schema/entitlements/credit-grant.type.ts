import { payload } from '../kernel/payload.js'
import { countedConnection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { EntitlementSource } from './entitlement-source.type.js'

/** A dated amount of credits. */
@objectType('A dated amount of credits, or of a quota in addition to the plan.', { implements: Node })
export class CreditGrant implements Node {
  readonly __typename!: 'CreditGrant'
  id!: string

  @field('Units granted.', () => SafeInt)
  amount!: number

  @field('Units that are not used yet.', () => SafeInt)
  remaining!: number

  @field('Source of the grant.', () => EntitlementSource)
  source!: EntitlementSource

  @field('Time of the grant (business clock).', () => DateTime)
  grantedAt!: Date

  @field(
    'Expiry time (business clock); nothing can be used from then on. Null if it does not expire.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  expiresAt!: Date | null
}

/** A page of grants. */
export const CreditGrantConnection = countedConnection('CreditGrant', 'credit grants', () => CreditGrant)
export type CreditGrantConnection = InstanceType<typeof CreditGrantConnection>

export const CreditGrantPayload = payload(CreditGrant)
