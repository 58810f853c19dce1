import { ID } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { REASON } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'

export const DeadLetterQueue = enumType('DeadLetterQueue', 'Queue of a dead letter.', {
  MAIL: 'Emails to customers. Retried for three days.',
  OUTBOX: 'Events of this server for its own handlers.',
  WEBHOOK_DELIVERY: 'Signed webhooks to endpoints. Retried for three days.',
  USAGE_REPORT: 'Metered usage for the payment provider.',
  SCHEDULED_JOB: 'Scheduled jobs that failed at least ten times. They are still retried.',
  SYNC: 'Templates for the User Service. Retried for three days.',
  BROKER: 'Messages for installers. Retried for three days.',
})
export type DeadLetterQueue = keyof typeof DeadLetterQueue

/** Work that is not retried any more. */
@objectType('Work that failed and waits for an operator.', { implements: Node })
export class DeadLetter implements Node {
  readonly __typename!: 'DeadLetter'
  id!: string

  @field('Queue of the dead letter.', () => DeadLetterQueue)
  queue!: DeadLetterQueue

  /** Id of the account that `account` loads. */
  accountId!: string | null

  @field('Short description, for example the event type and its receiver.', () => String)
  summary!: string

  @field('Error of the last attempt. Null if none was recorded.', () => String, { nullable: true })
  lastError!: string | null

  @field('Number of attempts. Zero for usage reports.', () => SafeInt)
  attempts!: number

  @field(
    'Time of the event that caused it: business clock for mails, usage reports and scheduled jobs, machine clock for the other queues.',
    () => DateTime,
  )
  createdAt!: Date

  @field('Identifying values, without secrets and without the text of emails.', () => JSONValue)
  payload!: Record<string, unknown>
}

/** A page of dead letters. */
export const DeadLetterConnection = connection('DeadLetter', 'dead letters', () => DeadLetter)
export type DeadLetterConnection = InstanceType<typeof DeadLetterConnection>

@objectType('Number of dead letters of one queue.')
export class DeadLetterCount {
  readonly __typename!: 'DeadLetterCount'

  @field('Queue of the dead letters.', () => DeadLetterQueue)
  queue!: DeadLetterQueue

  @field('Number of dead letters.', () => SafeInt)
  count!: number

  @field(
    'Time of the oldest dead letter (business clock or machine clock, as its `createdAt`). Null if there is none.',
    () => DateTime,
    { nullable: true },
  )
  oldestAt!: Date | null
}

/** Input of `retryDeadLetter`. */
@inputType('Dead letter to retry.')
export class RetryDeadLetterInput {
  @field('ID of the dead letter.', () => ID)
  deadLetterId!: string
}

@objectType('A dead letter that is in its queue again.')
export class RetryDeadLetterPayload {
  readonly __typename!: 'RetryDeadLetterPayload'

  @field('ID that the dead letter had.', () => ID)
  deadLetterId!: string

  @field('Queue that attempts it again.', () => DeadLetterQueue)
  queue!: DeadLetterQueue
}

export const RetryDeadLetterResult = unionType('RetryDeadLetterResult', 'The retried dead letter, or a denial.', () => [
  RetryDeadLetterPayload,
  Refused,
])
export type RetryDeadLetterResult = RetryDeadLetterPayload | Refused

/** Input of `dropDeadLetter`. */
@inputType('Dead letter to drop, and the reason.')
export class DropDeadLetterInput {
  @field('ID of the dead letter.', () => ID)
  deadLetterId!: string

  @field(REASON, () => String)
  reason!: string
}

@objectType('A dropped dead letter.')
export class DropDeadLetterPayload {
  readonly __typename!: 'DropDeadLetterPayload'

  @field('ID that the dead letter had.', () => ID)
  deadLetterId!: string

  @field('Queue that it was in.', () => DeadLetterQueue)
  queue!: DeadLetterQueue
}

export const DropDeadLetterResult = unionType('DropDeadLetterResult', 'The dropped dead letter, or a denial.', () => [
  DropDeadLetterPayload,
  Refused,
])
export type DropDeadLetterResult = DropDeadLetterPayload | Refused
