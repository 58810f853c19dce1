import type { IdempotencyKeyRow } from '#entities/kernel/idempotency-key.entity.js'
import type { Sql } from '../database/sql.js'

/** The latest call of a principal under a key. */
export async function findOperation(sql: Sql, principal: string, key: string): Promise<IdempotencyKeyRow | null> {
  const row = await sql.query
    .selectFrom('idempotency_key')
    .selectAll()
    .where('principal', '=', principal)
    .where('key', '=', key)
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}
