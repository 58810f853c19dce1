import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

/** Every stack that there is: those of approved templates and those that plans name, in order. */
export async function stackCodes(database: Sql, catalog: CatalogSnapshot): Promise<string[]> {
  const rows = await database.query
    .selectFrom('template')
    .select('stack')
    .distinct()
    .where('status', '=', 'APPROVED')
    .execute()
  const named = catalog.plans.flatMap((plan) => plan.supportedStacks ?? [])
  return [...new Set([...rows.map(({ stack }) => stack), ...named])].toSorted()
}
