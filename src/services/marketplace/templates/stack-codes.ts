import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

/** Every stack that there is: those of approved templates and those that plans name, in order. */
export async function stackCodes(sql: Sql, catalog: CatalogSnapshot): Promise<string[]> {
  const rows = await sql.rows<{ stack: string }>(`select distinct stack from template where status = 'APPROVED'`)
  const named = catalog.plans.flatMap((plan) => plan.supportedStacks ?? [])
  return [...new Set([...rows.map(({ stack }) => stack), ...named])].toSorted()
}
