import { sql } from 'kysely'
import type { Aggregate } from '#services/entitlements/analytics/aggregate.js'
import { countCheckouts, countPurchases, findOutdatedPurchases, insertSubscriberPeriods } from './count-sales.sql.js'

/** Purchases, checkouts, and the periods in which accounts paid. */
export const salesAggregates: readonly Aggregate[] = [
  {
    patterns: ['purchase.%'],
    count: (database, accountIds) => database.run(countPurchases, { accountIds }),
    findOutdated: (database, after, limit) => database.rows(findOutdatedPurchases, { after, limit }),
  },
  { patterns: ['checkout.%'], count: (database, accountIds) => database.run(countCheckouts, { accountIds }) },
  {
    patterns: ['subscription.%', 'plan.%'],
    count: async (database, accountIds) => {
      await database.query
        .deleteFrom('subscriber_period')
        .where('accountId', '=', sql<string>`any(${accountIds})`)
        .execute()
      await database.run(insertSubscriberPeriods, { accountIds })
    },
  },
]
