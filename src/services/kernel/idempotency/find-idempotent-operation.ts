import type { IdempotencyKeyRow } from '#entities/kernel/idempotency-key.entity.js'
import type { Sql } from '../database/sql.js'

/** The latest call of a principal under a key. */
export async function findOperation(sql: Sql, principal: string, key: string): Promise<IdempotencyKeyRow | null> {
  const row = await sql.row<IdempotencyKeyRow>(
    `select * from idempotency_key where principal = $1 and key = $2 order by created_at desc limit 1`,
    [principal, key],
  )
  return row ?? null
}
