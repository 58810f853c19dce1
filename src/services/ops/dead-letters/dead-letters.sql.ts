import { statement, type NoParameters } from '#services/kernel/database/statement.js'
import type { DeadLetterCount } from './dead-letter-counts.js'
import type { DeadLetterQueue, DeadLetterRow } from './dead-letters.js'

/** Attempts after which a scheduled job counts as a dead letter. Jobs are retried without an end. */
const DEAD_JOB_ATTEMPTS = 10

/** Dead letters of all queues. Each part reads a partial index. */
const DEAD = `
    select 'MAIL' as queue, id as row_id, account_id, 'Mail to ' || recipient || ': ' || subject as summary, last_error,
      attempts, at as created_at, jsonb_build_object('recipient', recipient, 'subject', subject) as payload
    from mail_message where state = 'DEAD'
    union all
    select 'OUTBOX', id, account_id, type, last_error, attempts, recorded_at, payload
    from outbox_event where state = 'DEAD'
    union all
    select 'WEBHOOK_DELIVERY', d.id, d.account_id, d.type || ' to ' || split_part(e.url, '/', 3), d.last_error, d.attempts,
      d.created_at,
      jsonb_build_object('endpointId', d.endpoint_id, 'eventId', d.event_id, 'lastStatusCode', d.last_status_code)
    from webhook_delivery d join webhook_endpoint e on e.id = d.endpoint_id where d.state = 'DEAD'
    union all
    select 'USAGE_REPORT', id, account_id, amount || ' of ' || feature, last_error, 0, at,
      jsonb_build_object('feature', feature, 'meter', meter, 'amount', amount, 'provider', provider,
        'firstSentAt', first_sent_at)
    from usage_report where state = 'DEAD'
    union all
    select 'SCHEDULED_JOB', id, account_id, kind || ' ' || key, last_error, attempts, run_at,
      jsonb_build_object('kind', kind, 'key', key)
    from scheduled_job where attempts >= ${DEAD_JOB_ATTEMPTS} and last_error is not null
    union all
    select 'SYNC', id, null, action || ' ' || template_id, last_error, attempts, created_at,
      jsonb_build_object('templateId', template_id, 'action', action, 'lastStatusCode', last_status_code)
    from template_sync_message where state = 'DEAD'
    union all
    select 'BROKER', id, account_id, routing_key, last_error, attempts, created_at,
      jsonb_build_object('routingKey', routing_key, 'deploymentHash', body ->> 'deployment_hash')
    from broker_message where state = 'DEAD'`

/** Newest first. The body of an ID sorts by its time, whatever its prefix is. */
export const listDeadLetters = statement<
  { queue: DeadLetterQueue | null; afterBody: string | null; afterQueue: string | null; limit: number },
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
