import { argument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { REASON } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { QueueName } from './queue.type.js'

/** Work that is not retried any more. */
@objectType('Work that failed and waits for an operator.', { implements: Node })
export class DeadLetter implements Node {
  readonly __typename!: 'DeadLetter'
  id!: string

  @field('Queue of the dead letter.', () => QueueName)
  queue!: QueueName

  /** Id of the account that `account` loads. */
  accountId!: string | null

  @field('Short description, for example the event type and its receiver.', () => String)
  summary!: string

  @field('Error of the last attempt. Null if none was recorded.', () => String, { nullable: true })
  lastError!: string | null

  @field('Number of attempts. Zero for usage reports.', () => SafeInt)
  attemptCount!: number

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

/** Input of `retryDeadLetter`. */
@ArgsType()
export class RetryDeadLetterArgs {
  @argument('id', 'ID of the dead letter.', () => ID)
  deadLetterId!: string
}

/** Input of `dropDeadLetter`. */
@ArgsType()
export class DropDeadLetterArgs {
  @argument('id', 'ID of the dead letter.', () => ID)
  deadLetterId!: string

  @field(REASON, () => String)
  reason!: string
}
