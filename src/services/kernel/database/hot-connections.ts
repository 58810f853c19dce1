import pg from 'pg'
import { setTypeParsers, watchStatements } from './connection-types.js'
import { traceStatements } from '../tracing/trace-statements.js'
import { sqlOver, type Sql } from './sql.js'

/** A few connections for statements that run thousands of times a second. */
export interface HotConnections extends Sql {
  close(): Promise<void>
}

export interface HotOptions {
  readonly url: string
  readonly size: number
  /** What they are for, as the database's own lists show it. */
  readonly name?: string
  /**
   * Rows are found by a key that a condition names, never by walking an index from end to end, which a plan that was made while the table
   * was empty would do for ever. What is wanted in order is sorted.
   */
  readonly byKeyOnly?: boolean
  /** Statements that every connection begins with, as for functions of its own. */
  readonly begin?: string
  readonly onStatement?: (text: string) => void
  readonly traced?: boolean
}

/**
 * Plans of prepared statements are made once and kept (a batch that is smaller than the planner's guess would else be planned anew every
 * time, which takes longer than running it); one that was made while a table was empty must not scan it for ever. Every
 * statement here finds its rows by an index, so the other ways are ruled out.
 */
const SETTINGS = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_mergejoin = off; set enable_hashjoin = off; set jit = off`
/** A bitmap needs a condition on its index; an index scan may do without one. */
const BY_KEY_ONLY = `set enable_indexscan = off; set enable_indexonlyscan = off`
const CONNECT_MS = 5_000
const ANSWER_MS = 15_000

export function openHotConnections(options: HotOptions): HotConnections {
  const { url, size, name, byKeyOnly, begin, onStatement, traced } = options
  const settings = [SETTINGS, byKeyOnly ? BY_KEY_ONLY : '', begin ?? ''].filter(Boolean).join('; ')
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    idleTimeoutMillis: 0,
    application_name: `stackgate ${name ?? 'entitlements'}`,
    // Before a connection is first used, and waited for.
    verify: (client, ready) => void client.query(settings).then(() => ready(), ready),
  })
  pool.on('error', () => undefined) // an idle connection that broke is replaced at its next use
  pool.on('connect', (client) => {
    setTypeParsers(client)
    if (traced) traceStatements(client)
    if (onStatement) watchStatements(client, onStatement)
  })
  return { ...sqlOver(pool), close: () => pool.end() }
}
