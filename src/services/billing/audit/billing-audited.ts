import { byAccount, byId, type AuditedObjects } from '#services/identity/audit/audited-object.js'
import { findAuditedSubscription } from './audited-subscription.sql.js'

const purchase = byId(({ query }, id) =>
  query
    .selectFrom('purchase')
    .select(['accountId', 'status', 'amountMinor', 'refundedMinor', 'reversedMinor', 'currency', 'expiresAt'])
    .where('id', '=', id)
    .executeTakeFirst(),
)
const subscription = byAccount((database, accountId) => database.row(findAuditedSubscription, { accountId }))
const checkout = byId(({ query }, id) =>
  query
    .selectFrom('checkout')
    .select(['accountId', 'status', 'amountMinor', 'currency'])
    .where('id', '=', id)
    .executeTakeFirst(),
)

/** Purchases, subscriptions and checkouts. */
export const billingAudited: AuditedObjects = {
  refundPurchase: purchase,
  changePlan: subscription,
  addAddon: subscription,
  removeAddon: subscription,
  cancelSubscription: subscription,
  resumeSubscription: subscription,
  extendTrial: subscription,
  releaseCheckout: checkout,
  refundCheckout: checkout,
}
