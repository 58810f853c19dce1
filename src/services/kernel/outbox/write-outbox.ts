import type { Transaction } from '../database/database.js'
import { newId } from '../ids/ids.js'

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

/** Our own event, in the same transaction as its cause: either both happened or neither did. */
export async function writeOutbox(transaction: Transaction, event: NewOutboxEvent): Promise<void> {
  await transaction.run(
    `insert into outbox_event (id, type, account_id, payload, at, request_id) values ($1, $2, $3, $4, $5, $6)`,
    [newId('obx'), event.type, event.accountId, event.payload, event.at, event.requestId],
  )
  transaction.announce(OUTBOX_TOPIC)
}
