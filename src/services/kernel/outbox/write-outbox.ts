import type { QueueName } from '#services/kernel/claim-loop/queues.js'
import type { Transaction } from '../database/database.js'
import type { OutboxAccountId, OutboxData, OutboxEventType } from './event-data/events.js'

/** Topic: the outbox has events to relay. */
export const OUTBOX_TOPIC = 'outbox' satisfies QueueName

export interface NewOutboxEvent<Type extends OutboxEventType> {
  readonly type: Type
  readonly accountId: OutboxAccountId<Type>
  readonly payload: OutboxData<Type>
  /** Business time. */
  readonly at: Date
  readonly requestId: string | null
}

/** Writes an event in the transaction of its cause: either both are committed or neither is. */
export async function writeOutbox<Type extends OutboxEventType>(
  transaction: Transaction,
  event: NewOutboxEvent<Type>,
): Promise<void> {
  const { type, accountId, payload, at, requestId } = event
  await transaction.query
    .insertInto('outbox_event')
    .values({ id: transaction.newId('obx'), type, accountId, payload, at, requestId })
    .execute()
  transaction.announce(OUTBOX_TOPIC)
}
