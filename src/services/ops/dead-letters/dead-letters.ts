import { readAsOperator } from '#services/identity/access/read-as-operator.js'
import { deadLetterId, rowIdOfDeadLetter } from '#services/kernel/claim-loop/dead-letter-id.js'
import type { DeadLetterQueue, QueueCode } from '#services/kernel/claim-loop/queues.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { OpsContext } from '../ops-context.js'
import { findDeadLetters, listDeadLetters } from './dead-letters.sql.js'

/** Work that is not retried any more, or that failed many times. */
export interface DeadLetterRow {
  readonly queue: DeadLetterQueue
  readonly rowId: string
  readonly accountId: string | null
  readonly summary: string
  readonly lastError: string | null
  readonly attempts: number
  readonly createdAt: Date
  readonly payload: Record<string, unknown>
}

/** Dead letters of one queue or all, newest first. Operators only. */
export function deadLetters(
  context: OpsContext,
  queue: QueueCode | null,
  request: PageRequest,
): Promise<Page<DeadLetterRow>> {
  return readPage<DeadLetterRow>(
    request,
    'dead letters',
    (row) => [row.rowId.slice(4), row.queue],
    (limit, after) =>
      context.database.rows(listDeadLetters, {
        queue,
        afterBody: after?.[0] ?? null,
        afterQueue: after?.[1] ?? null,
        limit,
      }),
  )
}

/** Dead letters by their IDs. One row can be in several queues, so that more can be returned. */
export function deadLettersByIds(sql: Sql, ids: readonly string[]): Promise<DeadLetterRow[]> {
  const rowIds = ids.map(rowIdOfDeadLetter).filter((rowId) => rowId !== null)
  return rowIds.length > 0 ? sql.rows(findDeadLetters, { rowIds }) : Promise.resolve([])
}

/** The dead letter that an operation names. */
export async function requireDeadLetter(context: OpsContext, id: string): Promise<DeadLetterRow> {
  const found = await readAsOperator(context, () => deadLettersByIds(context.database, [id]))
  return found?.find((row) => deadLetterId(row) === id) ?? noDeadLetter()
}

export function noDeadLetter(): never {
  throw new AppError('NOT_FOUND', 'Dead letter not found.', { details: { field: 'deadLetterId' } })
}
