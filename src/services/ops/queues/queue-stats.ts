import type { Sql } from '#services/kernel/database/sql.js'
import { readQueueStats } from './queue-stats.sql.js'

export const QUEUES = ['inbox', 'outbox', 'scheduled_job', 'mail', 'webhook', 'usage_report'] as const
export type Queue = (typeof QUEUES)[number]

/** Length of a queue, and the age of its oldest row. */
export interface QueueStats {
  readonly queue: Queue
  /** Rows that could be worked on now. */
  readonly waiting: number
  /** Seconds that the oldest of them has waited beyond its time; 0 when none waits. */
  readonly oldestSeconds: number
  /** Dead-lettered rows. */
  readonly dead: number
}

/** Reads all queues with one statement. */
export async function readQueues(database: Sql, businessTime: Date): Promise<QueueStats[]> {
  return database.rows(readQueueStats, { businessTime })
}
