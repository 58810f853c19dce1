import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { DisputeRow } from '#entities/billing/dispute.entity.js'
import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { RefundRow } from '#entities/billing/refund.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { TopUpRow } from '#entities/billing/top-up.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/provider-name.js'

/** Key of an object by its ID at the provider. */
export const atProvider = (provider: ProviderName, externalId: string): string => `${provider}:${externalId}`

/** Providers and IDs of keys. An ID of one provider does not occur at another. */
const partsOf = (keys: readonly string[]) => ({
  providers: [...new Set(keys.map((key) => key.slice(0, key.indexOf(':')) as ProviderName))],
  externalIds: keys.map((key) => key.slice(key.indexOf(':') + 1)),
})

export const purchasesByIds = (sql: Sql, ids: readonly string[]): Promise<PurchaseRow[]> =>
  sql.query.selectFrom('purchase').selectAll().where('id', 'in', ids).execute()

export const purchasesOfCheckouts = (sql: Sql, checkoutIds: readonly string[]): Promise<PurchaseRow[]> =>
  sql.query.selectFrom('purchase').selectAll().where('checkoutId', 'in', checkoutIds).execute()

export function purchasesOfInvoices(sql: Sql, keys: readonly string[]): Promise<PurchaseRow[]> {
  const { providers, externalIds } = partsOf(keys)
  return sql.query
    .selectFrom('purchase')
    .selectAll()
    .where('provider', 'in', providers)
    .where('invoiceId', 'in', externalIds)
    .execute()
}

export const invoicesByIds = (sql: Sql, ids: readonly string[]): Promise<InvoiceRow[]> =>
  sql.query.selectFrom('invoice').selectAll().where('id', 'in', ids).execute()

export const negotiatedPlansByIds = (sql: Sql, ids: readonly string[]): Promise<NegotiatedPlanRow[]> =>
  sql.query.selectFrom('negotiated_plan').selectAll().where('id', 'in', ids).execute()

export const subscriptionChangesByIds = (sql: Sql, ids: readonly string[]): Promise<SubscriptionChangeRow[]> =>
  sql.query.selectFrom('subscription_change').selectAll().where('id', 'in', ids).execute()

export const topUpsByIds = (sql: Sql, ids: readonly string[]): Promise<TopUpRow[]> =>
  sql.query.selectFrom('top_up').selectAll().where('id', 'in', ids).execute()

export function invoicesAtProvider(sql: Sql, keys: readonly string[]): Promise<InvoiceRow[]> {
  const { providers, externalIds } = partsOf(keys)
  return sql.query
    .selectFrom('invoice')
    .selectAll()
    .where('provider', 'in', providers)
    .where('externalId', 'in', externalIds)
    .execute()
}

export function subscriptionsAtProvider(sql: Sql, keys: readonly string[]): Promise<BillingSubscriptionRow[]> {
  const { providers, externalIds } = partsOf(keys)
  return sql.query
    .selectFrom('billing_subscription')
    .selectAll()
    .where('provider', 'in', providers)
    .where('externalId', 'in', externalIds)
    .execute()
}

/** The latest one of each checkout comes last. */
export const subscriptionsOfCheckouts = (sql: Sql, checkoutIds: readonly string[]): Promise<BillingSubscriptionRow[]> =>
  sql.query
    .selectFrom('billing_subscription')
    .selectAll()
    .where('checkoutId', 'in', checkoutIds)
    .orderBy('startedAt')
    .execute()

export const refundsByIds = (sql: Sql, ids: readonly string[]): Promise<RefundRow[]> =>
  sql.query.selectFrom('refund').selectAll().where('id', 'in', ids).execute()

export const disputesByIds = (sql: Sql, ids: readonly string[]): Promise<DisputeRow[]> =>
  sql.query.selectFrom('dispute').selectAll().where('id', 'in', ids).execute()

/** Disputes of purchases, oldest first. */
export const disputesOfPurchases = (sql: Sql, purchaseIds: readonly string[]): Promise<DisputeRow[]> =>
  sql.query
    .selectFrom('dispute')
    .selectAll()
    .where('purchaseId', 'in', purchaseIds)
    .orderBy('openedAt')
    .orderBy('id')
    .execute()

/** Refunds of purchases, oldest first. */
export const refundsOfPurchases = (sql: Sql, purchaseIds: readonly string[]): Promise<RefundRow[]> =>
  sql.query
    .selectFrom('refund')
    .selectAll()
    .where('purchaseId', 'in', purchaseIds)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
