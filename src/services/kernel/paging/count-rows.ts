import { sql } from 'kysely'

/** Column with the number of selected rows. */
export const rowCount = sql<number>`count(*)::int`.as('count')
