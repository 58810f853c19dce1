import { sql } from 'kysely'
import type { MailMessageRow } from '#entities/kernel/mail-message.entity.js'
import type { Database } from '../database/database.js'
import type { Sql } from '../database/sql.js'
import { recordDeadLetter } from '../events/record-operator-event.js'
import type { LeasedQueue } from './leased-rows.js'
import { QUEUES } from './queues.js'

/** Result of an attempt at a row. */
export interface Attempt {
  readonly row: { readonly id: string; readonly accountId?: string | null }
  readonly token: string
  /** New values of the row. */
  readonly values: Readonly<Record<string, unknown>> & { readonly state?: string; readonly lastError: string | null }
  /** Seconds until the row can be claimed again. Default: 0. */
  readonly waitSeconds?: number
}

/**
 * Ends the lease of a row with the result of an attempt. Notifies operators of a row that is not attempted again. Writes
 * nothing if the lease was lost.
 */
export async function recordAttempt(
  database: Database,
  queue: LeasedQueue,
  { row, token, values, waitSeconds = 0 }: Attempt,
): Promise<void> {
  const { table, code } = QUEUES[queue]
  const write = async ({ query }: Sql): Promise<boolean> => {
    const { numUpdatedRows } = await query
      // The tables of all these queues have the columns.
      .updateTable(table as 'mail_message')
      .set({
        ...(values as Partial<MailMessageRow>),
        leaseToken: null,
        leaseUntil: null,
        availableAt: sql`now() + make_interval(secs => ${waitSeconds})`,
      })
      .where('id', '=', row.id)
      .where('leaseToken', '=', token)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }
  if (values.state !== 'DEAD') return void (await write(database))
  await database.transaction(async (transaction) => {
    const { id, accountId = null } = row
    if (await write(transaction))
      await recordDeadLetter(transaction, { queue: code, id, accountId, error: values.lastError ?? '' })
  })
}
