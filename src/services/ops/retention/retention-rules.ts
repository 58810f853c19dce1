import type { Database } from '#services/kernel/database/database.js'

/**
 * A retention rule: the period, and a function that deletes older rows. Each call deletes a bounded number and returns
 * it.
 */
export interface RetentionRule {
  /** A stable name, for metrics. */
  readonly name: string
  /** Description for operators. */
  readonly what: string
  readonly days: number
  /** Deletes at most the given number of rows; a smaller result means that none is left. */
  readonly forget: (database: Database, days: number, limit: number) => Promise<number>
}

const deleting = (table: string, key: string, condition: string) => (database: Database, days: number, limit: number) =>
  database.run(
    `delete from ${table} where (${key}) in (
       select ${key} from ${table} where ${condition.replaceAll('$old', '(now() - make_interval(days => $1))')} limit $2)`,
    [days, limit],
  )

/**
 * All data with limited retention (machine clock). Financial data (purchases, invoices, the ledger and its keys) never
 * expires.
 */
export const RETENTION_RULES: readonly RetentionRule[] = [
  {
    name: 'idempotency_keys',
    what: 'Idempotency keys of mutations: a later repetition is a new call. Idempotency keys of the ledger never expire.',
    days: 30,
    forget: deleting('idempotency_key', 'principal, account_id, mutation, key', 'created_at < $old'),
  },
  {
    name: 'account_events',
    what: 'Account events. An older stream cursor leads to `Resync`. The last event is retained.',
    days: 400,
    forget: eventRetention('e.stream_id = e.account_id'),
  },
  {
    name: 'deployment_events',
    what: 'Deployment events. The last event is retained.',
    days: 90,
    forget: eventRetention('e.stream_id <> e.account_id'),
  },
  {
    name: 'inbox_payloads',
    what: 'Payloads of processed provider events. The event itself is retained to detect duplicates.',
    days: 90,
    forget: (database, days, limit) =>
      database.run(
        `update inbox_event set payload = '{"forgotten": true}' where id in (
           select id from inbox_event where received_at < now() - make_interval(days => $1) and state in ('PROCESSED', 'IGNORED')
             and payload <> '{"forgotten": true}' limit $2)`,
        [days, limit],
      ),
  },
  {
    name: 'inbox_events',
    what: 'Processed provider events.',
    days: 400,
    forget: deleting('inbox_event', 'id', `received_at < $old and state in ('PROCESSED', 'IGNORED')`),
  },
  {
    name: 'outbox_events',
    what: 'Relayed outbox events.',
    days: 30,
    forget: deleting('outbox_event', 'id', `recorded_at < $old and state = 'RELAYED'`),
  },
  {
    name: 'webhook_deliveries',
    what: 'Finished webhook deliveries. Deliveries can be replayed until they are deleted.',
    days: 30,
    forget: deleting('webhook_delivery', 'id', `created_at < $old and state <> 'PENDING'`),
  },
  {
    name: 'sibling_messages',
    what: 'Template messages sent to the User Service.',
    days: 30,
    forget: deleting('template_sync_message', 'id', `created_at < $old and state <> 'PENDING'`),
  },
  {
    name: 'broker_messages',
    what: 'Broker messages sent to installers.',
    days: 30,
    forget: deleting('broker_message', 'id', `created_at < $old and state <> 'PENDING'`),
  },
  {
    name: 'mail',
    what: 'Sent and dead-lettered emails.',
    days: 90,
    forget: deleting('mail_message', 'id', `coalesce(sent_at, available_at) < $old and state in ('SENT', 'DEAD')`),
  },
  {
    name: 'audit',
    what: 'The audit log.',
    days: 365,
    forget: deleting('audit_entry', 'id', 'minute < $old'),
  },
  {
    name: 'account_exports',
    what: 'Contents of account exports. The audit log retains the fact of the export.',
    days: 7,
    forget: deleting('account_job', 'id', `kind = 'EXPORT' and recorded_at < $old`),
  },
]

/**
 * Deletes events from the start of a stream, never from its middle: the rest has no gap, because usage from the ledger
 * is also hidden before the deleted position. The last event stays, because it carries the sequence of its account or
 * deployment.
 */
function eventRetention(which: string) {
  return async (database: Database, days: number, limit: number) => {
    const row = await database.row<{ forgotten: number }>(
      `with old as (
         select e.stream_id, max(e.sequence) as newest from stream_event e
         where ${which} and e.recorded_at < now() - make_interval(days => $1) group by e.stream_id
       ), bound as (
         select old.stream_id, least(old.newest, (select max(n.sequence) - 1 from stream_event n where n.stream_id = old.stream_id)) as upto from old
       ), gone as (
         delete from stream_event where (stream_id, sequence) in (
           select e.stream_id, e.sequence from bound join stream_event e on e.stream_id = bound.stream_id and e.sequence <= bound.upto
           order by e.stream_id, e.sequence limit $2)
         returning stream_id, account_id, sequence
       ), said as (
         insert into event_retention (account_id, deleted_through)
         select account_id, max(sequence) from gone where stream_id = account_id group by account_id
         on conflict (account_id) do update set deleted_through = greatest(event_retention.deleted_through, excluded.deleted_through)
       )
       select count(*)::int as forgotten from gone`,
      [days, limit],
    )
    return row!.forgotten
  }
}
