import { billingLoaders } from '../context/billing/billing-loaders.js'
import { openBilling } from '../context/billing/billing-parts.js'
import { AcceptedDriftSchema } from '../entities/billing/accepted-drift.entity.js'
import { AdoptedBalanceSchema } from '../entities/billing/adopted-balance.entity.js'
import { AdoptedCustomerSchema } from '../entities/billing/adopted-customer.entity.js'
import { AutoTopUpSchema } from '../entities/billing/auto-top-up.entity.js'
import { BillingCustomerSchema } from '../entities/billing/billing-customer.entity.js'
import { BillingNoticeSchema } from '../entities/billing/billing-notice.entity.js'
import { BillingSubscriptionSchema } from '../entities/billing/billing-subscription.entity.js'
import { CheckoutSchema } from '../entities/billing/checkout.entity.js'
import { CountedCheckoutSchema } from '../entities/billing/counted-checkout.entity.js'
import { CountedPurchaseSchema } from '../entities/billing/counted-purchase.entity.js'
import { CreditAdjustmentSchema } from '../entities/billing/credit-adjustment.entity.js'
import { DisputeSchema } from '../entities/billing/dispute.entity.js'
import { InvoiceSchema } from '../entities/billing/invoice.entity.js'
import { JournalPeriodSchema } from '../entities/billing/journal-period.entity.js'
import { JournalPostingSchema } from '../entities/billing/journal-posting.entity.js'
import { NegotiatedPlanSchema } from '../entities/billing/negotiated-plan.entity.js'
import { PlanMigrationStepSchema } from '../entities/billing/plan-migration-step.entity.js'
import { PlanMigrationSchema } from '../entities/billing/plan-migration.entity.js'
import { ProductSubscriptionSchema } from '../entities/billing/product-subscription.entity.js'
import { ProviderPriceSchema } from '../entities/billing/provider-price.entity.js'
import { PurchaseCreditSchema } from '../entities/billing/purchase-credit.entity.js'
import { PurchaseSchema } from '../entities/billing/purchase.entity.js'
import { ReconciliationReportSchema } from '../entities/billing/reconciliation-report.entity.js'
import { ReconciliationRunSchema } from '../entities/billing/reconciliation-run.entity.js'
import { ReconciliationScheduleSchema } from '../entities/billing/reconciliation-schedule.entity.js'
import { RecurringPeriodSchema } from '../entities/billing/recurring-period.entity.js'
import { RefundSchema } from '../entities/billing/refund.entity.js'
import { RequestedCancellationSchema } from '../entities/billing/requested-cancellation.entity.js'
import { SalesDailySchema } from '../entities/billing/sales-daily.entity.js'
import { SubscriberPeriodSchema } from '../entities/billing/subscriber-period.entity.js'
import { SubscriptionChangeSchema } from '../entities/billing/subscription-change.entity.js'
import { SubscriptionItemSchema } from '../entities/billing/subscription-item.entity.js'
import { TopUpSchema } from '../entities/billing/top-up.entity.js'
import { TrialRecordSchema } from '../entities/billing/trial-record.entity.js'
import { UsageBatchLineSchema } from '../entities/billing/usage-batch-line.entity.js'
import { UsageBatchSchema } from '../entities/billing/usage-batch.entity.js'
import { UsageComparedUseSchema } from '../entities/billing/usage-compared-use.entity.js'
import { UsageComparisonAccountSchema } from '../entities/billing/usage-comparison-account.entity.js'
import { UsageComparisonSchema } from '../entities/billing/usage-comparison.entity.js'
import { UsageReportSchema } from '../entities/billing/usage-report.entity.js'
import { UsageWatermarkSchema } from '../entities/billing/usage-watermark.entity.js'
import { AccountCalendarResolver } from '../resolvers/billing/account-calendar.resolver.js'
import { AutoTopUpResolver } from '../resolvers/billing/auto-top-up.resolver.js'
import { BillingDetailsResolver } from '../resolvers/billing/billing-details.resolver.js'
import { BillingInfoResolver } from '../resolvers/billing/billing-info.resolver.js'
import { billingNodes, providerReporters } from '../resolvers/billing/billing-nodes.js'
import { CatalogDiffResolver } from '../resolvers/billing/catalog-diff.resolver.js'
import { CheckoutsResolver } from '../resolvers/billing/checkouts.resolver.js'
import { CheckoutResolver } from '../resolvers/billing/checkout.resolver.js'
import { DeniedSubscriptionResolver } from '../resolvers/billing/denied-subscription.resolver.js'
import { DriftResolver } from '../resolvers/billing/drift.resolver.js'
import { AccountEventsResolver } from '../resolvers/billing/event.resolver.js'
import { InvoiceTermsResolver } from '../resolvers/billing/invoice-terms.resolver.js'
import { InvoiceResolver } from '../resolvers/billing/invoice.resolver.js'
import { journalResolvers } from '../resolvers/billing/journal.resolver.js'
import { OpenBillingPortalResolver } from '../resolvers/billing/open-billing-portal.resolver.js'
import { OpenChargeResolver } from '../resolvers/billing/open-charge.resolver.js'
import { OperationResolver } from '../resolvers/billing/operation.resolver.js'
import { planMigrationResolvers } from '../resolvers/billing/plan-migration.resolver.js'
import { OfferedPlanResolver, PlanOfferResolver } from '../resolvers/billing/plan-offer.resolver.js'
import {
  AccountPurchasesResolver,
  InvoiceCountResolver,
  PurchaseResolver,
} from '../resolvers/billing/purchase.resolver.js'
import { PurchasesResolver } from '../resolvers/billing/purchases.resolver.js'
import { ReconciliationReportsResolver } from '../resolvers/billing/reconciliation-reports.resolver.js'
import { DriftCountResolver, ReconciliationResolver } from '../resolvers/billing/reconciliation.resolver.js'
import { SetChargingTermsResolver } from '../resolvers/billing/set-charging-terms.resolver.js'
import { subscriptionResolvers } from '../resolvers/billing/subscription-resolvers.js'
import { SubscriptionsResolver } from '../resolvers/billing/subscriptions.resolver.js'
import { AmendedConsumptionResolver, UsageAmendmentResolver } from '../resolvers/billing/usage-amendment.resolver.js'
import { usageBatchResolvers } from '../resolvers/billing/usage-batch.resolver.js'
import { usageComparisonResolvers } from '../resolvers/billing/usage-comparison.resolver.js'
import { billingRoutes } from '../rest/billing/billing.js'
import { billingPages } from '../rest/billing/lead-on-pages.js'
import { journalRoute } from '../rest/billing/journal.js'
import { billingOperations } from '../rest/billing/operations.js'
import { receiptRoutes } from '../rest/billing/receipts.js'
import { returnPage } from '../rest/billing/return-page.js'
import { attributionBillingRoutes } from '../rest/billing/seeds/attribution-billing.js'
import { communityBillingRoutes } from '../rest/billing/seeds/community-billing.js'
import { packageRoutes } from '../rest/billing/seeds/packages.js'
import { usageOperations } from '../rest/billing/usage-operations.js'
import { webhookRoutes } from '../rest/billing/webhooks.js'
import { pushNewPrices } from '../services/billing/catalog-push/push-new-prices.js'
import { requireParentAddress } from '../services/billing/checkout/return-urls.js'
import { startIntentSweeper } from '../services/billing/checkout/sweep-intents.js'
import { deleteProviderCustomers } from '../services/billing/customers/delete-provider-customers.js'
import { beforeEnds, billingJobs } from '../services/billing/job-handlers.js'
import { startReconciliationReports } from '../services/billing/reconciliation/make-report.js'
import { startReconciliation } from '../services/billing/reconciliation/schedule.js'
import { closeEndedSubscription } from '../services/billing/refunds/close-ended-subscription.js'
import { followReturnedMoney } from '../services/billing/refunds/follow-returned-money.js'
import { billingRemedies } from '../services/billing/remedies/billing-remedies.js'
import { startChangeSweeper } from '../services/billing/subscriptions/changes/sweep-changes.js'
import { startUsageReporter } from '../services/billing/overage/report-usage.js'
import { sendClaims } from '../services/billing/overage/send-usage.js'
import { InstallationProvidersResolver } from '../resolvers/billing/installation-providers.resolver.js'
import { billingErasure } from '../services/billing/account-data/billing-erasure.js'
import { billingRules } from '../services/billing/invariants/billing-rules.js'
import { termsRules } from '../services/billing/invariants/terms-rules.js'
import { billingSealed } from '../services/billing/model/billing-sealed.js'
import { billingRetention } from '../services/billing/retention/billing-retention.js'
import { salesAggregates } from '../services/billing/analytics/sales-aggregates.js'
import { checkedProviders, createProviders } from '../wiring/providers.js'
import '../schema/billing/extended-types.js'
import { DeletionCostsResolver } from '../resolvers/billing/deletion-costs.resolver.js'
import { packagePerformanceRoute } from '../rest/billing/seeds/package-performance.js'
import { billingDeletion } from '../services/billing/account-data/billing-deletion.js'
import { billingChecks } from '../services/billing/doctor/check-billing.js'
import { billingMetrics } from '../services/billing/metrics/billing-metrics.js'
import { salesReports } from '../services/billing/metrics/sales-reports.js'
import { standIns } from '../wiring/stand-ins.js'
import { WebhookEventResolver } from '../resolvers/billing/webhook-event.resolver.js'
import { CatalogDraftResolver } from '../resolvers/billing/catalog-draft.resolver.js'
import { billingEvents } from '../services/billing/event-data/billing-events.js'
import { billingSearch } from '../services/billing/search/search-ctes.js'
import { defineModule } from './module.js'

