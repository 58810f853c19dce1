import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** All grants of a purchase for a feature, including revoked ones, in order of granting. */
export const grantsOfPurchase = (
  sql: Sql,
  purchaseId: string,
  feature: string,
): Promise<Pick<CreditGrantRow, 'id' | 'amount' | 'revokedAt'>[]> =>
  sql.rows(
    `select id, amount, revoked_at from credit_grant
     where cause_type = 'purchase' and (cause_id = $1 or cause_id like $1 || ':%') and feature = $2 order by id`,
    [purchaseId, feature],
  )
