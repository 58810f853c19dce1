import type { Context } from '../context/context.js'
import type { Declared } from '../context/declared.js'
import type { Sql } from '../database/sql.js'
import { ALL_QUEUES, type QueueName } from './queues.js'
import { readQueueStats } from './read-queues.sql.js'

declare module '../context/declared.js' {
  interface Declared {
    /** Names of the tables of the modules. */
    readonly tables: ReadonlySet<string>
  }
}

/** Length of a queue, and the age of its oldest row. */
export interface QueueStats {
  readonly queue: QueueName
  /** Rows that a module of the installation could work on now. */
  readonly waiting: number
  /** Seconds that the oldest of them has waited beyond its time; 0 when none waits. */
  readonly oldestSeconds: number
  /** Dead-lettered rows. 0 for webhooks and scheduled jobs. */
  readonly dead: number
}

/** Queues of the installed modules. */
export const installedQueues = ({ tables }: Declared): typeof ALL_QUEUES =>
  ALL_QUEUES.filter(({ table }) => tables.has(table))

/** Reads the queues of the installed modules with one statement. */
export async function readQueues(
  { database, declared }: Pick<Context, 'declared'> & { readonly database: Sql },
  businessTime: Date,
): Promise<QueueStats[]> {
  const names = new Set(installedQueues(declared).map(({ name }) => name))
  return (await database.rows(readQueueStats, { businessTime, ...declared.handled })).filter(({ queue }) =>
    names.has(queue),
  )
}
