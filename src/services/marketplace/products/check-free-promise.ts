import type { Sql } from '#services/kernel/database/sql.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'

/** Denial of marking a template as free forever. Null if it was never sold. */
export async function checkFreePromise(sql: Sql, templateId: string): Promise<Refused | null> {
  const product = await sql.row(`select 1 from product where type = 'TEMPLATE' and external_id = $1`, [templateId])
  return product
    ? refused('INVALID_PARAMETERS', 'A template that has been sold cannot be marked as free forever.', {
        field: 'freeForever',
      })
    : null
}
