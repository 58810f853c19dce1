import { MikroORM, type EntitySchema } from '@mikro-orm/postgresql'
import { Migrator } from '@mikro-orm/migrations'
import type { Pool, PoolClient } from 'pg'
import { setTypeParsers, watchStatements } from './connection-types.js'
import { traceStatements } from '../tracing/trace-statements.js'
import { sqlOver, type Sql } from './sql.js'

/** A transaction: everything in it is written together, and its news goes out only after the commit. */
export interface Transaction extends Sql {
  /** Wakes whoever follows a topic, after the commit. The message only says "look". */
  announce(topic: string): void
}

/** The one connection pool, shared by plain SQL and the ORM. */
export interface Database extends Sql {
  readonly orm: MikroORM
  readonly pool: Pool
  /** Runs `work` in a transaction; deadlocks and serialization failures are tried again, at most three times. */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>
  /** Who hears what committed transactions announce. Set once by the composition root. */
  onAnnounce(listener: (topics: readonly string[]) => void): void
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  readonly entities: readonly EntitySchema[]
  readonly migrations: readonly { name: string; class: new (...args: never[]) => unknown }[]
  readonly poolSize?: number
  /** Sees every statement that goes over the wire; tests count with it. */
  readonly onStatement?: (text: string) => void
  /** Statements become spans of the trace that asks for them. */
  readonly traced?: boolean
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  let pool!: Pool
  const orm = await MikroORM.init({
    clientUrl: options.url,
    entities: [...options.entities],
    extensions: [Migrator],
    migrations: {
      migrationsList: options.migrations as never,
      tableName: 'migration',
      snapshot: false,
      transactional: true,
    },
    // Entities say what is stored; views stand in their migrations and in the dump.
    schemaGenerator: { skipViews: [/./] },
    ensureDatabase: false,
    logger: () => undefined, // statements and migrations are reported by us, where somebody looks
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
        created.on('error', () => undefined) // an idle connection that broke is replaced at its next use
        if (options.traced) created.on('connect', traceStatements)
        if (options.onStatement)
          created.on('connect', (client: PoolClient) => watchStatements(client, options.onStatement!))
      },
    },
  })
  // The pool is made lazily by the first use.
  await orm.em.getConnection().execute('select 1')
  let announce: (topics: readonly string[]) => void = () => undefined

  return {
    ...sqlOver(pool),
    orm,
    pool,
    onAnnounce: (listener) => (announce = listener),
    close: () => orm.close(true),
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        const topics = new Set<string>()
        try {
          const result = await once(pool, topics, work)
          if (topics.size) announce([...topics])
          return result
        } catch (error) {
          if (attempt === 3 || !isRetryable(error)) throw error
        }
      }
    },
  }
}

async function once<Result>(
  pool: Pool,
  topics: Set<string>,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work({ ...sqlOver(client), announce: (topic) => topics.add(topic) })
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure))
    throw error
  } finally {
    client.release(broken)
  }
}

const isRetryable = (error: unknown) => ['40001', '40P01'].includes((error as { code?: string }).code ?? '')

/** The name of the constraint that refused a write, or null for any other error. A named constraint becomes a named outcome. */
export function violatedConstraint(error: unknown): string | null {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code?.startsWith('23') ? (constraint ?? null) : null
}
