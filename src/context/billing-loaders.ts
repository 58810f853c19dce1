import type DataLoader from 'dataloader'
import type { BillingNoticeRow } from '../entities/billing/billing-notice.entity.js'
import type { BillingSubscriptionRow } from '../entities/billing/billing-subscription.entity.js'
import type { DisputeRow } from '../entities/billing/dispute.entity.js'
import type { InvoiceRow } from '../entities/billing/invoice.entity.js'
import type { NegotiatedPlanRow } from '../entities/billing/negotiated-plan.entity.js'
import type { PurchaseRow } from '../entities/billing/purchase.entity.js'
import type { RefundRow } from '../entities/billing/refund.entity.js'
import type { SubscriptionChangeRow } from '../entities/billing/subscription-change.entity.js'
import type { TopUpRow } from '../entities/billing/top-up.entity.js'
import { attemptsOfInvoices, noticeKey } from '../services/billing/invoices/invoice-timeline.js'
import { findPortalCustomers, type PortalCustomer } from '../services/billing/portal/portal.sql.js'
import {
  atProvider,
  disputesByIds,
  disputesOfPurchases,
  invoicesAtProvider,
  invoicesByIds,
  negotiatedPlansByIds,
  purchasesByIds,
  purchasesOfCheckouts,
  purchasesOfInvoices,
  refundsByIds,
  refundsOfPurchases,
  subscriptionChangesByIds,
  subscriptionsAtProvider,
  subscriptionsOfCheckouts,
  topUpsByIds,
} from '../services/billing/model/billing-links.js'
import type { Sql } from '../services/kernel/database/sql.js'
import { byId, many, one } from './batch.js'

/** Loaders of payments and of the links between them. Keys at a provider are those of `atProvider`. */
export interface BillingLoaders {
  readonly purchase: DataLoader<string, PurchaseRow | null>
  readonly purchaseOfCheckout: DataLoader<string, PurchaseRow | null>
  /** By the invoice at the provider. */
  readonly purchaseOfInvoice: DataLoader<string, PurchaseRow | null>
  readonly invoice: DataLoader<string, InvoiceRow | null>
  readonly invoiceAtProvider: DataLoader<string, InvoiceRow | null>
  /** By `noticeKey`: notices about attempts to collect the invoice, oldest first. */
  readonly attemptsOfInvoice: DataLoader<string, Pick<BillingNoticeRow, 'accountId' | 'kind' | 'key' | 'at'>[]>
  readonly subscriptionAtProvider: DataLoader<string, BillingSubscriptionRow | null>
  readonly subscriptionOfCheckout: DataLoader<string, BillingSubscriptionRow | null>
  /** By account. */
  readonly portalCustomer: DataLoader<string, PortalCustomer | null>
  readonly refund: DataLoader<string, RefundRow | null>
  readonly refundsOfPurchase: DataLoader<string, RefundRow[]>
  readonly dispute: DataLoader<string, DisputeRow | null>
  readonly disputesOfPurchase: DataLoader<string, DisputeRow[]>
  readonly negotiatedPlan: DataLoader<string, NegotiatedPlanRow | null>
  readonly subscriptionChange: DataLoader<string, SubscriptionChangeRow | null>
  readonly topUp: DataLoader<string, TopUpRow | null>
}

export const billingMakers: {
  readonly [Name in keyof BillingLoaders]: (parts: { readonly database: Sql }) => BillingLoaders[Name]
} = {
  purchase: ({ database: sql }) => byId((ids) => purchasesByIds(sql, ids)),
  purchaseOfCheckout: ({ database: sql }) =>
    one(
      (ids) => purchasesOfCheckouts(sql, ids),
      (row) => row.checkoutId ?? '',
    ),
  purchaseOfInvoice: ({ database: sql }) =>
    one(
      (keys) => purchasesOfInvoices(sql, keys),
      (row) => atProvider(row.provider, row.invoiceId ?? ''),
    ),
  invoice: ({ database: sql }) => byId((ids) => invoicesByIds(sql, ids)),
  invoiceAtProvider: ({ database: sql }) =>
    one(
      (keys) => invoicesAtProvider(sql, keys),
      (row) => atProvider(row.provider, row.externalId),
    ),
  attemptsOfInvoice: ({ database: sql }) =>
    many(
      (keys) => attemptsOfInvoices(sql, keys),
      (row) => noticeKey(row.accountId, row.key),
    ),
  subscriptionAtProvider: ({ database: sql }) =>
    one(
      (keys) => subscriptionsAtProvider(sql, keys),
      (row) => atProvider(row.provider, row.externalId),
    ),
  subscriptionOfCheckout: ({ database: sql }) =>
    one(
      (ids) => subscriptionsOfCheckouts(sql, ids),
      (row) => row.checkoutId ?? '',
    ),
  portalCustomer: ({ database: sql }) =>
    one(
      (accountIds) => sql.rows(findPortalCustomers, { accountIds }),
      (row) => row.accountId,
    ),
  refund: ({ database: sql }) => byId((ids) => refundsByIds(sql, ids)),
  refundsOfPurchase: ({ database: sql }) =>
    many(
      (ids) => refundsOfPurchases(sql, ids),
      (row) => row.purchaseId,
    ),
  dispute: ({ database: sql }) => byId((ids) => disputesByIds(sql, ids)),
  disputesOfPurchase: ({ database: sql }) =>
    many(
      (ids) => disputesOfPurchases(sql, ids),
      (row) => row.purchaseId,
    ),
  negotiatedPlan: ({ database: sql }) => byId((ids) => negotiatedPlansByIds(sql, ids)),
  subscriptionChange: ({ database: sql }) => byId((ids) => subscriptionChangesByIds(sql, ids)),
  topUp: ({ database: sql }) => byId((ids) => topUpsByIds(sql, ids)),
}
