import type { Sql } from '../kernel/database/sql.js'

/**
 * A number taken before something is fetched from the provider: of two fetches under way, the one that began later may overwrite the
 * other, never the reverse.
 */
export async function nextFence(sql: Sql): Promise<number> {
  return (await sql.row<{ fence: number }>(`select nextval('fetch_fence') as fence`))!.fence
}
