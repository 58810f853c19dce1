import { payload } from '../kernel/payload.js'
import { keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { countedConnection } from '../kernel/connection.js'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { pageArgs } from '../kernel/page-args.js'
import { Quantity, QuantityInput } from '../kernel/quantity.type.js'
import { DateTime } from '../kernel/scalars.js'
import { CapPeriod } from './cap-period.js'

/** Resolvers add `member`. */
@objectType(
  'Most units of a feature in a period, or their highest cost beyond the allowance. It denies nothing while the catalog does not list the feature.',
  { implements: Node },
)
export class SpendCap implements Node {
  readonly __typename!: 'SpendCap'
  id!: string

  @field('Feature that is capped.', () => Feature)
  feature!: Feature

  @field('Period of the cap.', () => CapPeriod)
  period!: CapPeriod

  @field('Most units in a period, or their highest cost.', () => Quantity)
  limit!: Quantity

  @field(
    'Units used in the present period, or their cost. For a member, the cost is rounded up to the smallest unit of the currency.',
    () => Quantity,
  )
  used!: Quantity

  @field('Units of open reservations, or the cost that they have when they are committed.', () => Quantity)
  reserved!: Quantity

  @field('Units that the cap still allows in the present period, or their cost.', () => Quantity)
  remaining!: Quantity

  @field('End of the present period (business clock).', () => DateTime)
  resetsAt!: Date

  /** ID of the sub-account that `subAccount` loads. */
  subAccountId!: string | null

  @field('Whether an operator set the cap. The account cannot change it.', () => Boolean)
  setByOperator!: boolean

  @field('Percent of the limit at which an alert is sent, ascending.', () => [Int])
  alertPercents!: readonly number[]

  /** ID of the user that `member` loads. */
  userId!: string | null
}

export const SpendCapConnection = countedConnection('SpendCap', 'spend caps', () => SpendCap)
export type SpendCapConnection = InstanceType<typeof SpendCapConnection>

@ArgsType()
export class SpendCapsArgs extends pageArgs(50) {
  @field('Code of the feature. Default: all.', () => String, { nullable: true })
  feature?: string | null

  @field('Member whose caps are returned. Default: all.', () => ID, { nullable: true })
  userId?: string | null

  @field('Sub-account whose caps are returned. Default: caps of the account and its members.', () => ID, {
    nullable: true,
  })
  subAccountId?: string | null
}

@inputType('A spend cap to set.')
export class SetSpendCapInput extends Keyed {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Cap that is replaced, for example the one that a remedy names; denied if the terms replace another one, or none. Default: the present one, if there is one.',
    () => ID,
    { nullable: true },
  )
  capId?: string | null

  @field(
    'Code of a feature that the catalog lists in `spend_caps`, or in `pools` for a cap of a sub-account.',
    () => String,
  )
  feature!: string

  @field('Period of the cap.', () => CapPeriod)
  period!: CapPeriod

  @field(
    'Most units in a period, or their highest cost beyond the allowance; at most the cap of the operator. 0 allows no unit, or nothing beyond the allowance.',
    () => QuantityInput,
  )
  limit!: QuantityInput

  @field(
    'Percent of the limit at which an alert is sent, 1–100, at most 5. Default: those of the cap that it replaces, otherwise none.',
    () => [Int],
    { nullable: true },
  )
  alertPercents?: number[] | null

  @field('Member whose use the cap limits. Default: the whole account.', () => ID, { nullable: true })
  userId?: string | null

  @field('Sub-account whose use the cap limits, in units. Default: the whole account.', () => ID, { nullable: true })
  subAccountId?: string | null
}

@ArgsType()
export class RemoveSpendCapArgs {
  @field('ID of the cap.', () => ID)
  id!: string

  @keyArgument()
  idempotencyKey!: string
}

export const SpendCapPayload = payload(SpendCap)
