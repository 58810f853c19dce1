import { ALL_QUEUES, QUEUES, type QueueCode, type QueueName } from '#services/kernel/claim-loop/queues.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { deadLetterCounts } from '../dead-letters/dead-letter-counts.js'
import type { OpsContext } from '../ops-context.js'
import { readQueueStats } from './queue-stats.sql.js'

/** Length of a queue, and the age of its oldest row. */
export interface QueueStats {
  readonly queue: QueueName
  /** Rows that could be worked on now. */
  readonly waiting: number
  /** Seconds that the oldest of them has waited beyond its time; 0 when none waits. */
  readonly oldestSeconds: number
  /** Dead-lettered rows. 0 for webhooks and scheduled jobs. */
  readonly dead: number
}

/** Reads all queues with one statement. */
export async function readQueues(database: Sql, businessTime: Date): Promise<QueueStats[]> {
  return database.rows(readQueueStats, { businessTime })
}

/** A queue as operators see it. */
export interface QueueSummary {
  readonly queue: QueueCode
  readonly waitingCount: number
  readonly oldestWaitingSeconds: number | null
  readonly deadCount: number
  readonly oldestDeadAt: Date | null
}

/** Waiting work and dead letters of every queue, also of the empty ones. Operators only. */
export async function queueStats(context: OpsContext): Promise<QueueSummary[]> {
  const [queues, letters] = await Promise.all([
    readQueues(context.database, context.clock.now()),
    deadLetterCounts(context),
  ])
  const byName = new Map(queues.map((stats) => [stats.queue, stats]))
  return ALL_QUEUES.map(({ name, leased }) => {
    const { waiting, oldestSeconds, dead } = byName.get(name)!
    const queue = QUEUES[name].code
    const letter = letters.find((counted) => counted.queue === queue)
    return {
      queue,
      waitingCount: waiting,
      oldestWaitingSeconds: waiting > 0 && leased ? Math.max(0, Math.round(oldestSeconds)) : null,
      deadCount: letter?.count ?? dead,
      oldestDeadAt: letter?.oldestAt ?? null,
    }
  })
}
