import { sql } from 'kysely'
import { KEPT_DAYS } from '../events/event-retention.js'
import { cutoff, deleting, type ConfiguredRule, deletingEvents } from './retention-rule.js'
import { deleteOldAccountEvents } from './retention.sql.js'

/** Events, messages and records of the kernel. */
export const kernelRetention: readonly ConfiguredRule[] = [
  {
    name: 'idempotency_keys',
    what: 'Idempotency keys of mutations: a later repetition is a new call. Idempotency keys of the ledger never expire.',
    days: 30,
    deleteOld: async ({ query }, days, limit) => {
      const { numDeletedRows } = await query
        .deleteFrom('idempotency_key')
        .where((eb) =>
          eb(
            eb.refTuple('principal', 'accountId', 'mutation', 'key'),
            'in',
            eb
              .selectFrom('idempotency_key as old')
              .select(['old.principal', 'old.accountId', 'old.mutation', 'old.key'])
              .where('old.createdAt', '<', cutoff(days))
              .limit(limit)
              .$asTuple('principal', 'accountId', 'mutation', 'key'),
          ),
        )
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  },
  ({ accountEventDays }) => ({
    name: 'account_events',
    what: 'Account events. An older stream cursor leads to `Resync`. The last event is retained.',
    days: accountEventDays,
    ...deletingEvents(deleteOldAccountEvents),
  }),
  {
    name: 'operator_events',
    what: 'Events for operators.',
    days: KEPT_DAYS.operatorEvents,
    deleteOld: deleting('operator_event', (query, before) =>
      query.selectFrom('operator_event').select('id').where('at', '<', before),
    ),
  },
  {
    name: 'inbox_payloads',
    what: 'Payloads of processed provider events. The event itself is retained to detect duplicates.',
    days: 90,
    deleteOld: async ({ query }, days, limit) => {
      const removed = sql<Record<string, unknown>>`'{"forgotten": true}'::jsonb`
      const { numUpdatedRows } = await query
        .updateTable('inbox_event')
        .set({ payload: removed })
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('inbox_event')
            .select('id')
            .where('receivedAt', '<', cutoff(days))
            .where('state', 'in', ['PROCESSED', 'IGNORED'])
            .where('payload', '<>', removed)
            .limit(limit),
        )
        .executeTakeFirstOrThrow()
      return Number(numUpdatedRows)
    },
  },
  {
    name: 'inbox_events',
    what: 'Processed provider events.',
    days: 400,
    deleteOld: deleting('inbox_event', (query, before) =>
      query
        .selectFrom('inbox_event')
        .select('id')
        .where('receivedAt', '<', before)
        .where('state', 'in', ['PROCESSED', 'IGNORED']),
    ),
  },
  {
    name: 'outbox_events',
    what: 'Relayed outbox events.',
    days: 30,
    deleteOld: deleting('outbox_event', (query, before) =>
      query.selectFrom('outbox_event').select('id').where('recordedAt', '<', before).where('state', '=', 'RELAYED'),
    ),
  },
  {
    name: 'webhook_deliveries',
    what: 'Finished webhook deliveries. Deliveries can be replayed until they are deleted.',
    days: KEPT_DAYS.webhookDeliveries,
    deleteOld: deleting('webhook_delivery', (query, before) =>
      query.selectFrom('webhook_delivery').select('id').where('createdAt', '<', before).where('state', '<>', 'PENDING'),
    ),
  },
  {
    name: 'webhook_endpoints',
    what: 'Deleted webhook endpoints without deliveries.',
    days: 30,
    deleteOld: deleting('webhook_endpoint', (query, before) =>
      query
        .selectFrom('webhook_endpoint as e')
        .select('e.id')
        .where('e.deletedAt', '<', before)
        .where((eb) =>
          eb.not(
            eb.exists(eb.selectFrom('webhook_delivery as d').select('d.id').whereRef('d.endpointId', '=', 'e.id')),
          ),
        ),
    ),
  },
  {
    name: 'mail',
    what: 'Sent and dead-lettered emails.',
    days: 90,
    deleteOld: deleting('mail_message', (query, before) =>
      query
        .selectFrom('mail_message')
        .select('id')
        .where((eb) => eb.fn.coalesce('sentAt', 'availableAt'), '<', before)
        .where('state', 'in', ['SENT', 'DEAD']),
    ),
  },
  {
    name: 'audit',
    what: 'The audit log.',
    days: 365,
    deleteOld: deleting('audit_entry', (query, before) =>
      query.selectFrom('audit_entry').select('id').where('minute', '<', before),
    ),
  },
]
