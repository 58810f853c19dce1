import { Int } from 'type-graphql'
import type { QueueCode } from '#services/kernel/claim-loop/queues.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** Modules add their queues. */
export const QueueName = enumType('QueueName', 'Queue of background work.', {
  INBOX: 'Events of payment providers. `webhookEvents` lists its dead items, `deadLetters` does not.',
  OUTBOX: 'Events of this server for its own handlers.',
  SCHEDULED_JOB:
    'Scheduled jobs whose time has come. Dead letters are jobs that failed at least ten times; they are still retried.',
  MAIL: 'Emails to customers. Retried for three days.',
  WEBHOOK_DELIVERY: 'Signed webhooks to endpoints. Retried for three days; further attempts do not count as waiting.',
})
export type QueueName = QueueCode

@objectType('Work that waits in one queue, and its dead letters.')
export class QueueStats {
  readonly __typename!: 'QueueStats'

  @field('The queue.', () => QueueName)
  queue!: QueueName

  @field('Number of items that could be processed now. Those of a later attempt are not counted.', () => SafeInt)
  waitingCount!: number

  @field(
    'Time since the oldest waiting item could be processed, in seconds. Null if none waits, and for usage reports, which are sent together.',
    () => Int,
    { nullable: true },
  )
  oldestWaitingSeconds!: number | null

  @field('Number of items that are not attempted again without an operator.', () => SafeInt)
  deadCount!: number

  @field(
    'Time of the oldest dead letter (business clock or machine clock, as its `createdAt`). Null if there is none, and for events of payment providers.',
    () => DateTime,
    { nullable: true },
  )
  oldestDeadAt!: Date | null
}
