import type { Transaction } from '../database/database.js'
import type { NodeReference } from '../denials/denial.js'
import type { DeadLetterQueue } from '../claim-loop/queues.js'
import type { EventDataInStreams, EventType } from '../outbox/event-data/all-events.js'
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

/** Every type of event that `operatorEvents` emits. */
export const OPERATOR_EVENT_TYPES = [
  'agent.reachable',
  'agent.unreachable',
  'checkout.quarantined',
  'dead_letter.added',
  'drift.found',
  'plan_migration.completed',
  'plan_migration.resumed',
  'plan_migration.started',
  'plan_migration.stopped',
  'price_feed.failed',
  'price_list.applied',
  'price_list.proposed',
  'rate_card.value_unlisted',
  'reconciliation.completed',
  'reconciliation.failed',
  'template.approved',
  'template.changes_requested',
  'template.rejected',
  'template.review_started',
  'template.submission_withdrawn',
  'template.submitted',
  'template.updated',
  'usage_batch.closed',
  'usage_batch.closing',
  'usage_batch.opened',
  'usage_batch.reverted',
  'usage_batch.reverting',
  'usage_comparison.ended',
  'usage_comparison.progressed',
  'usage_comparison.started',
  'webhook_event.dead',
  'webhook_event.received',
] as const satisfies readonly EventType[]
export type OperatorEventType = (typeof OPERATOR_EVENT_TYPES)[number]

/** True if operators receive events of this type. */
export const isForOperators = (type: string): type is OperatorEventType =>
  (OPERATOR_EVENT_TYPES as readonly string[]).includes(type)

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
