import { productsOfTemplates } from '#services/catalog/products/products.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'

/** Denial of marking a template as free forever. Null if it was never sold. */
export async function checkFreePromise(database: Sql, templateId: string, field: string): Promise<Refused | null> {
  const [product] = await productsOfTemplates(database, [templateId])
  return product
    ? refused('INVALID_PARAMETERS', 'A template that has been sold cannot be marked as free forever.', {
        field,
      })
    : null
}
