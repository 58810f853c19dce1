import type { Database } from '#services/kernel/database/database.js'
import { CATALOG_TOPIC } from '../snapshot/open-catalog.js'

/**
 * Takes all other plans off sale, regardless of the catalog file. Null: no plan is taken off. The lowest plan of each
 * group stays, because it is the default plan of accounts. Returns the number of changed plans.
 */
export function hidePlansExcept(database: Database, offered: readonly string[] | null): Promise<number> {
  return database.transaction(async (transaction) => {
    const changed = await transaction.run(
      `with ranked as (
         select p.id, p.code, row_number() over (partition by p.group_code order by (v.terms->>'rank')::int) = 1 as lowest
         from plan p join lateral (select terms from plan_version where plan_id = p.id order by version desc limit 1) v on true where p.active)
       update plan p set hidden = not coalesce(r.lowest or r.code = any($1), true) from plan q left join ranked r on r.id = q.id
       where p.id = q.id and p.hidden is distinct from (not coalesce(r.lowest or r.code = any($1), true))`,
      [offered],
    )
    if (changed) transaction.announce(CATALOG_TOPIC)
    return changed
  })
}
