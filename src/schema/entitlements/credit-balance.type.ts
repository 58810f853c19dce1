import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { CreditGrant } from './credit-grant.type.js'

/** All dated grants of one feature together. `entries` is added by its resolver. */
@objectType(
  "What was granted to an account of one feature beside its plan's allowance, and what became of it: granted = used + reserved + expired + remaining.",
)
export class CreditBalance {
  readonly __typename!: 'CreditBalance'

  @field('The feature.', () => Feature)
  feature!: Feature

  @field('How many were ever granted, less what was taken back.', () => SafeInt)
  granted!: number

  @field('How many were used.', () => SafeInt)
  used!: number

  @field('How many are held by reservations.', () => SafeInt)
  reserved!: number

  @field('How many passed their expiry unused.', () => SafeInt)
  expired!: number

  @field('How many can be used now.', () => SafeInt)
  remaining!: number

  @field('How many were used of grants that were taken back afterwards; the next grants pay them first.', () => SafeInt)
  debt!: number

  @field('When the next of what remains expires; null when nothing does.', () => DateTime, { nullable: true })
  nextExpiry!: Date | null

  @field('Those of which something can still be used, in the order in which they are taken.', () => [CreditGrant])
  grants!: readonly CreditGrant[]

  /** Whose it is; `entries` reads by it. */
  accountId!: string
}
