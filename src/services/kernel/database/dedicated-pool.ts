import pg from 'pg'
import { setTypeParsers, observeStatements } from './configure-connections.js'
import { guardPool } from './pool.js'
import { SERVING } from './session.js'
import { traceStatements } from '../tracing/trace-statements.js'
import { repeating, createSql, type Sql } from './sql.js'

/** A few connections for statements that run thousands of times a second. */
export interface DedicatedPool extends Sql {
  /** Throws if the connections cannot be used now. */
  readonly check: () => Promise<void>
  close(): Promise<void>
}

export interface DedicatedPoolOptions {
  readonly url: string
  readonly size: number
  /** What they are for, as the database's own lists show it. */
  readonly name?: string
  /**
   * Index entries are read in place, which marks those of rows that are gone; a bitmap reads them again each time until the next vacuum.
   * For statements that follow rows through states of which each is an index of its own. Every table in them needs a condition on
   * a key that can be had before it is read (`id = any(…)`), and their plans are made anew every few seconds.
   */
  readonly disableBitmapScans?: boolean
  /** Statements that every connection begins with, as for functions of its own. */
  readonly initSql?: string
  /** Maximum wait for a lock. Default: that of all connections. */
  readonly lockMs?: number
  readonly onStatement?: (text: string) => void
  readonly traced?: boolean
}

/**
 * Plans of prepared statements are made once and kept (a batch that is smaller than the planner's guess would else be planned anew every
 * time, which takes longer than running it). Every statement here finds its rows by an index, so the other ways are ruled out.
 */
const SETTINGS = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_mergejoin = off; set enable_hashjoin = off; set jit = off`
const NO_BITMAPS = `set enable_bitmapscan = off`
/** After so many statements of a connection, and ten and a hundred times as many, its plans are made anew; and whenever they are this old. */
const STATEMENTS_BEFORE_NEW_PLANS = 10
const PLANS_LAST_MS = 5_000

export async function openDedicatedPool(options: DedicatedPoolOptions): Promise<DedicatedPool> {
  const { url, size, name, disableBitmapScans, initSql, lockMs, onStatement, traced } = options
  const pool = new pg.Pool({ max: size, idleTimeoutMillis: 0 })
  const guarded = await guardPool(pool, url, `stackgate ${name ?? 'entitlements'}`, {
    limits: { ...SERVING, ...(lockMs === undefined ? {} : { lockMs }) },
    begin: [SETTINGS, disableBitmapScans ? NO_BITMAPS : '', initSql ?? ''].filter(Boolean).join('; '),
  })
  pool.on('connect', (client) => {
    setTypeParsers(client)
    if (traced) traceStatements(client)
    if (onStatement) observeStatements(client, onStatement)
    if (disableBitmapScans) discardPlansPeriodically(client)
  })
  return { ...repeating(createSql(pool)), check: guarded.check, close: guarded.close }
}

/**
 * To a plan that was made while a table was empty all of its indexes are alike, also those that would be read from end to end, and the next
 * `analyze` may be minutes away: plans are forgotten while tables may have grown, which costs a few milliseconds each time.
 */
function discardPlansPeriodically(client: pg.PoolClient): void {
  let statements = 0
  let next = STATEMENTS_BEFORE_NEW_PLANS
  let madeAt = performance.now()
  observeStatements(client, () => {
    const now = performance.now()
    if (++statements < next && now - madeAt < PLANS_LAST_MS) return
    if (statements >= next) next *= 10
    madeAt = now
    client.query('discard plans').catch(() => undefined) // a connection that broke says so to whoever waits for it
  })
}
