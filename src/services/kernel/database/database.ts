import { MikroORM } from '@mikro-orm/postgresql'
import { Migrator } from '@mikro-orm/migrations'
import type { Pool, PoolClient } from 'pg'
import type { Sources } from '../context/sources.js'
import { setTypeParsers, observeStatements } from './configure-connections.js'
import { traceStatements } from '../tracing/trace-statements.js'
import { openConnection } from './connect.js'
import { guardPool, type GuardedPool } from './pool.js'
import { UNLIMITED, type SessionLimits } from './session.js'
import { requireUsableServer, type UsableServer } from './usable-server.js'
import { createRepeatingSql, createSql, repeated, type Sql, type SqlOptions } from './sql.js'
import { runTransaction } from './run-transaction.js'

/** A transaction: all writes commit together, and notifications are sent only after the commit. */
export interface Transaction extends Sql {
  /** Notifies subscribers of a topic after the commit. The notification carries no data. */
  announce(topic: string): void
  /** Called with each account that the transaction has locked, before anything of it is changed. Default: nothing happens. */
  readonly locked?: (accountId: string) => Promise<void>
}

/** The one connection pool, shared by plain SQL and the ORM. */
export interface Database extends Sql {
  readonly orm: MikroORM
  readonly pool: Pool
  /**
   * Runs `work` in a transaction; deadlocks and serialization failures are tried again, at most three times.
   * @param isKept false for a result of which nothing is stored. Default: every result is stored
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    isKept?: (result: Result) => boolean,
  ): Promise<Result>
  /** Receives the topics that committed transactions announce. Set once by the composition root. */
  onAnnounce(listener: (topics: readonly string[]) => void): void
  /** Throws if the database cannot be used now. */
  check(): Promise<void>
  /** Runs `work` on a connection that no other caller uses during the call. Behind a pooler it connects to the server itself. */
  withSession<Result>(work: (session: Sql) => Promise<Result>): Promise<Result>
  /** Changes the time limits. No other caller may use the database during the call. */
  limit(limits: SessionLimits): Promise<void>
  close(): Promise<void>
}

export interface DatabaseOptions extends Pick<Sources, 'timers' | 'newId'>, Pick<SqlOptions, 'tables'> {
  readonly url: string
  readonly migrations: readonly { name: string; class: new (...args: never[]) => unknown }[]
  readonly poolSize?: number
  /** Result of an earlier check of the server. Default: the server is checked now. */
  readonly server?: UsableServer
  /** Time limits. Default: none, for commands. */
  readonly limits?: SessionLimits
  /** True: a read-only server is accepted. */
  readonly mayOnlyRead?: boolean
  /** Sees every statement that goes over the wire; tests count with it. */
  readonly onStatement?: (text: string) => void
  /** True if statements become spans of the current trace. */
  readonly traced?: boolean
  /** Address with sessions, if `url` is a pooler in transaction mode. */
  readonly directUrl?: string
}

/** Several times the pause of jobs that run each minute, because not each minute uses each connection: an idle process opens no new session. */
const IDLE_CONNECTION_MS = 300_000

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const server = options.server ?? (await requireUsableServer(options))
  let pool!: Pool
  const orm = await MikroORM.init({
    // `guardPool` sets host and user, as for every other connection.
    dbName: server.database,
    // Entities give the tables their types (`src/entities/tables.ts`); no statement needs them.
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      migrationsList: options.migrations as never,
      tableName: 'migration',
      schema: server.schema,
      snapshot: false,
      transactional: true,
    },
    ensureDatabase: false,
    logger: () => undefined, // We log statements and migrations ourselves
    pool: { min: 0, max: options.poolSize ?? 20 },
    driverOptions: {
      onPoolCreated: (created: Pool) => {
        pool = created
        const types = (
          created as unknown as {
            options: { types: Parameters<typeof setTypeParsers>[0] }
          }
        ).options.types
        setTypeParsers(types)
        created.options.idleTimeoutMillis = IDLE_CONNECTION_MS
        if (options.traced) created.on('connect', traceStatements)
        if (options.onStatement)
          created.on('connect', (client: PoolClient) => observeStatements(client, options.onStatement!))
      },
    },
  })
  const guarded = await openPool(orm, () => pool, options)
  const sqlOptions: SqlOptions = { isPooled: options.directUrl !== undefined, tables: options.tables }
  let announce: (topics: readonly string[]) => void = () => undefined

  return Object.assign(createRepeatingSql(pool, options.newId, sqlOptions), {
    orm,
    pool,
    onAnnounce: (listener: (topics: readonly string[]) => void) => void (announce = listener),
    check: guarded.check,
    limit: guarded.limit,
    withSession: <Result>(work: (session: Sql) => Promise<Result>) => runInSession(pool, options, work),
    // The ORM ends the pool only if it has used it itself. Left open, idle connections keep the process alive for 10 s.
    close: () =>
      orm
        .close(true)
        .then(() => (pool.ending ? undefined : pool.end()))
        .finally(guarded.stop),
    transaction: <Result>(
      work: (transaction: Transaction) => Promise<Result>,
      isKept: (result: Result) => boolean = () => true,
    ) =>
      repeated(async () => {
        const topics = new Set<string>()
        const open = (client: PoolClient): Transaction =>
          Object.assign(createSql(client, options.newId, sqlOptions), {
            announce: (topic: string) => void topics.add(topic),
          })
        const result = await runTransaction(pool, open, work, isKept)
        if (topics.size && isKept(result)) announce([...topics])
        return result
      }),
  })
}

/** The ORM creates its pool at the first use. No statement may be sent over it before that. */
async function openPool(orm: MikroORM, made: () => Pool, options: DatabaseOptions): Promise<GuardedPool> {
  orm.em.getConnection().getClient()
  return guardPool(made(), options.url, 'stackgate', options.timers, {
    limits: options.limits ?? UNLIMITED,
    ...(options.mayOnlyRead ? { mayOnlyRead: true } : {}),
    isPooled: options.directUrl !== undefined,
  })
}

async function runInSession<Result>(
  pool: Pool,
  { directUrl, timers, newId, tables, limits = UNLIMITED }: DatabaseOptions,
  work: (session: Sql) => Promise<Result>,
): Promise<Result> {
  if (directUrl !== undefined) {
    const client = await openConnection({ url: directUrl, timers, name: 'stackgate session', limits })
    setTypeParsers(client)
    try {
      return await work(createSql(client as never, newId, { tables }))
    } finally {
      await client.end()
    }
  }
  const client = await pool.connect()
  return work(createSql(client, newId, { tables })).finally(() => client.release())
}

/** Name of the violated constraint. Null for any other error. A named constraint becomes a named outcome. */
export function violatedConstraint(error: unknown): string | null {
  const { code, constraint = null } = error as { code?: string; constraint?: string }
  return code?.startsWith('23') ? constraint : null
}
