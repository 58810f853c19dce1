import type { Sql } from '#services/kernel/database/sql.js'

/**
 * A number taken before a fetch from the provider: of two concurrent fetches, the one that started later can overwrite
 * the other, never the reverse.
 */
export async function nextFence(sql: Sql): Promise<number> {
  const { fence } = await sql.query
    .selectNoFrom((eb) => eb.fn<number>('nextval', [eb.val('fetch_fence')]).as('fence'))
    .executeTakeFirstOrThrow()
  return fence
}
