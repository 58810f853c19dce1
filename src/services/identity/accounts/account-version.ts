import { sql } from 'kysely'
import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { EventType, OutboxData, OutboxEventType } from '#services/kernel/outbox/event-data/events.js'
import { appendEvent, type NewEvent } from '#services/kernel/events/append-events.js'

/**
 * Locks an account and returns its version. Every change of an account's entitlements or debts takes this lock first, before it
 * reads the rows on which its decision depends.
 */
export async function lockAccount(transaction: Transaction, accountId: string): Promise<number> {
  const row = await transaction.query
    .selectFrom('account')
    .select('version')
    .where('id', '=', accountId)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', 'Account not found.')
  await transaction.locked?.(accountId)
  return row.version
}

/** Raises the account's version and writes the event that explains it, under the same number. */
export async function recordAccountEvent<Type extends EventType>(
  transaction: Transaction,
  accountId: string,
  at: Date,
  event: NewEvent<Type>,
): Promise<number> {
  const row = await transaction.query
    .updateTable('account')
    .set({ version: sql`version + 1` })
    .where('id', '=', accountId)
    .returning('version')
    .executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', 'Account not found.')
  await appendEvent(transaction, { streamId: accountId, accountId, sequence: row.version, at }, event)
  if (event.outbox)
    await writeOutbox(transaction, {
      type: event.type,
      accountId,
      // The compiler checks `data` at the caller, but does not join it with the ID.
      payload: { ...event.data, ...(event.subject ? { subjectId: event.subject.id } : {}) } as OutboxData<
        Extract<Type, OutboxEventType>
      >,
      at,
      requestId: null,
    })
  return row.version
}
