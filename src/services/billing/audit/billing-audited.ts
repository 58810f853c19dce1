import { byAccount, byId } from '#services/identity/audit/audited-object.js'
import { findAuditedSubscription } from './audited-subscription.sql.js'

/** A purchase. */
export const auditedPurchase = byId(({ query }, id) =>
  query
    .selectFrom('purchase')
    .select(['accountId', 'status', 'amountMinor', 'refundedMinor', 'reversedMinor', 'currency', 'expiresAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)

/** The subscription of the account. */
export const auditedSubscription = byAccount((database, accountId) =>
  database.row(findAuditedSubscription, { accountId }),
)

/** A checkout. */
export const auditedCheckout = byId(({ query }, id) =>
  query
    .selectFrom('checkout')
    .select(['accountId', 'status', 'amountMinor', 'currency'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
