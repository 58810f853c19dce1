import type { DeadLetterQueue } from '#services/kernel/claim-loop/queues.js'
import type { OpsContext } from '../ops-context.js'
import { countDeadLetters } from './dead-letters.sql.js'
import { DEAD_LETTER_QUEUES } from '#services/kernel/claim-loop/dead-letter-id.js'

export interface DeadLetterCount {
  readonly queue: DeadLetterQueue
  readonly count: number
  readonly oldestAt: Date | null
}

/** Number and oldest dead letter of every queue, also of the empty ones. Operators only. */
export async function deadLetterCounts(context: OpsContext): Promise<DeadLetterCount[]> {
  const rows = await context.database.rows(countDeadLetters)
  return DEAD_LETTER_QUEUES.map(
    (queue) => rows.find((row) => row.queue === queue) ?? { queue, count: 0, oldestAt: null },
  )
}
