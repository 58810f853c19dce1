import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import type { OpenGrant } from '#services/entitlements/credits/credit-balances.js'

/** All dated grants of one feature together. `grants` and `entries` are added by their resolver. */
@objectType('Credits granted to an account for one feature: granted = used + reserved + expired + remaining.', {
  implements: Node,
})
export class CreditBalance implements Node {
  readonly __typename!: 'CreditBalance'
  id!: string

  @field('Feature the credits are for.', () => Feature)
  feature!: Feature

  @field('Credits ever granted, without revoked ones.', () => SafeInt)
  granted!: number

  @field('Credits used.', () => SafeInt)
  used!: number

  @field('Credits held by reservations.', () => SafeInt)
  reserved!: number

  @field('Credits that expired unused.', () => SafeInt)
  expired!: number

  @field('Credits that can be used now.', () => SafeInt)
  remaining!: number

  @field('Credits that were used and later revoked. The next grants repay them first.', () => SafeInt)
  debt!: number

  @field('Time the next remaining credits expire (business clock). Null if none expire.', () => DateTime, {
    nullable: true,
  })
  nextExpiresAt!: Date | null

  /** Its open grants, in the order of deduction; `grants` returns a page of them. */
  openGrants!: readonly OpenGrant[]

  /** ID of its account; `entries` uses it. */
  accountId!: string
}
