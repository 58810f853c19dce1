import DataLoader from 'dataloader'
import type { BillingNoticeRow } from '#entities/billing/billing-notice.entity.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { DisputeRow } from '#entities/billing/dispute.entity.js'
import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import type { PlanMigrationStepRow } from '#entities/billing/plan-migration-step.entity.js'
import type { PlanMigrationRow } from '#entities/billing/plan-migration.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { ReconciliationRunRow } from '#entities/billing/reconciliation-run.entity.js'
import type { RefundRow } from '#entities/billing/refund.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import type { TopUpRow } from '#entities/billing/top-up.entity.js'
import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { UsageComparedUseRow } from '#entities/billing/usage-compared-use.entity.js'
import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import type { UsageAmendmentRow } from '#entities/entitlements/usage-amendment.entity.js'
import { attemptsOfInvoices, noticeKey } from '#services/billing/invoices/invoice-timeline.js'
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
} from '#services/billing/model/billing-links.js'
import { creditedChangesOf, scheduledChangesOf } from '#services/billing/model/change-queries.js'
import { findPortalCustomers, type PortalCustomer } from '#services/billing/portal/portal.sql.js'
import {
  checkoutsByIds,
  itemsOfSubscriptions,
  liveSubscriptionsOf,
  subscriptionItemsByIds,
  subscriptionsByIds,
} from '#services/billing/queries/billing-queries.js'
import { runsByIds } from '#services/billing/reconciliation/reconciliation-runs.js'
import {
  countSteps,
  migrationStepsByIds,
  migrationsByIds,
  type MigrationStepCount,
} from '#services/billing/subscriptions/migrate/plan-migrations.js'
import { amendmentsByIds, amendmentsOf } from '#services/billing/usage-amendments/usage-amendments.js'
import {
  batchesByIds,
  countLines,
  linesByIds,
  type BatchLineCount,
} from '#services/billing/usage-batches/usage-batches.js'
import {
  accountsOfComparisons,
  comparisonsByIds,
  differencesByIds,
  type ComparedAccount,
} from '#services/billing/usage-comparisons/usage-comparisons.js'
import type { OperationPosition } from '#services/entitlements/usage/replay-result.js'
import { byId, many, one } from '../batch.js'
import type { LoaderMakers } from '../loaders.js'
import { placeKey } from '../entitlements/entitlement-loaders.js'

/** Loaders of sales, payments and the links between them. Keys at a provider are those of `atProvider`. */
export interface BillingLoaders {
  readonly checkout: DataLoader<string, CheckoutRow | null>
  readonly subscription: DataLoader<string, BillingSubscriptionRow | null>
  readonly liveSubscriptionOfAccount: DataLoader<string, BillingSubscriptionRow | null>
  readonly subscriptionItems: DataLoader<string, SubscriptionItemRow[]>
  readonly subscriptionItem: DataLoader<string, SubscriptionItemRow | null>
  readonly scheduledChange: DataLoader<string, SubscriptionChangeRow | null>
  readonly migrationStepCounts: DataLoader<string, MigrationStepCount[]>
  readonly usageAmendment: DataLoader<string, UsageAmendmentRow | null>
  readonly usageBatch: DataLoader<string, UsageBatchRow | null>
  readonly usageBatchLine: DataLoader<string, UsageBatchLineRow | null>
  readonly usageComparison: DataLoader<string, UsageComparisonRow | null>
  readonly usageDifference: DataLoader<string, UsageComparedUseRow | null>
  readonly usageBatchCounts: DataLoader<string, BatchLineCount[]>
  readonly usageComparisonAccounts: DataLoader<string, ComparedAccount[]>
  readonly creditedChange: DataLoader<string, SubscriptionChangeRow | null>
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
  readonly reconciliationRun: DataLoader<string, ReconciliationRunRow | null>
  readonly refund: DataLoader<string, RefundRow | null>
  readonly refundsOfPurchase: DataLoader<string, RefundRow[]>
  readonly dispute: DataLoader<string, DisputeRow | null>
  readonly disputesOfPurchase: DataLoader<string, DisputeRow[]>
  readonly negotiatedPlan: DataLoader<string, NegotiatedPlanRow | null>
  readonly subscriptionChange: DataLoader<string, SubscriptionChangeRow | null>
  readonly topUp: DataLoader<string, TopUpRow | null>
  /** Amendments of a consumption, oldest first. */
  readonly amendments: DataLoader<OperationPosition, UsageAmendmentRow[], string>
  readonly planMigration: DataLoader<string, PlanMigrationRow | null>
  readonly planMigrationStep: DataLoader<string, PlanMigrationStepRow | null>
}

declare module '../loaders.js' {
  interface Loaders extends BillingLoaders {}
}

export const billingLoaders: LoaderMakers<BillingLoaders> = {
  checkout: ({ database: sql }) => byId((ids) => checkoutsByIds(sql, ids)),
  subscription: ({ database: sql }) => byId((ids) => subscriptionsByIds(sql, ids)),
  liveSubscriptionOfAccount: ({ database: sql }) =>
    one(
      (ids) => liveSubscriptionsOf(sql, ids),
      (row) => row.accountId,
    ),
  subscriptionItems: ({ database: sql }) =>
    many(
      (ids) => itemsOfSubscriptions(sql, ids),
      (row) => row.subscriptionId,
    ),
  subscriptionItem: ({ database: sql }) => byId((ids) => subscriptionItemsByIds(sql, ids)),
  scheduledChange: ({ database: sql }) =>
    one(
      (ids) => scheduledChangesOf(sql, ids),
      (row) => row.subscriptionId,
    ),
  migrationStepCounts: ({ database: sql }) =>
    many(
      (ids) => countSteps(sql, ids),
      (count) => count.migrationId,
    ),
  usageAmendment: ({ database: sql }) => byId((ids) => amendmentsByIds(sql, ids)),
  usageBatch: ({ database: sql }) => byId((ids) => batchesByIds(sql, ids)),
  usageBatchLine: ({ database: sql }) => byId((ids) => linesByIds(sql, ids)),
  usageComparison: ({ database: sql }) => byId((ids) => comparisonsByIds(sql, ids)),
  usageDifference: ({ database: sql }) => byId((ids) => differencesByIds(sql, ids)),
  usageBatchCounts: ({ database: sql }) =>
    many(
      (ids) => countLines(sql, ids),
      (count) => count.batchId,
    ),
  usageComparisonAccounts: ({ database: sql }) =>
    many(
      (ids) => accountsOfComparisons(sql, ids),
      (account) => account.comparisonId,
    ),
  creditedChange: ({ database: sql }) =>
    one(
      (ids) => creditedChangesOf(sql, ids),
      (row) => row.subscriptionId,
    ),
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
  reconciliationRun: ({ database: sql }) => byId((ids) => runsByIds(sql, ids)),
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
  amendments: ({ database: sql }) =>
    new DataLoader(
      async (places) => {
        const rows = Map.groupBy(await amendmentsOf(sql, places), (row) =>
          placeKey({ ...row, version: row.consumptionVersion, operationNo: row.consumptionOperationNo }),
        )
        return places.map((place) => rows.get(placeKey(place)) ?? [])
      },
      { cacheKeyFn: placeKey },
    ),
  planMigration: ({ database: sql }) => byId((ids) => migrationsByIds(sql, ids)),
  planMigrationStep: ({ database: sql }) => byId((ids) => migrationStepsByIds(sql, ids)),
}