/** Its tables. They give statements their types. */
export const billingEntities = [
  AdoptedBalanceSchema,
  AdoptedCustomerSchema,
  BillingCustomerSchema,
  ProviderPriceSchema,
  CheckoutSchema,
  BillingSubscriptionSchema,
  SubscriptionItemSchema,
  CreditAdjustmentSchema,
  PurchaseCreditSchema,
  RequestedCancellationSchema,
  SubscriptionChangeSchema,
  PlanMigrationSchema,
  PlanMigrationStepSchema,
  RecurringPeriodSchema,
  TrialRecordSchema,
  BillingNoticeSchema,
  ProductSubscriptionSchema,
  PurchaseSchema,
  RefundSchema,
  DisputeSchema,
  AutoTopUpSchema,
  NegotiatedPlanSchema,
  TopUpSchema,
  InvoiceSchema,
  UsageBatchSchema,
  UsageBatchLineSchema,
  UsageComparisonSchema,
  UsageComparisonAccountSchema,
  UsageComparedUseSchema,
  UsageReportSchema,
  UsageWatermarkSchema,
  AcceptedDriftSchema,
  JournalPeriodSchema,
  JournalPostingSchema,
  ReconciliationReportSchema,
  ReconciliationRunSchema,
  ReconciliationScheduleSchema,
  CountedCheckoutSchema,
  CountedPurchaseSchema,
  SalesDailySchema,
  SubscriberPeriodSchema,
] as const

