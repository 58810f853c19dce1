import { statement } from '#services/kernel/database/statement.js'
import type { QueueStats } from './queue-stats.js'

const OLDEST_SECONDS = `coalesce(extract(epoch from now() - min(available_at)), 0)::float8`

/** Reads all queues. Each part uses a partial index, so its cost does not depend on the history. */
export const readQueueStats = statement<{ businessTime: Date }, QueueStats>(`
  select 'inbox' as queue, count(*)::int as waiting, ${OLDEST_SECONDS} as oldest_seconds,
    (select count(*)::int from inbox_event where state = 'DEAD') as dead
  from inbox_object where pending and available_at <= now()
  union all
  select 'outbox', count(*)::int, ${OLDEST_SECONDS}, (select count(*)::int from outbox_event where state = 'DEAD')
  from outbox_event where state = 'PENDING' and available_at <= now()
  union all
  select 'mail', count(*)::int, ${OLDEST_SECONDS}, (select count(*)::int from mail_message where state = 'DEAD')
  from mail_message where state = 'PENDING' and available_at <= now()
  union all
  select 'webhook', count(*)::int, ${OLDEST_SECONDS}, 0
  from webhook_delivery where state = 'PENDING' and attempts = 0 and available_at <= now()
  union all
  select 'scheduled_job', count(*)::int, ${OLDEST_SECONDS}, 0
  from scheduled_job where run_at <= :businessTime and available_at <= now()
  union all
  select 'usage_report', count(*) filter (where state <> 'DEAD')::int, 0, count(*) filter (where state = 'DEAD')::int
  from (
    select state from usage_report where state in ('PENDING', 'SENDING')
    union all
    select state from usage_report where state = 'DEAD'
  ) reports
  union all
  select 'sync', count(*)::int, ${OLDEST_SECONDS},
    (select count(*)::int from template_sync_message where state = 'DEAD')
  from template_sync_message where state = 'PENDING' and available_at <= now()
  union all
  select 'broker', count(*)::int, ${OLDEST_SECONDS}, (select count(*)::int from broker_message where state = 'DEAD')
  from broker_message where state = 'PENDING' and available_at <= now()
`)
