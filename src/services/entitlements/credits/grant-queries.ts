import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

export const grantsByIds = (sql: Sql, ids: readonly string[]): Promise<CreditGrantRow[]> =>
  sql.query.selectFrom('credit_grant').selectAll().where('id', 'in', ids).execute()

/** All grants of a purchase for a feature, including revoked ones, in order of granting. */
export const grantsOfPurchase = (
  sql: Sql,
  { id: purchaseId, accountId }: { readonly id: string; readonly accountId: string },
  feature: string,
): Promise<Pick<CreditGrantRow, 'id' | 'amount' | 'revokedAt'>[]> =>
  sql.query
    .selectFrom('credit_grant')
    .select(['id', 'amount', 'revokedAt'])
    .where('accountId', '=', accountId)
    .where('causeType', '=', 'purchase')
    .where((column) => column.or([column('causeId', '=', purchaseId), column('causeId', 'like', `${purchaseId}:%`)]))
    .where('feature', '=', feature)
    .orderBy('id')
    .execute()
