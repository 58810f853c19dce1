import { ALL_QUEUES, type QueueCode } from '#services/kernel/claim-loop/queues.js'
import { statement, unionOfTables, type NoParameters } from '#services/kernel/database/statement.js'
import type { DeadLetterCount } from './dead-letter-counts.js'
import type { DeadLetterRow } from './dead-letters.js'

/** Dead letters of all queues. Each part reads a partial index. */
const DEAD = unionOfTables(
  ALL_QUEUES.flatMap(({ code, table, dead, letter }) =>
    letter
      ? [
          [
            table,
            `
    select '${code}' as queue, id as row_id, ${letter.accountId ?? 'account_id'} as account_id, ${letter.summary} as summary,
      last_error, ${letter.attempts ?? 'attempts'} as attempts, ${letter.createdAt} as created_at, ${letter.payload} as payload
    from ${table} where ${dead}`,
          ] as const,
        ]
      : [],
  ),
)

/** Newest first. The body of an ID sorts by its time, whatever its prefix is. */
export const listDeadLetters = statement<
  { queue: QueueCode | null; afterBody: string | null; afterQueue: string | null; limit: number },
  DeadLetterRow
>(`
  select dead.queue, dead.row_id, dead.account_id, dead.summary, dead.last_error, dead.attempts, dead.created_at,
    dead.payload
  from (${DEAD}
  ) dead
  where (:queue::text is null or dead.queue = :queue)
    and (:afterBody::text is null or (substr(dead.row_id, 5), dead.queue) < (:afterBody, :afterQueue::text))
  order by substr(dead.row_id, 5) desc, dead.queue desc limit :limit
`)

/** Dead letters of rows, in every queue that has one of the IDs. */
export const findDeadLetters = statement<{ rowIds: readonly string[] }, DeadLetterRow>(`
  select dead.queue, dead.row_id, dead.account_id, dead.summary, dead.last_error, dead.attempts, dead.created_at,
    dead.payload
  from (${DEAD}
  ) dead
  where dead.row_id = any(:rowIds)
`)

export const countDeadLetters = statement<NoParameters, DeadLetterCount>(`
  select dead.queue, count(*)::int as count, min(dead.created_at) as oldest_at
  from (${DEAD}
  ) dead
  group by dead.queue
`)
