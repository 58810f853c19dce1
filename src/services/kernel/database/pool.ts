import type pg from 'pg'
import { connectionConfig } from './connect.js'
import type { Timer, Timers } from '../time/timers.js'
import { ping } from './server.sql.js'
import { prepareSession, type SessionLimits, type SessionOptions } from './session.js'
import { watchSilence } from './silence.js'

/** A pool with time limits and a health check. */
export interface GuardedPool {
  readonly pool: pg.Pool
  /** Throws if the pool cannot be used now. Concurrent calls share one query. */
  readonly check: () => Promise<void>
  /** Changes the limits of all connections. No other caller may use the pool during the call. */
  readonly limit: (limits: SessionLimits) => Promise<void>
  /** Stops the timers of the pool. For callers that close the pool themselves. */
  readonly stop: () => void
  readonly close: () => Promise<void>
}

/** SQLSTATE too_many_connections, also for the limits of a role or a database. */
const TOO_MANY = '53300'
/** Time after which another connection is tried when the server had no room for one. */
const CROWDED_MS = 10_000
const CROWDED_PAUSE_MS = 100
/** A pool that received a response within this time is healthy without a query. */
const RECENTLY_ACTIVE_MS = 1_000

type Callback = (error: Error | undefined, client?: pg.PoolClient, release?: (error?: Error) => void) => void

/** Adds to any pool: the preparation of its connections, the end of silent connections, and waiting while the server has no room for more. */
export async function guardPool(
  pool: pg.Pool,
  url: string,
  name: string,
  timers: Timers,
  session: SessionOptions,
): Promise<GuardedPool> {
  let current = session
  const watch = watchSilence(timers, session.limits.silenceMs)
  const { password, ...config } = await connectionConfig(url, name)
  // Not enumerable, as the driver does it: a printed pool does not contain the password.
  Object.defineProperty(pool.options, 'password', { value: password, enumerable: false })
  Object.assign(pool.options, config, {
    // Runs before the first use of a connection, which waits for it.
    onConnect: async (client: pg.PoolClient) => {
      watch.add(client)
      await prepareSession(client, current)
    },
  })
  pool.on('error', () => undefined) // an idle connection that broke is replaced at its next use
  const stopWaiting = waitWhereCrowded(pool, timers)
  const stop = (): void => {
    stopWaiting()
    watch.close()
  }
  let checking: Promise<unknown> | undefined
  return {
    pool,
    async check() {
      // A busy pool may have no free connection for the query.
      if (timers.monotonic() - watch.heardAt() <= RECENTLY_ACTIVE_MS) return
      checking ??= pool.query(ping.text).finally(() => {
        checking = undefined
      })
      await checking
    },
    async limit(limits) {
      current = { ...current, limits }
      watch.limit(limits.silenceMs)
      const clients = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()))
      for (const client of clients) {
        await prepareSession(client, current)
        client.release()
      }
    },
    stop,
    // Connections are watched until the last one is closed, so that a running statement delays the end only for a limited time.
    close: () => pool.end().finally(stop),
  }
}

/**
 * If the server has no room for another connection, callers wait for one that this pool has, as long as they would have waited for a new
 * one. Returns a function that stops the attempts to open more.
 */
function waitWhereCrowded(pool: pg.Pool, timers: Timers): () => void {
  const { max } = pool.options
  const patienceMs = pool.options.connectionTimeoutMillis ?? 0
  const connect = pool.connect.bind(pool) as (callback: Callback) => void
  let timer: Timer | undefined
  const crowded = (): void => {
    pool.options.max = Math.max(1, pool.totalCount)
    timer ??= timers
      .setTimeout(() => {
        timer = undefined
        pool.options.max = max
      }, CROWDED_MS)
      .unref()
  }
  const lend = (callback: Callback, deadline: number): void =>
    connect((error, client, release) => {
      if ((error as { code?: string } | undefined)?.code !== TOO_MANY || timers.monotonic() > deadline)
        return callback(error, client, release)
      crowded()
      if (pool.totalCount > 0) lend(callback, deadline)
      else timers.setTimeout(() => lend(callback, deadline), CROWDED_PAUSE_MS)
    })
  const lendSoon = (callback: Callback): void => lend(callback, timers.monotonic() + patienceMs)
  pool.connect = ((callback?: Callback) =>
    callback
      ? lendSoon(callback)
      : new Promise((resolve, reject) => {
          lendSoon((error, client) => (error ? reject(error) : resolve(client!)))
        })) as typeof pool.connect
  return () => timers.clearTimeout(timer)
}
