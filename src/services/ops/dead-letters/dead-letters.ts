import { readAsOperator } from '../read-as-operator.js'
import { ALL_QUEUES, type DeadLetterQueue, type QueueCode } from '#services/kernel/claim-loop/queues.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { positionalId, positionOf } from '#services/kernel/ids/ids.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { OpsContext } from '../ops-context.js'
import { findDeadLetters, listDeadLetters } from './dead-letters.sql.js'

const LETTERED = ALL_QUEUES.flatMap(({ code, letter }) =>
  letter ? [{ queue: code as DeadLetterQueue, prefix: letter.prefix }] : [],
)
export const DEAD_LETTER_QUEUES: readonly DeadLetterQueue[] = LETTERED.map(({ queue }) => queue)

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

/** A row can be in several queues under one ID, so the queue is a part of the ID of the dead letter. */
export const deadLetterId = ({ queue, rowId }: Pick<DeadLetterRow, 'queue' | 'rowId'>): string =>
  positionalId('dlt', rowId, DEAD_LETTER_QUEUES.indexOf(queue))

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

/** ID of the row that the ID of a dead letter contains. Null for other IDs. */
function rowIdOf(id: string): string | null {
  for (const [index, { prefix }] of LETTERED.entries()) {
    const named = positionOf(id, 'dlt', prefix, 1)
    if (named?.place[0] === index) return named.ownerId
  }
  return null
}

/** Dead letters by their IDs. One row can be in several queues, so that more can be returned. */
export function deadLettersByIds(sql: Sql, ids: readonly string[]): Promise<DeadLetterRow[]> {
  const rowIds = ids.map(rowIdOf).filter((rowId) => rowId !== null)
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
