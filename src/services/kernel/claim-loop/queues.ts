import type { Tables } from '#entities/tables.js'
import type { IdPrefix } from '../ids/ids.js'

declare module '../context/declared.js' {
  interface Declared {
    /** Rows that handlers of the modules work off, by the values of `handledBy`. Others wait for their module. */
    readonly handled: Readonly<Record<'inbox' | 'outbox' | 'scheduled_job', readonly string[]>>
  }
}

/**
 * A table whose rows are work. Claims, statistics, dead letters, checks and the topics that wake workers derive from it.
 * The fields are SQL over a row.
 */
interface Queue {
  /** Name in the API. */
  readonly code: string
  readonly table: keyof Tables
  /** Condition of rows that are not completed. */
  readonly open: string
  /** Additional condition of rows that wait for a worker. Default: none. */
  readonly ready?: string
  /** False: rows are sent together and have no lease. Default: true. */
  readonly leased?: boolean
  /** Column whose value names the handler of a row. Null: one worker handles all. Default: null. */
  readonly handledBy?: string | null
  /** True: a change of the business clock waits until no work is left. Default: false. */
  readonly followsClock?: boolean
  /** Condition of rows that are not attempted again. Default: `state = 'DEAD'`. */
  readonly dead?: string
  /** Table with the dead rows. Default: the table of the queue. */
  readonly deadTable?: keyof Tables
  /** Action of an operator for dead rows. Null: dead rows are no reason for a warning or an alert. */
  readonly remedy: string | null
  /** Dead rows as dead letters. Null: they are not listed as dead letters. */
  readonly letter: {
    readonly prefix: IdPrefix
    readonly summary: string
    readonly createdAt: string
    readonly payload: string
    /** Default: `account_id`. */
    readonly accountId?: string
    /** Default: `attempts`. */
    readonly attempts?: string
  } | null
}

const PENDING = `state = 'PENDING'`

const retryAfter = (code: string, todo: string): string =>
  `query \`deadLetters(queue: ${code})\` for the reasons, ${todo}, then run \`retryDeadLetter\``

/** Every queue of background work. The order is part of the IDs of dead letters. */
export const QUEUES = {
  inbox: {
    code: 'INBOX',
    table: 'inbox_object',
    open: 'pending',
    handledBy: 'provider',
    followsClock: true,
    deadTable: 'inbox_event',
    remedy: 'query `webhookEvents(filter: { states: [DEAD] })` for the reasons, fix them, then run `replayWebhooks`',
    letter: null,
  },
  mail: {
    code: 'MAIL',
    table: 'mail_message',
    open: PENDING,
    followsClock: true,
    remedy: retryAfter('MAIL', 'often a wrong address or SMTP_URL'),
    letter: {
      prefix: 'mal',
      summary: `'Mail to ' || recipient || ': ' || subject`,
      createdAt: 'at',
      payload: `jsonb_build_object('recipient', recipient, 'subject', subject)`,
    },
  },
  outbox: {
    code: 'OUTBOX',
    table: 'outbox_event',
    open: PENDING,
    handledBy: 'type',
    followsClock: true,
    remedy: retryAfter('OUTBOX', 'fix them'),
    letter: { prefix: 'obx', summary: 'type', createdAt: 'recorded_at', payload: 'payload' },
  },
  webhook: {
    code: 'WEBHOOK_DELIVERY',
    table: 'webhook_delivery',
    open: PENDING,
    ready: 'attempts = 0',
    remedy: null,
    letter: {
      prefix: 'whd',
      summary: `type || ' to ' || (select split_part(url, '/', 3) from webhook_endpoint where id = endpoint_id)`,
      createdAt: 'created_at',
      payload: `jsonb_build_object('endpointId', endpoint_id, 'eventId', event_id, 'lastStatusCode', last_status_code)`,
    },
  },
  usage_report: {
    code: 'USAGE_REPORT',
    table: 'usage_report',
    open: `state in ('PENDING', 'SENDING')`,
    leased: false,
    remedy: 'query `deadLetters(queue: USAGE_REPORT)`: the provider rejected the report, or the result is unknown',
    letter: {
      prefix: 'usg',
      summary: `amount || ' of ' || feature`,
      createdAt: 'at',
      payload: `jsonb_build_object('feature', feature, 'meter', meter, 'amount', amount, 'provider', provider,
        'firstSentAt', first_sent_at)`,
      attempts: '0',
    },
  },
  scheduled_job: {
    code: 'SCHEDULED_JOB',
    table: 'scheduled_job',
    // A completed job has no row.
    open: 'true',
    ready: 'run_at <= :businessTime',
    handledBy: 'kind',
    followsClock: true,
    // Jobs are retried without an end.
    dead: 'attempts >= 10 and last_error is not null',
    remedy: null,
    letter: {
      prefix: 'job',
      summary: `kind || ' ' || key`,
      createdAt: 'run_at',
      payload: `jsonb_build_object('kind', kind, 'key', key)`,
    },
  },
  sync: {
    code: 'SYNC',
    table: 'template_sync_message',
    open: PENDING,
    remedy: retryAfter('SYNC', 'often an address of the User Service'),
    letter: {
      prefix: 'obx',
      summary: `action || ' ' || template_id`,
      createdAt: 'created_at',
      payload: `jsonb_build_object('templateId', template_id, 'action', action, 'lastStatusCode', last_status_code)`,
      accountId: 'null',
    },
  },
  broker: {
    code: 'BROKER',
    table: 'broker_message',
    open: PENDING,
    remedy: retryAfter('BROKER', 'often an unreachable broker'),
    letter: {
      prefix: 'obx',
      summary: 'routing_key',
      createdAt: 'created_at',
      payload: `jsonb_build_object('routingKey', routing_key, 'deploymentHash', body ->> 'deployment_hash')`,
    },
  },
} as const satisfies Record<string, Queue>

/** Name of a queue in metrics and logs, and the topic that wakes its workers. */
export type QueueName = keyof typeof QUEUES

/** Name of a queue in the API. */
export type QueueCode = (typeof QUEUES)[QueueName]['code']

/** A queue whose dead rows are dead letters. */
export type DeadLetterQueue = Exclude<QueueCode, 'INBOX'>

/** A queue with its defaults. */
interface KnownQueue extends Required<Queue> {
  readonly name: QueueName
  readonly code: QueueCode
  /** Condition of rows that the installed modules handle. Its parameters are the lists of `handled`. */
  readonly handled: string
}

/** All queues with their defaults. */
export const ALL_QUEUES: readonly KnownQueue[] = Object.entries<Queue>(QUEUES).map(([name, queue]) => ({
  name: name as QueueName,
  ready: 'true',
  leased: true,
  handledBy: null,
  handled: queue.handledBy ? `${queue.handledBy} = any(:${name}::text[])` : 'true',
  followsClock: false,
  dead: `state = 'DEAD'`,
  deadTable: queue.table,
  ...queue,
  code: queue.code as QueueCode,
}))