/** Plans and packages that are sold: checkouts, subscriptions, invoices, refunds. */
export const billing = defineModule({
  name: 'billing',
  requires: ['core'],
  entities: billingEntities,
  resolvers: [
    CatalogDraftResolver,
    WebhookEventResolver,
    InstallationProvidersResolver,
    InvoiceCountResolver,
    AutoTopUpResolver,
    AmendedConsumptionResolver,
    UsageAmendmentResolver,
    ...usageBatchResolvers,
    ...usageComparisonResolvers,
    CheckoutResolver,
    DeniedSubscriptionResolver,
    PurchaseResolver,
    AccountPurchasesResolver,
    AccountCalendarResolver,
    AccountEventsResolver,
    InvoiceResolver,
    InvoiceTermsResolver,
    ...subscriptionResolvers,
    ...planMigrationResolvers,
    OfferedPlanResolver,
    PlanOfferResolver,
    OpenBillingPortalResolver,
    BillingDetailsResolver,
    SetChargingTermsResolver,
    BillingInfoResolver,
    OpenChargeResolver,
    DeletionCostsResolver,
    OperationResolver,
    CatalogDiffResolver,
    CheckoutsResolver,
    DriftResolver,
    DriftCountResolver,
    ReconciliationResolver,
    ReconciliationReportsResolver,
    PurchasesResolver,
    SubscriptionsResolver,
    ...journalResolvers,
  ],
  verifyCatalog: requireParentAddress,
  parts: (base, secrets) => openBilling(base, createProviders(base, secrets)),
  start: async (system, catalogChanged) => {
    if (system.config.mode === 'sandbox') await pushNewPrices(system, catalogChanged)
  },
  loaders: billingLoaders,
  nodes: billingNodes,
  reporters: providerReporters,
  remedies: billingRemedies,
  operations: [...billingOperations, ...usageOperations],
  routes: (host, { receiver }) => [
    webhookRoutes(host, receiver),
    billingRoutes(host),
    receiptRoutes(host),
    journalRoute(host),
    returnPage(host),
    communityBillingRoutes(host),
    attributionBillingRoutes(host),
    packageRoutes(host),
    packagePerformanceRoute(host),
  ],
  pages: billingPages,
  dashboardPages: {
    billing: ['/plans', '/return', '/a/$account/plans', '/a/$account/billing'],
    operations: [
      '/ops/catalog',
      '/ops/catalog/migrations/$id',
      '/ops/checkouts',
      '/ops/figures',
      '/ops/inbox',
      '/ops/inbox/$id',
      '/ops/reconciliation',
      '/ops/reconciliation/$id',
      '/ops/usage-batches',
      '/ops/usage-batches/$id',
      '/ops/usage-comparisons',
      '/ops/usage-comparisons/$id',
    ],
  },
  documentation: [
    'tutorials/gate-a-feature.md',
    'tutorials/attribution.md',
    'tutorials/agileforge.md',
    'tutorials/communities.md',
    'purchases.md',
    'subscriptions.md',
    'overage.md',
    'top-ups.md',
    'negotiated-plans.md',
    'usage-batches.md',
    'shadow-mode.md',
    'import.md',
    'iframe.md',
    'alerts/checkout-creation-failures.md',
    'alerts/no-provider-events.md',
    'alerts/provider-unavailable.md',
    'alerts/reconciliation-drift.md',
    'alerts/usage-reports-dead-lettered.md',
    'alerts/webhooks-rejected.md',
  ],
  events: billingEvents,
  on: (_system, inContext) => ({
    'account.deleted': [inContext(deleteProviderCustomers)],
    'subscription.canceled': [inContext(closeEndedSubscription)],
    'product.unsubscribed': [inContext(closeEndedSubscription)],
    'purchase.paid': [inContext(followReturnedMoney)],
    'purchase.disputed': [inContext(followReturnedMoney)],
    'purchase.restored': [inContext(followReturnedMoney)],
    'purchase.refunded': [inContext(followReturnedMoney)],
    'purchase.charged_back': [inContext(followReturnedMoney), inContext(sendClaims)],
  }),
  jobs: billingJobs,
  beforeJobs: beforeEnds,
  invariants: [...billingRules, ...termsRules],
  standIns,
  search: billingSearch,
  metrics: billingMetrics,
  reports: salesReports,
  checks: billingChecks(checkedProviders),
  erasure: billingErasure,
  deletion: [billingDeletion],
  retention: billingRetention,
  sealed: billingSealed,
  aggregates: salesAggregates,
  processMetrics: [
    'inboxEvents',
    'webhooksRefused',
    'providerCalls',
    'providerCallSeconds',
    'reconciliationDrift',
    'usageReportsDead',
  ],
  workers: (system) => [
    startIntentSweeper(system),
    startChangeSweeper(system),
    startUsageReporter(system),
    startReconciliation(system),
    startReconciliationReports(system),
  ],
})
