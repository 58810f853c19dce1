import type { IdempotencyKeyRow } from '#entities/kernel/idempotency-key.entity.js'
import type { Sql } from '../database/sql.js'

/** The latest call of a principal under a key, of one mutation if it is named: each mutation has keys of its own. */
export async function findOperation(
  sql: Sql,
  principal: string,
  { key, mutation }: { readonly key: string; readonly mutation: string | null },
): Promise<IdempotencyKeyRow | null> {
  const row = await sql.query
    .selectFrom('idempotency_key')
    .selectAll()
    .where('principal', '=', principal)
    .where('key', '=', key)
    .$if(mutation !== null, (query) => query.where('mutation', '=', mutation!))
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}
