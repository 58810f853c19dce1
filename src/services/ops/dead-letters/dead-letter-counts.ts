import type { DeadLetterQueue } from '#services/kernel/claim-loop/queues.js'
import { installedQueues } from '#services/kernel/claim-loop/read-queues.js'
import type { OpsContext } from '../ops-context.js'
import { countDeadLetters } from './dead-letters.sql.js'
import { DEAD_LETTER_QUEUES } from '#services/kernel/claim-loop/dead-letter-id.js'

export interface DeadLetterCount {
  readonly queue: DeadLetterQueue
  readonly count: number
  readonly oldestAt: Date | null
}

/** Number and oldest dead letter of every queue of the installed modules, also of the empty ones. Operators only. */
export async function deadLetterCounts(context: OpsContext): Promise<DeadLetterCount[]> {
  const rows = await context.database.rows(countDeadLetters)
  const installed = new Set(installedQueues(context.declared).map(({ code }) => code))
  return DEAD_LETTER_QUEUES.filter((queue) => installed.has(queue)).map(
    (queue) => rows.find((row) => row.queue === queue) ?? { queue, count: 0, oldestAt: null },
  )
}
