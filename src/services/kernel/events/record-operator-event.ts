import type { Transaction } from '../database/database.js'
import type { NodeReference } from '../denials/denial.js'
import type { DeadLetterQueue } from '../claim-loop/queues.js'
import type { EventDataInStreams, EventDefinitions, OperatorEventType } from '../outbox/event-data/events.js'
import { OPERATORS_TOPIC } from './topics.js'

/** An event for operators. `docs/events.md` lists the types. */
export interface NewOperatorEvent<Type extends OperatorEventType = OperatorEventType> {
  readonly type: Type
  readonly summary: string
  /** Null if it concerns no account. */
  readonly accountId: string | null
  readonly subject?: NodeReference | null
  readonly data?: EventDataInStreams<Type>
}

/** True if operators receive events of this type. @param events data of the domain that writes it */
export const isForOperators = (events: EventDefinitions, type: string): type is OperatorEventType =>
  events[type]?.isForOperators === true

/** Writes an event for operators and, after the commit, wakes those who follow them. */
export async function recordOperatorEvent<Type extends OperatorEventType>(
  transaction: Transaction,
  event: NewOperatorEvent<Type>,
): Promise<void> {
  await transaction.query
    .insertInto('operator_event')
    .values({
      id: transaction.newId('evt'),
      accountId: event.accountId,
      type: event.type,
      summary: event.summary,
      subjectType: event.subject?.__typename ?? null,
      subjectId: event.subject?.id ?? null,
      data: event.data ?? {},
    })
    .execute()
  transaction.announce(OPERATORS_TOPIC)
}

/** A message that is not tried any more. */
export interface NewDeadLetter {
  readonly queue: DeadLetterQueue
  /** ID of its row. */
  readonly id: string
  readonly accountId: string | null
  readonly error: string
}

/** Notifies operators of a new dead letter. */
export const recordDeadLetter = (
  transaction: Transaction,
  { queue, id, accountId, error }: NewDeadLetter,
): Promise<void> =>
  recordOperatorEvent(transaction, {
    type: 'dead_letter.added',
    summary: `A message of the queue ${queue} is not tried any more: ${error}`,
    accountId,
    subject: { __typename: 'DeadLetter', id },
    data: { queue, error },
  })
