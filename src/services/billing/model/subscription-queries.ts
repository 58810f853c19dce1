import { expressionBuilder, type Expression, type SqlBool } from 'kysely'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { Tables } from '#entities/tables.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/provider-name.js'

/** A subscription by its id. */
export const findSubscription = (sql: Sql, id: string): Promise<BillingSubscriptionRow | undefined> =>
  sql.query.selectFrom('billing_subscription').selectAll().where('id', '=', id).executeTakeFirst()

/** A subscription that exists, by its id. */
export const readSubscription = (sql: Sql, id: string): Promise<BillingSubscriptionRow> =>
  sql.query.selectFrom('billing_subscription').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** Condition: the provider's subscription is not recorded yet, or was recorded only before its first payment. */
export function isNewSubscription(provider: ProviderName, externalId: string): Expression<SqlBool> {
  const eb = expressionBuilder<Tables>()
  return eb.not(
    eb.exists(
      eb
        .selectFrom('billing_subscription as known')
        .select('known.id')
        .where('known.provider', '=', provider)
        .where('known.externalId', '=', externalId)
        .where('known.status', '<>', 'INCOMPLETE'),
    ),
  )
}
