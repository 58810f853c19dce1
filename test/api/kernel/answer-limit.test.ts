import pg from 'pg'
import { isConnectionFailure } from '../../../src/services/kernel/database/connection-failure.js'
import { limitAnswers } from '../../../src/services/kernel/database/answer-limit.js'
import { openTestDatabase, type OpenedDatabase } from '../../support/open-database.js'

const LIMIT_MS = 2_000

describe('A database that does not answer', () => {
  let database: OpenedDatabase
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database.close())

  const openPool = (options: pg.PoolConfig = {}) => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1, idleTimeoutMillis: 0, ...options })
    pool.on('error', () => undefined)
    const end = limitAnswers(pool, LIMIT_MS)
    return {
      pool,
      close: async () => {
        end()
        await pool.end()
      },
    }
  }
  const backend = async (pool: pg.Pool) =>
    (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid

  it('[ER1] is waited for no longer than the limit, and asked over another connection afterwards', async () => {
    const { pool, close } = openPool()
    const before = await backend(pool)
    const begun = performance.now()
    const error: unknown = await pool.query('select pg_sleep(30)').catch((reason: unknown) => reason)
    const waited = performance.now() - begun
    expect(isConnectionFailure(error)).toBe(true)
    expect(waited).toBeGreaterThan(LIMIT_MS - 50)
    expect(await backend(pool)).not.toBe(before)
    await close()
  })

  it('a connection that rests, or answers one thing after the other, is left alone', async () => {
    const { pool, close } = openPool()
    const before = await backend(pool)
    for (let turn = 0; turn < 4; turn++) await pool.query('select pg_sleep(0.7)')
    await new Promise((wake) => setTimeout(wake, LIMIT_MS * 1.5))
    expect(await backend(pool)).toBe(before)
    await close()
  })

  it('what a connection begins with is waited for as long, too', async () => {
    const verify = (client: pg.PoolClient, ready: (error?: Error) => void) =>
      void client.query('select pg_sleep(30)').then(() => ready(), ready)
    const { pool, close } = openPool({ verify })
    const error: unknown = await pool.query('select 1').catch((reason: unknown) => reason)
    expect(isConnectionFailure(error)).toBe(true)
    await close()
  })
})
