import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import { appendEvent, type NewEvent } from '#services/kernel/events/append-events.js'

/**
 * The one law of accounts: whatever changes what an account may do or owes takes the account's row first. Call it before reading
 * the facts that the decision rests on.
 */
export async function lockAccount(transaction: Transaction, accountId: string): Promise<number> {
  const row = await transaction.row<{ version: number }>(`select version from account where id = $1 for update`, [
    accountId,
  ])
  if (!row) throw new AppError('NOT_FOUND', 'Account not found.')
  return row.version
}

/** Raises the account's version and writes the event that explains it, under the same number. */
export async function recordAccountEvent(
  transaction: Transaction,
  accountId: string,
  at: Date,
  event: NewEvent,
): Promise<number> {
  const row = await transaction.row<{ version: number }>(
    `update account set version = version + 1 where id = $1 returning version`,
    [accountId],
  )
  if (!row) throw new AppError('NOT_FOUND', 'Account not found.')
  await appendEvent(transaction, { streamId: accountId, accountId, sequence: row.version, at }, event)
  if (event.outbox)
    await writeOutbox(transaction, {
      type: event.type,
      accountId,
      payload: { ...event.data, ...(event.subject ? { subjectId: event.subject.id } : {}) },
      at,
      requestId: null,
    })
  return row.version
}
