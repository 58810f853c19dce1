import { sql } from 'kysely'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Money } from '#services/kernel/money/money.js'
import { monthlyAmount } from '#services/catalog/products/interval.js'

/** Monthly recurring revenue of an account at a business time, for each currency. The caller checks permissions. */
export async function monthlyRecurring(database: Sql, accountId: string, at: Date): Promise<readonly Money[]> {
  const rows = await database.query
    .selectFrom('recurring_period')
    .select('currency')
    .select(sql<number>`sum(yearly_minor)::bigint`.as('yearlyMinor'))
    .where('accountId', '=', accountId)
    .where('startedAt', '<=', at)
    .where((eb) => eb.or([eb('endedAt', 'is', null), eb('endedAt', '>', at)]))
    .groupBy('currency')
    .orderBy('currency')
    .execute()
  return rows.map(({ currency, yearlyMinor }) => ({ currency, amountMinor: monthlyAmount(yearlyMinor) }))
}
