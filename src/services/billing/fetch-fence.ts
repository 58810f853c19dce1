import type { Sql } from '../kernel/database/sql.js'

/**
 * A number taken before a fetch from the provider: of two concurrent fetches, the one that started later can overwrite
 * the other, never the reverse.
 */
export async function nextFence(sql: Sql): Promise<number> {
  return (await sql.row<{ fence: number }>(`select nextval('fetch_fence') as fence`))!.fence
}
