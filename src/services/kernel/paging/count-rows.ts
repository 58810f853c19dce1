import { sql, type SelectQueryBuilder } from 'kysely'

/** Column with the number of selected rows. */
export const rowCount = sql<number>`count(*)::int`.as('count')

/** Number of rows of a query without a selection. */
export async function countRows<DB, Table extends keyof DB>(
  rows: SelectQueryBuilder<DB, Table, object>,
): Promise<number> {
  const row = await rows.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  return (row as { total: number }).total
}
