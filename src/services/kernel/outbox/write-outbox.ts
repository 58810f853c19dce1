import type { Transaction } from '../database/database.js'

/** Topic: the outbox has events to relay. */
export const OUTBOX_TOPIC = 'outbox'

export interface NewOutboxEvent {
  /** As `subscription.activated`. */
  readonly type: string
  readonly accountId: string | null
  readonly payload: Record<string, unknown>
  /** Business time. */
  readonly at: Date
  readonly requestId: string | null
}

/** Writes an event in the transaction of its cause: either both are committed or neither is. */
export async function writeOutbox(transaction: Transaction, event: NewOutboxEvent): Promise<void> {
  const { type, accountId, payload, at, requestId } = event
  await transaction.query
    .insertInto('outbox_event')
    .values({ id: transaction.newId('obx'), type, accountId, payload, at, requestId })
    .execute()
  transaction.announce(OUTBOX_TOPIC)
}
