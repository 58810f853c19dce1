import { mayOperate, requireOperator } from '#services/identity/guard/guard.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { positionalId, positionOf, type IdPrefix } from '#services/kernel/ids/ids.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { OpsContext } from '../ops-context.js'
import { findDeadLetter, listDeadLetters } from './dead-letters.sql.js'

/** Prefixes of the rows of each queue. The order is part of the IDs of dead letters. */
const PREFIXES = {
  MAIL: 'mal',
  OUTBOX: 'obx',
  WEBHOOK_DELIVERY: 'whd',
  USAGE_REPORT: 'usg',
  SCHEDULED_JOB: 'job',
  SYNC: 'obx',
  BROKER: 'obx',
} as const satisfies Record<string, IdPrefix>
export type DeadLetterQueue = keyof typeof PREFIXES
export const DEAD_LETTER_QUEUES = Object.keys(PREFIXES) as readonly DeadLetterQueue[]

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
  queue: DeadLetterQueue | null,
  request: PageRequest,
): Promise<Page<DeadLetterRow>> {
  requireOperator(context, 'ops:read')
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

/** A dead letter by its ID. Null for callers that are not operators. */
export async function visibleDeadLetter(context: OpsContext, id: string): Promise<DeadLetterRow | null> {
  const named = DEAD_LETTER_QUEUES.map((queue) => ({ queue, place: positionOf(id, 'dlt', PREFIXES[queue], 1) })).find(
    ({ queue, place }) => place && DEAD_LETTER_QUEUES[place.place[0]!] === queue,
  )
  if (!named?.place || !mayOperate(context, 'ops:read')) return null
  return (await context.database.row(findDeadLetter, { queue: named.queue, rowId: named.place.ownerId })) ?? null
}

/** The dead letter that an operation names. */
export async function requireDeadLetter(context: OpsContext, id: string): Promise<DeadLetterRow> {
  return (await visibleDeadLetter(context, id)) ?? noDeadLetter()
}

export function noDeadLetter(): never {
  throw new AppError('NOT_FOUND', 'Dead letter not found.', { details: { field: 'deadLetterId' } })
}
