import type pg from 'pg'
import { connectionConfig } from './connect.js'
import { prepareSession, type SessionLimits, type SessionOptions } from './session.js'
import { watchSilence } from './silence.js'

/** What every pool of ours can do beside lending connections. */
export interface GuardedPool {
  readonly pool: pg.Pool
  /** Fails when the pool cannot be used now. */
  readonly check: () => Promise<void>
  /** Other limits for all connections from now on. Nobody else may be using the pool. */
  readonly limit: (limits: SessionLimits) => Promise<void>
  /** Ends what looks after the pool, for whoever ends the pool otherwise. */
  readonly stop: () => void
  readonly close: () => Promise<void>
}

/** SQLSTATE too_many_connections, also for the limits of a role or a database. */
const TOO_MANY = '53300'
/** So long after the server had no room for another connection one more is tried. */
const CROWDED_MS = 10_000
const CROWDED_PAUSE_MS = 100
/** What answered so lately need not be asked whether it does. */
const HEARD_LATELY_MS = 1_000

type Callback = (error: Error | undefined, client?: pg.PoolClient, release?: (error?: Error) => void) => void

/** Our ways on a pool, whoever made it: how its connections begin, when they are given up, and what it does where there is no room for more. */
export async function guardPool(
  pool: pg.Pool,
  url: string,
  name: string,
  session: SessionOptions,
): Promise<GuardedPool> {
  let current = session
  const watch = watchSilence(session.limits.silenceMs)
  const { password, ...config } = await connectionConfig(url, name)
  // As the driver does it with one that it is given: whoever prints a pool does not print it.
  Object.defineProperty(pool.options, 'password', { value: password, enumerable: false })
  Object.assign(pool.options, config, {
    // Before a connection is first used, and waited for.
    onConnect: async (client: pg.PoolClient) => {
      watch.add(client)
      await prepareSession(client, current)
    },
  })
  pool.on('error', () => undefined) // an idle connection that broke is replaced at its next use
  const stopWaiting = waitWhereCrowded(pool)
  const stop = (): void => {
    stopWaiting()
    watch.close()
  }
  return {
    pool,
    async check() {
      // Whoever is busy with answers need not find a connection for the question.
      if (performance.now() - watch.heardAt() > HEARD_LATELY_MS) await pool.query('select 1')
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
    // Watched until the last of them is closed: what is under way when the pool ends is waited for, but not forever.
    close: () => pool.end().finally(stop),
  }
}

/**
 * A server that has no room for another connection is no reason to fail while this pool has some: whoever asked waits for one of them, as
 * long as it would have waited for its own. Returns how to stop trying for more.
 */
function waitWhereCrowded(pool: pg.Pool): () => void {
  const { max } = pool.options
  const patienceMs = pool.options.connectionTimeoutMillis ?? 0
  const connect = pool.connect.bind(pool) as (callback: Callback) => void
  let timer: NodeJS.Timeout | undefined
  const crowded = (): void => {
    pool.options.max = Math.max(1, pool.totalCount)
    timer ??= setTimeout(() => {
      timer = undefined
      pool.options.max = max
    }, CROWDED_MS).unref()
  }
  const lend = (callback: Callback, deadline: number): void =>
    connect((error, client, release) => {
      if ((error as { code?: string } | undefined)?.code !== TOO_MANY || performance.now() > deadline)
        return callback(error, client, release)
      crowded()
      if (pool.totalCount > 0) lend(callback, deadline)
      else setTimeout(() => lend(callback, deadline), CROWDED_PAUSE_MS)
    })
  const lendSoon = (callback: Callback): void => lend(callback, performance.now() + patienceMs)
  pool.connect = ((callback?: Callback) =>
    callback
      ? lendSoon(callback)
      : new Promise((resolve, reject) => {
          lendSoon((error, client) => (error ? reject(error) : resolve(client!)))
        })) as typeof pool.connect
  return () => clearTimeout(timer)
}
