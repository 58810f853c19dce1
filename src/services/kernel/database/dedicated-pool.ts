import pg from 'pg'
import { setTypeParsers, observeStatements } from './configure-connections.js'
import { guardPool } from './pool.js'
import { SERVING } from './session.js'
import { traceStatements } from '../tracing/trace-statements.js'
import type { Sources } from '../context/sources.js'
import type { Timers } from '../time/timers.js'
import { createRepeatingSql, type Sql } from './sql.js'

/** A few connections for statements that run thousands of times a second. */
export interface DedicatedPool extends Sql {
  /** Throws if the connections cannot be used now. */
  readonly check: () => Promise<void>
  close(): Promise<void>
}

export interface DedicatedPoolOptions extends Pick<Sources, 'timers' | 'newId'> {
  readonly url: string
  readonly size: number
  /** Application name of the connections, visible in `pg_stat_activity`. */
  readonly name?: string
  /**
   * Uses index scans, which mark the entries of dead rows; a bitmap scan reads those again until the next vacuum. For
   * statements on state queues with one partial index per state. Every table needs a condition on a key that is known
   * in advance (`id = any(…)`), and plans are recreated every few seconds.
   */
  readonly disableBitmapScans?: boolean
  /** Maximum wait for a lock. Default: that of all connections. */
  readonly lockMs?: number
  readonly onStatement?: (text: string) => void
  readonly traced?: boolean
}

/**
 * Forces generic plans: small batches would otherwise be replanned on every call, which takes longer than running them.
 * All statements of this pool use an index, so other access methods are disabled.
 */
const SETTINGS = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_mergejoin = off; set enable_hashjoin = off; set jit = off`
const NO_BITMAPS = `set enable_bitmapscan = off`
/** Plans of a connection are recreated after this many statements, after 10 and 100 times as many, and at this age. */
const STATEMENTS_BEFORE_NEW_PLANS = 10
const PLANS_LAST_MS = 5_000

export async function openDedicatedPool(options: DedicatedPoolOptions): Promise<DedicatedPool> {
  const { url, size, timers, newId, name, disableBitmapScans, lockMs, onStatement, traced } = options
  const pool = new pg.Pool({ max: size, idleTimeoutMillis: 0 })
  const guarded = await guardPool(pool, url, `stackgate ${name ?? 'entitlements'}`, timers, {
    limits: { ...SERVING, ...(lockMs === undefined ? {} : { lockMs }) },
    begin: disableBitmapScans ? `${SETTINGS}; ${NO_BITMAPS}` : SETTINGS,
  })
  pool.on('connect', (client) => {
    setTypeParsers(client)
    if (traced) traceStatements(client)
    if (onStatement) observeStatements(client, onStatement)
  })
  if (disableBitmapScans) discardPlansPeriodically(pool, timers)
  return Object.assign(createRepeatingSql(pool, newId), {
    check: guarded.check,
    close: guarded.close,
  })
}

/**
 * A generic plan cached while a table was empty may use the wrong index, and the next `analyze` can be minutes away.
 * Plans are therefore discarded while tables may have grown, which costs a few milliseconds each time. Every statement
 * of this pool acquires a connection, so the pool's event counts them.
 */
function discardPlansPeriodically(pool: pg.Pool, timers: Timers): void {
  const ages = new WeakMap<pg.PoolClient, { statements: number; next: number; madeAt: number }>()
  pool.on('acquire', (client) => {
    const now = timers.monotonic()
    const age = ages.get(client)
    if (!age) return void ages.set(client, { statements: 1, next: STATEMENTS_BEFORE_NEW_PLANS, madeAt: now })
    if (++age.statements < age.next && now - age.madeAt < PLANS_LAST_MS) return
    if (age.statements >= age.next) age.next *= 10
    age.madeAt = now
    client.query('discard plans').catch(() => undefined) // a broken connection reports its error to its current user
  })
}
