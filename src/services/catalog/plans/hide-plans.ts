import type { Database } from '#services/kernel/database/database.js'
import { CATALOG_TOPIC } from '../snapshot/open-catalog.js'
import { setHiddenPlans } from './plans.sql.js'

/**
 * Takes all other plans off sale, regardless of the catalog file. Null: no plan is taken off. The lowest plan of each
 * group stays, because it is the default plan of accounts. Returns the number of changed plans.
 */
export function hidePlansExcept(database: Database, offered: readonly string[] | null): Promise<number> {
  return database.transaction(async (transaction) => {
    const changed = await transaction.run(setHiddenPlans, { offered })
    if (changed) transaction.announce(CATALOG_TOPIC)
    return changed
  })
}
