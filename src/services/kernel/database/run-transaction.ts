import type { Pool, PoolClient } from 'pg'
import type { Sql } from './sql.js'

/** Runs `work` in a transaction on one connection of the pool. @param isKept of the result. False: nothing is stored */
export async function runTransaction<Own extends Sql, Result>(
  pool: Pool,
  sqlOf: (client: PoolClient) => Own,
  work: (transaction: Own) => Promise<Result>,
  isKept: (result: Result) => boolean,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(sqlOf(client))
    await client.query(isKept(result) ? 'commit' : 'rollback')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure))
    throw error
  } finally {
    client.release(broken)
  }
}
