import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { Database } from '#services/kernel/database/database.js'
import type { QueryBuilder } from '#services/kernel/database/query-builder.js'
import type { Config } from '#services/kernel/config/config.js'
import { KEPT_DAYS } from '#services/kernel/events/event-retention.js'
import { mergeLoad } from '#services/deployments/hooks/server-metrics.sql.js'
import { deleteOldAccountEvents, deleteOldDeploymentEvents } from './retention.sql.js'

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
  /** Maximum number of rows of a batch. Default: 5,000. */
  readonly batch?: number
  /** Deletes at most the given number of rows; a smaller result means that none is left. */
  readonly deleteOld: (database: Database, days: number, limit: number) => Promise<number>
}

type RetainedTable =
  | 'inbox_event'
  | 'outbox_event'
  | 'webhook_delivery'
  | 'webhook_endpoint'
  | 'template_sync_message'
  | 'broker_message'
  | 'mail_message'
  | 'audit_entry'
  | 'operator_event'
  | 'account_job'
  | 'service_key'

/** Machine time before which rows are deleted. */
const cutoff = (days: number): RawBuilder<Date> => sql<Date>`now() - make_interval(days => ${days})`

/** Deletes the rows that `select` finds. */
const deleting =
  (
    table: RetainedTable,
    select: (query: QueryBuilder, cutoff: RawBuilder<Date>) => SelectQueryBuilder<Tables, never, { id: string }>,
  ) =>
  async ({ query }: Database, days: number, limit: number): Promise<number> => {
    const { numDeletedRows } = await query
      .deleteFrom(table)
      .where('id', 'in', select(query, cutoff(days)).limit(limit))
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }

/**
 * All data with limited retention (machine clock). Financial data (purchases, invoices, the ledger and its keys) never
 * expires.
 */
export const retentionRules = ({ accountEventDays }: Pick<Config, 'accountEventDays'>): readonly RetentionRule[] => [
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
  {
    name: 'account_sessions',
    what: 'Account sessions that have ended. Service keys are retained.',
    days: 7,
    deleteOld: deleting('service_key', (query, before) =>
      query.selectFrom('service_key').select('id').where('permissions', 'is not', null).where('expiresAt', '<', before),
    ),
  },
  {
    name: 'compared_uses',
    what: 'Compared uses of comparisons with another engine. The totals of a comparison are retained.',
    days: 90,
    deleteOld: async ({ query }, days, limit) => {
      const { numDeletedRows } = await query
        .deleteFrom('usage_compared_use')
        .where((eb) =>
          eb(
            eb.refTuple('id', 'accountId'),
            'in',
            eb
              .selectFrom('usage_compared_use as old')
              .select(['old.id', 'old.accountId'])
              .where('old.recordedAt', '<', cutoff(days))
              .limit(limit)
              .$asTuple('id', 'accountId'),
          ),
        )
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  },
  {
    name: 'account_events',
    what: 'Account events. An older stream cursor leads to `Resync`. The last event is retained.',
    days: accountEventDays,
    ...deletingEvents(deleteOldAccountEvents),
  },
  {
    name: 'deployment_events',
    what: 'Deployment events. The last event is retained.',
    days: KEPT_DAYS.deploymentEvents,
    ...deletingEvents(deleteOldDeploymentEvents),
  },
  {
    name: 'server_load_minutes',
    what: 'Minutes of the load of servers. They become periods of ten minutes.',
    days: 1,
    deleteOld: mergingLoad(60, 600),
  },
  {
    name: 'server_load_ten_minutes',
    what: 'Ten minutes of the load of servers. They become hours.',
    days: 7,
    deleteOld: mergingLoad(600, 3_600),
  },
  {
    name: 'server_load_hours',
    what: 'Hours of the load of servers.',
    days: 90,
    deleteOld: async ({ query }, days, limit) => {
      const { numDeletedRows } = await query
        .deleteFrom('server_load')
        .where((eb) =>
          eb(
            eb.refTuple('deploymentId', 'startedAt', 'width'),
            'in',
            eb
              .selectFrom('server_load as old')
              .select(['old.deploymentId', 'old.startedAt', 'old.width'])
              .where('old.width', '=', 3_600)
              .where('old.startedAt', '<', cutoff(days))
              .limit(limit)
              .$asTuple('deploymentId', 'startedAt', 'width'),
          ),
        )
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  },
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
    name: 'sibling_messages',
    what: 'Template messages sent to the User Service.',
    days: 30,
    deleteOld: deleting('template_sync_message', (query, before) =>
      query
        .selectFrom('template_sync_message')
        .select('id')
        .where('createdAt', '<', before)
        .where('state', '<>', 'PENDING'),
    ),
  },
  {
    name: 'broker_messages',
    what: 'Broker messages sent to installers.',
    days: 30,
    deleteOld: deleting('broker_message', (query, before) =>
      query.selectFrom('broker_message').select('id').where('createdAt', '<', before).where('state', '<>', 'PENDING'),
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
  {
    name: 'account_exports',
    what: 'Contents of account exports. The audit log retains the fact of the export.',
    days: 7,
    deleteOld: deleting('account_job', (query, before) =>
      query.selectFrom('account_job').select('id').where('recordedAt', '<', before).where('kind', '=', 'EXPORT'),
    ),
  },
]

/** Deletes old events of the streams of accounts, or of deployments. Each batch reads the places of events that earlier ones deleted: it is large. */
const deletingEvents = (deleteOld: typeof deleteOldAccountEvents): Pick<RetentionRule, 'batch' | 'deleteOld'> => ({
  batch: 20_000,
  deleteOld: async (database, days, limit) => (await database.row(deleteOld, { days, limit }))!.deleted,
})

/** Merges old periods of load into longer ones. */
function mergingLoad(width: number, longer: number) {
  return async (database: Database, days: number, limit: number): Promise<number> =>
    (await database.row(mergeLoad, { width, longer, days, limit }))!.merged
}
