import { requireOperator } from '#services/identity/model/guard.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { deadLetterCounts } from '../dead-letters/dead-letter-counts.js'
import type { OpsContext } from '../ops-context.js'
import { readQueueStats } from './queue-stats.sql.js'

export const QUEUES = ['inbox', 'outbox', 'scheduled_job', 'mail', 'webhook', 'usage_report', 'sync', 'broker'] as const
export type Queue = (typeof QUEUES)[number]

/** Length of a queue, and the age of its oldest row. */
export interface QueueStats {
  readonly queue: Queue
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

/** Names of the queues in the API. */
const NAMES = {
  inbox: 'INBOX',
  outbox: 'OUTBOX',
  scheduled_job: 'SCHEDULED_JOB',
  mail: 'MAIL',
  webhook: 'WEBHOOK_DELIVERY',
  usage_report: 'USAGE_REPORT',
  sync: 'SYNC',
  broker: 'BROKER',
} as const satisfies Record<Queue, string>

/** A queue as operators see it. */
export interface QueueSummary {
  readonly queue: (typeof NAMES)[Queue]
  readonly waitingCount: number
  readonly oldestWaitingSeconds: number | null
  readonly deadCount: number
}

/** Waiting work and dead letters of every queue, also of the empty ones. Operators only. */
export async function queueStats(context: OpsContext): Promise<QueueSummary[]> {
  requireOperator(context, 'ops:read')
  const [queues, letters] = await Promise.all([
    readQueues(context.database, context.clock.now()),
    deadLetterCounts(context),
  ])
  const byName = new Map(queues.map((stats) => [stats.queue, stats]))
  return QUEUES.map((queue) => byName.get(queue)!).map(({ queue, waiting, oldestSeconds, dead }) => ({
    queue: NAMES[queue],
    waitingCount: waiting,
    oldestWaitingSeconds: waiting > 0 && queue !== 'usage_report' ? Math.max(0, Math.round(oldestSeconds)) : null,
    deadCount: letters.find((letter) => letter.queue === NAMES[queue])?.count ?? dead,
  }))
}
