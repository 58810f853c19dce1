import { payload } from '../kernel/payload.js'
import { argument, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { Feature } from '../catalog/feature.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { UsageEventInput } from '../entitlements/record-usage.type.js'
import { Actor } from '../identity/actor.type.js'
const BATCH_ID = 'ID of the batch.'

export const UsageBatchStatus = enumType('UsageBatchStatus', 'Status of a batch of past usage.', {
  OPEN: 'Lines can be added. Nothing counts yet.',
  CLOSING: 'The lines are being applied.',
  CLOSED: 'Every line has a result.',
  REVERTING: 'The units of the lines are being returned.',
  REVERTED: 'Every applied line was reverted, or states why it could not be.',
})
export type UsageBatchStatus = keyof typeof UsageBatchStatus

export const UsageBatchLineStatus = enumType('UsageBatchLineStatus', 'Status of a line of a batch.', {
  PENDING: 'Without a result yet.',
  APPLIED: 'Consumed, once.',
  DENIED: 'Not consumed. `denialCode` has the reason.',
  DISCARDED: 'Not consumed, because the batch was reverted before it was closed.',
  REVERTED: 'Consumed, and returned.',
  NOT_REVERTED: 'Consumed, and not returned. `denialCode` has the reason.',
})
export type UsageBatchLineStatus = keyof typeof UsageBatchLineStatus

/** `lineCount` and `lines` are added by resolvers. */
@objectType('Past usage that is recorded, and reverted, as a whole.', { implements: Node })
export class UsageBatch implements Node {
  readonly __typename!: 'UsageBatch'
  id!: string

  @field('Name that was given.', () => String)
  name!: string

  @field('Reason that was given.', () => String)
  reason!: string

  @field('Status of the batch.', () => UsageBatchStatus)
  status!: UsageBatchStatus

  @field('Operator or service that opened it.', () => Actor)
  openedBy!: Actor

  @field('Time it was opened (business clock).', () => DateTime)
  createdAt!: Date

  @field('Operator or service that closed it. Null before.', () => Actor, { nullable: true })
  closedBy!: Actor | null

  @field('Time its last line had a result (business clock). Null before.', () => DateTime, { nullable: true })
  closedAt!: Date | null

  @field('Operator or service that reverted it. Null before.', () => Actor, { nullable: true })
  revertedBy!: Actor | null

  @field('Reason for the reversal. Null if it was not reverted.', () => String, { nullable: true })
  revertReason!: string | null

  @field('Time its last line was reverted (business clock). Null before.', () => DateTime, { nullable: true })
  revertedAt!: Date | null

  @field('Error of the last attempt, which is repeated. Null if it succeeded.', () => String, { nullable: true })
  lastError!: string | null
}

/** `account`, `user` and `consumption` are added by resolvers. */
@objectType('One use of a batch.', { implements: Node })
export class UsageBatchLine implements Node {
  readonly __typename!: 'UsageBatchLine'
  id!: string

  @field('Key of the line, unique for the account in the batch.', () => String)
  key!: string

  @field('Feature of the usage. Null if the catalog does not have it any more.', () => Feature, { nullable: true })
  feature!: Feature | null

  @field('Units of the line. Null for work.', () => SafeInt, { nullable: true })
  amount!: number | null

  @field('Time of the usage (business clock). Null if it counts when the batch is closed.', () => DateTime, {
    nullable: true,
  })
  usedAt!: Date | null

  @field('Status of the line.', () => UsageBatchLineStatus)
  status!: UsageBatchLineStatus

  @field('Units that were consumed. Null if the line was not applied.', () => SafeInt, { nullable: true })
  units!: number | null

  @field('Units that the reversal returned. Null if the line was not reverted.', () => SafeInt, { nullable: true })
  returnedUnits!: number | null

  @field(
    'Returned units that cannot be used, because their grant had expired or was revoked. Null if the line was not reverted.',
    () => SafeInt,
    { nullable: true },
  )
  lostUnits!: number | null

  @field('Reason why it was denied or not reverted. Null without one.', () => DenialCode, { nullable: true })
  denialCode!: DenialCode | null

  @field('Explanation of the reason. Null without one.', () => String, { nullable: true })
  denialMessage!: string | null

  @field('Time of the result (business clock). Null while the line is pending.', () => DateTime, { nullable: true })
  processedAt!: Date | null

  @field('Time of the reversal (business clock). Null before.', () => DateTime, { nullable: true })
  revertedAt!: Date | null

  /** IDs of the objects that `account`, `user` and `consumption` load. */
  accountId!: string
  userId!: string | null
  consumptionId!: string | null
}

/** A page of batches. */
export const UsageBatchConnection = connection('UsageBatch', 'batches of past usage', () => UsageBatch)
export type UsageBatchConnection = InstanceType<typeof UsageBatchConnection>

/** A page of lines. */
export const UsageBatchLineConnection = connection('UsageBatchLine', 'lines of a batch', () => UsageBatchLine)
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

@ArgsType()
export class AddToUsageBatchArgs {
  @argument('id', BATCH_ID, () => ID)
  usageBatchId!: string

  @field('Lines, at most 500. A batch has at most 5,000.', () => [UsageEventInput])
  lines!: readonly UsageEventInput[]
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
