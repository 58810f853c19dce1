import { payload } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { DenialCode } from '../kernel/denial-code.js'
import { listPage } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, OBJECT_ID } from '../kernel/descriptions.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { WorkInput } from '../entitlements/work.input.js'
const BATCH_ID = 'ID of the batch.'

export const UsageBatchState = enumType('UsageBatchState', 'State of a batch of past usage.', {
  OPEN: 'Lines can be added. Nothing counts yet.',
  CLOSING: 'The lines are being applied.',
  CLOSED: 'Every line has a result.',
  REVERTING: 'The units of the lines are being returned.',
  REVERTED: 'Every applied line was reverted, or states why it could not be.',
})
export type UsageBatchState = keyof typeof UsageBatchState

export const UsageBatchLineState = enumType('UsageBatchLineState', 'State of a line of a batch.', {
  PENDING: 'Without a result yet.',
  APPLIED: 'Consumed, once.',
  DENIED: 'Not consumed. `denialCode` has the reason.',
  DISCARDED: 'Not consumed, because the batch was reverted before it was closed.',
  REVERTED: 'Consumed, and returned.',
  NOT_REVERTED: 'Consumed, and not returned. `denialCode` has the reason.',
})
export type UsageBatchLineState = keyof typeof UsageBatchLineState

/** `progress` and `lines` are added by resolvers. */
@objectType('Past usage that is recorded, and reverted, as a whole.')
export class UsageBatch {
  readonly __typename!: 'UsageBatch'

  @field(OBJECT_ID, () => ID)
  id!: string

  @field('Name that was given.', () => String)
  name!: string

  @field('Reason that was given.', () => String)
  reason!: string

  @field('State of the batch.', () => UsageBatchState)
  state!: UsageBatchState

  @field('Operator or service that opened it.', () => String)
  openedBy!: string

  @field('Time it was opened (business clock).', () => DateTime)
  createdAt!: Date

  @field('Operator or service that closed it. Null before.', () => String, { nullable: true })
  closedBy!: string | null

  @field('Time its last line had a result (business clock). Null before.', () => DateTime, { nullable: true })
  closedAt!: Date | null

  @field('Operator or service that reverted it. Null before.', () => String, { nullable: true })
  revertedBy!: string | null

  @field('Reason for the reversal. Null if it was not reverted.', () => String, { nullable: true })
  revertReason!: string | null

  @field('Time its last line was reverted (business clock). Null before.', () => DateTime, { nullable: true })
  revertedAt!: Date | null

  @field('Error of the last attempt, which is repeated. Null if it succeeded.', () => String, { nullable: true })
  lastError!: string | null
}

@objectType('Number of lines of a batch by state.')
export class UsageBatchProgress {
  readonly __typename!: 'UsageBatchProgress'

  @field('Number of all lines.', () => SafeInt)
  totalCount!: number

  @field('Number of lines without a result yet.', () => SafeInt)
  pendingCount!: number

  @field('Number of lines that are consumed.', () => SafeInt)
  appliedCount!: number

  @field('Number of lines that were denied.', () => SafeInt)
  deniedCount!: number

  @field('Number of lines that were never applied, because the batch was reverted while it was open.', () => SafeInt)
  discardedCount!: number

  @field('Number of lines whose units were returned.', () => SafeInt)
  revertedCount!: number

  @field('Number of lines whose units could not be returned.', () => SafeInt)
  notRevertedCount!: number
}

/** `account` and `consumption` are added by resolvers. */
@objectType('One use of a batch.')
export class UsageBatchLine {
  readonly __typename!: 'UsageBatchLine'

  @field(OBJECT_ID, () => ID)
  id!: string

  @field('Key of the line, unique for the account in the batch.', () => String)
  key!: string

  @field('Code of the feature.', () => String)
  featureCode!: string

  @field('Units of the line. Null for work.', () => SafeInt, { nullable: true })
  amount!: number | null

  @field('Member who used the units. Null if none was named.', () => ID, { nullable: true })
  userId!: string | null

  @field('Time of the usage (business clock). Null if it counts when the batch is closed.', () => DateTime, {
    nullable: true,
  })
  usedAt!: Date | null

  @field('State of the line.', () => UsageBatchLineState)
  state!: UsageBatchLineState

  @field('Units that were consumed. Null if the line was not applied.', () => SafeInt, { nullable: true })
  units!: number | null

  @field('Units that the reversal returned. Null if the line was not reverted.', () => SafeInt, { nullable: true })
  returned!: number | null

  @field(
    'Returned units that cannot be used, because their grant had expired or was revoked. Null if the line was not reverted.',
    () => SafeInt,
    { nullable: true },
  )
  lost!: number | null

  @field('Reason why it was denied or not reverted. Null without one.', () => DenialCode, { nullable: true })
  denialCode!: DenialCode | null

  @field('Explanation of the reason. Null without one.', () => String, { nullable: true })
  denialMessage!: string | null

  @field('Time of the result (business clock). Null while the line is pending.', () => DateTime, { nullable: true })
  processedAt!: Date | null

  @field('Time of the reversal (business clock). Null before.', () => DateTime, { nullable: true })
  revertedAt!: Date | null

  /** IDs of the objects that `account` and `consumption` load. */
  accountId!: string
  consumptionId!: string | null
}

/** A page of batches. */
export const UsageBatchConnection = listPage('UsageBatch', 'batches of past usage', () => UsageBatch)
export type UsageBatchConnection = InstanceType<typeof UsageBatchConnection>

/** A page of lines. */
export const UsageBatchLineConnection = listPage('UsageBatchLine', 'lines of a batch', () => UsageBatchLine)
export type UsageBatchLineConnection = InstanceType<typeof UsageBatchLineConnection>

@ArgsType()
export class OpenUsageBatchArgs {
  @field('Name of the batch, 1–200 characters.', () => String)
  name!: string

  @field('Reason for the batch, 1–500 characters.', () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}

@inputType('One use to add to a batch.')
export class UsageBatchLineInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a quota or credit feature.', () => String)
  feature!: string

  @field('Number of units, 1–1,000,000,000,000. Required without `work`.', () => SafeInt, { nullable: true })
  amount?: number | null

  @field('Work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @field('Member of the account who used the units, for the spend caps of the member. Default: none.', () => ID, {
    nullable: true,
  })
  userId?: string | null

  @field(
    'Time of the usage (business clock), at most 5 minutes in the future. Usage of a quota before its current window is denied when the batch is closed. Default: the time at which the batch is closed.',
    () => DateTime,
    { nullable: true },
  )
  usedAt?: Date | null

  @field(
    'Key of the line, unique for the account in the batch. A line that is sent again is added once. 1–255 printable ASCII characters without spaces.',
    () => String,
  )
  key!: string
}

@ArgsType()
export class AddToUsageBatchArgs {
  @argument('id', BATCH_ID, () => ID)
  usageBatchId!: string

  @field('Lines, at most 500. A batch has at most 5,000.', () => [UsageBatchLineInput])
  lines!: readonly UsageBatchLineInput[]
}

@ArgsType()
export class CloseUsageBatchArgs {
  @argument('id', BATCH_ID, () => ID)
  usageBatchId!: string
}

@ArgsType()
export class RevertUsageBatchArgs {
  @argument('id', BATCH_ID, () => ID)
  usageBatchId!: string

  @field('Reason, 1–500 characters. Members of the accounts can read it.', () => String)
  reason!: string
}

export const UsageBatchPayload = payload(UsageBatch)
