import pg from 'pg'
import { isConnectionFailure } from '#services/kernel/errors/connection-failure.js'
import { guardPool } from '#services/kernel/database/pool.js'
import { UNLIMITED } from '#services/kernel/database/session.js'
import { openTestDatabase, type OpenedDatabase } from '#test/support/open-database.js'
import { eventually } from '#test/support/test-server.js'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'

const LIMIT_MS = 2_000

describe('Connection to an unresponsive database', () => {
  let database: OpenedDatabase
  let proxy: TcpProxy
  beforeAll(async () => {
    database = await openTestDatabase()
    const { hostname, port } = new URL(database.url)
    proxy = await openTcpProxy({ host: hostname, port: Number(port || 5432) })
  })
  afterAll(async () => {
    await database.close()
    await proxy.close()
  })

  const openPool = (url: string, { max = 1, begin = '' } = {}) =>
    guardPool(new pg.Pool({ max, idleTimeoutMillis: 0 }), url, 'test', systemTimers, {
      limits: { ...UNLIMITED, silenceMs: LIMIT_MS },
      begin,
    })
  const backend = async (pool: pg.Pool | pg.PoolClient) =>
    (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'no failure',
      (error: unknown) => error,
    )

  it('is closed after the limit, and another connection is used afterwards', async () => {
    const { pool, close } = await openPool(database.url)
    const before = await backend(pool)
    expect(isConnectionFailure(await failure(pool.query('select pg_sleep(60)')))).toBe(true)
    expect(await backend(pool)).not.toBe(before)
    await close()
  })

  it('stays open while it is idle or responds', async () => {
    const { pool, close } = await openPool(database.url)
    const before = await backend(pool)
    for (let turn = 0; turn < 4; turn++) await pool.query('select pg_sleep(0.7)')
    await new Promise((wake) => setTimeout(wake, LIMIT_MS * 1.5))
    expect(await backend(pool)).toBe(before)
    await close()
  })

  it('is checked once by concurrent checks, and again by a later one', async () => {
    const { pool, check, close } = await openPool(database.url, { max: 4 })
    await new Promise((wake) => setTimeout(wake, 1_500))
    let [requested, isAway] = [0, false]
    const query = pool.query.bind(pool)
    Object.assign(pool, {
      query: (text: string) => {
        requested++
        return isAway ? Promise.reject(new Error('the database is away')) : query(text)
      },
    })
    await Promise.all([check(), check(), check()])
    expect(requested).toBe(1)
    await new Promise((wake) => setTimeout(wake, 1_500))
    isAway = true
    expect(await Promise.all([failure(check()), failure(check())])).not.toContain('no failure')
    expect(requested).toBe(2)
    isAway = false
    await check()
    expect(requested).toBe(3)
    await close()
  })

  it('is closed if its first statement has no response', async () => {
    const { pool, close } = await openPool(database.url, { begin: 'select pg_sleep(60)' })
    expect(isConnectionFailure(await failure(pool.query('select 1')))).toBe(true)
    await close()
  })

  it("is closed while it is being opened, and callers in the pool's queue fail too", async () => {
    const { pool, close } = await openPool(proxy.through(database.url))
    proxy.silence()
    const failures = await Promise.all([1, 2, 3].map(() => failure(pool.query('select 1'))))
    expect(failures.map(isConnectionFailure)).toEqual([true, true, true])
    await proxy.mend()
    // On a busy machine opening a connection may take longer than this test's limit: the pool tries again for the next caller.
    const pid = await eventually(
      () => backend(pool).catch(() => null),
      (found) => found !== null,
    )
    expect(pid).toEqual(expect.any(Number))
    await close()
  })

  it('closes all other silent connections, idle or in use, and the pool can be closed', async () => {
    const { pool, close } = await openPool(proxy.through(database.url), { max: 4 })
    const clients = await Promise.all([pool.connect(), pool.connect(), pool.connect()])
    const before = await Promise.all(clients.map(backend))
    clients[1].release()
    clients[2].release()
    proxy.silence()
    expect(isConnectionFailure(await failure(pool.query('select 1')))).toBe(true)
    await proxy.mend()
    // Neither of the two idle connections is used again: each would have blocked.
    expect(before).not.toContain(await backend(pool))
    expect(isConnectionFailure(await failure(backend(clients[0])))).toBe(true)
    clients[0].release()
    expect(pool.totalCount).toBe(1)
    proxy.silence()
    await close()
    await proxy.mend()
  })
})
