import type { Sql } from '#services/kernel/database/sql.js'

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

/** Reads all queues with one statement. Each part uses a partial index, so its cost does not depend on the history. */
export async function readQueues(sql: Sql, businessTime: Date): Promise<QueueStats[]> {
  return sql.rows<QueueStats>(QUEUE_STATS, [businessTime])
}

const waiting = (queue: Queue, table: string, open: string, dead: string) => `
  select '${queue}' as queue, count(*)::int as waiting,
    coalesce(extract(epoch from now() - min(available_at)), 0)::float8 as oldest_seconds, (${dead}) as dead
  from ${table} where ${open} and available_at <= now()`

const QUEUE_STATS = `
  ${waiting('inbox', 'inbox_object', 'pending', `select count(*)::int from inbox_event where state = 'DEAD'`)}
  union all ${waiting('outbox', 'outbox_event', `state = 'PENDING'`, `select count(*)::int from outbox_event where state = 'DEAD'`)}
  union all ${waiting('mail', 'mail_message', `state = 'PENDING'`, `select count(*)::int from mail_message where state = 'DEAD'`)}
  union all ${waiting('webhook', 'webhook_delivery', `state = 'PENDING' and attempts = 0`, `select 0`)}
  union all
  select 'scheduled_job', count(*)::int, coalesce(extract(epoch from now() - min(available_at)), 0)::float8, 0
  from scheduled_job where run_at <= $1 and available_at <= now()
  union all
  select 'usage_report', count(*)::int, 0, (select count(*)::int from usage_report where state = 'DEAD')
  from usage_report where state in ('PENDING', 'SENDING')`
