import { sql } from 'kysely'
import type { CodeRule } from '#services/catalog/invariants/invariant-rule.js'

const READ_TABLES = ['billing_subscription', 'product_subscription', 'invoice', 'purchase'] as const

/** A row of a read that was never taken would never be written again by a sync. */
export const readsWereTaken: CodeRule = {
  name: 'reads_were_taken',
  description: 'No row claims to be of a later read of the provider than the last one.',
  check: async (database) => {
    const { last } = await database.query
      .selectFrom(sql<{ last: number }>`(select last_value as last from fetch_fence)`.as('taken'))
      .select('last')
      .executeTakeFirstOrThrow()
    let checked = 0
    for (const table of READ_TABLES) {
      const row = await database.query
        .selectFrom(table)
        .select(({ fn }) => [fn.countAll<number>().as('rows'), fn.max<number | null>('fence').as('fence')])
        .executeTakeFirstOrThrow()
      checked += row.rows
      if ((row.fence ?? 0) > last) return { checked, counterexample: { table, fence: row.fence, last } }
    }
    return { checked, counterexample: null }
  },
}
