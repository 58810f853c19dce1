import { ArgsType, ID } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { SpendCap } from './spend-cap.type.js'

@objectType('Units of a pool that a sub-account used in the present period.')
export class PoolUsage {
  readonly __typename?: 'PoolUsage'

  @field('Feature whose pool was used.', () => Feature)
  feature!: Feature

  @field('Units used.', () => SafeInt)
  used!: number

  @field('Start of the period (business clock).', () => DateTime)
  from!: Date
}

/** Use of the pools of a parent account. Its resolver adds `account` and `parent`. */
@objectType('An account that uses the pools of a parent account.')
export class SubAccount {
  readonly __typename?: 'SubAccount'

  /** IDs of the accounts that `account` and `parent` load. */
  accountId!: string
  parentId!: string

  @field('Time from which it uses the pools (business clock).', () => DateTime)
  startsAt!: Date

  @field('Limits that the parent account has set, with the use of the present period.', () => [SpendCap])
  limits!: readonly SpendCap[]

  @field('Use of the pools, one entry per feature of `pools` of the catalog.', () => [PoolUsage])
  usage!: readonly PoolUsage[]
}

@ArgsType()
export class SetParentAccountArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Account whose pools are used. Null: the account uses its own units.', () => ID, { nullable: true })
  parentId?: string | null
}
