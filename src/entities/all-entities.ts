import { SyncMessageSchema } from './marketplace/sync-message.entity.js'
import { TemplateSourceSchema } from './marketplace/template-source.entity.js'
import { PolicySchema } from './identity/policy.entity.js'
import { BrokerMessageSchema } from './deployments/broker-message.entity.js'
import { WebhookEndpointSchema } from './kernel/webhook-endpoint.entity.js'
import { WebhookDeliverySchema } from './kernel/webhook-delivery.entity.js'
import { AuditEntrySchema } from './kernel/audit-entry.entity.js'
import { StoredSecretSchema } from './kernel/stored-secret.entity.js'
import { ComposeAgentSchema } from './deployments/compose-agent.entity.js'
import { AdoptedBalanceSchema } from './billing/adopted-balance.entity.js'
import { AdoptedCustomerSchema } from './billing/adopted-customer.entity.js'
import { BillingCustomerSchema } from './billing/billing-customer.entity.js'
import { BillingNoticeSchema } from './billing/billing-notice.entity.js'
import { BillingSubscriptionSchema } from './billing/billing-subscription.entity.js'
import { CheckoutSchema } from './billing/checkout.entity.js'
import { DisputeSchema } from './billing/dispute.entity.js'
import { InvoiceSchema } from './billing/invoice.entity.js'
import { ProductSubscriptionSchema } from './billing/product-subscription.entity.js'
import { ProviderPriceSchema } from './billing/provider-price.entity.js'
import { SubscriptionChangeSchema } from './billing/subscription-change.entity.js'
import { PlanMigrationSchema } from './billing/plan-migration.entity.js'
import { PlanMigrationStepSchema } from './billing/plan-migration-step.entity.js'
import { RecurringPeriodSchema } from './billing/recurring-period.entity.js'
import { PurchaseSchema } from './billing/purchase.entity.js'
import { RefundSchema } from './billing/refund.entity.js'
import { CreditAdjustmentSchema } from './billing/credit-adjustment.entity.js'
import { PurchaseCreditSchema } from './billing/purchase-credit.entity.js'
import { RequestedCancellationSchema } from './billing/requested-cancellation.entity.js'
import { TrialRecordSchema } from './billing/trial-record.entity.js'
import { SubscriptionItemSchema } from './billing/subscription-item.entity.js'
import { PlanSchema } from './catalog/plan.entity.js'
import { PackageVersionSchema } from './catalog/package-version.entity.js'
import { PackageSchema } from './catalog/package.entity.js'
import { PlanVersionSchema } from './catalog/plan-version.entity.js'
import { PriceFeedSchema } from './catalog/price-feed.entity.js'
import { CatalogVersionSchema } from './catalog/catalog-version.entity.js'
import { PriceListSchema } from './catalog/price-list.entity.js'
import { PriceSchema } from './catalog/price.entity.js'
import { UnlistedValueSchema } from './catalog/unlisted-value.entity.js'
import { ProductSchema } from './catalog/product.entity.js'
import { AgentNonceSchema } from './deployments/agent-nonce.entity.js'
import { AgentAlarmSchema } from './deployments/agent-alarm.entity.js'
import { AgentNotificationSchema } from './deployments/agent-notification.entity.js'
import { AgentOutageSchema } from './deployments/agent-outage.entity.js'
import { ServerLoadSchema } from './deployments/server-load.entity.js'
import { ServerMetricsSchema } from './deployments/server-metrics.entity.js'
import { AgentSchema } from './deployments/agent.entity.js'
import { AppStateSchema } from './deployments/app-state.entity.js'
import { CommandReportSchema } from './deployments/command-report.entity.js'
import { CommandSchema } from './deployments/command.entity.js'
import { DeploymentSchema } from './deployments/deployment.entity.js'
import { RetiredAgentTokenSchema } from './deployments/retired-agent-token.entity.js'
import { EnrollmentTokenSchema } from './deployments/enrollment-token.entity.js'
import { AllocationPeriodSchema } from './entitlements/allocation-period.entity.js'
import { AllocationSchema } from './entitlements/allocation.entity.js'
import { UsageAmendmentSchema } from './entitlements/usage-amendment.entity.js'
import { UsageWarningSchema } from './entitlements/usage-warning.entity.js'
import { RateCountSchema } from './entitlements/rate-count.entity.js'
import { CreditDebtSchema } from './entitlements/credit-debt.entity.js'
import { CreditGrantSchema } from './entitlements/credit-grant.entity.js'
import { EntitlementOverrideSchema } from './entitlements/entitlement-override.entity.js'
import { LedgerEntrySchema } from './entitlements/ledger-entry.entity.js'
import { PackageAssignmentSchema } from './entitlements/package-assignment.entity.js'
import { PlanAssignmentSchema } from './entitlements/plan-assignment.entity.js'
import { OverageUsageSchema } from './entitlements/overage-usage.entity.js'
import { QuotaUsageSchema } from './entitlements/quota-usage.entity.js'
import { RatedUsageSchema } from './entitlements/rated-usage.entity.js'
import { AlertCrossingSchema } from './entitlements/alert-crossing.entity.js'
import { AlertSchema } from './entitlements/alert.entity.js'
import { SpendCapSchema } from './entitlements/spend-cap.entity.js'
import { SubAccountSchema } from './entitlements/sub-account.entity.js'
import { ReservationSchema } from './entitlements/reservation.entity.js'
import { AccountDirectorySchema } from './identity/account-directory.entity.js'
import { AccountSchema } from './identity/account.entity.js'
import { InvitationSchema } from './identity/invitation.entity.js'
import { MemberCountSchema } from './identity/member-count.entity.js'
import { MemberSchema } from './identity/member.entity.js'
import { ServiceKeySchema } from './identity/service-key.entity.js'
import { UserSchema } from './identity/user.entity.js'
import { BusinessClockSchema } from './kernel/business-clock.entity.js'
import { ScheduledJobSchema } from './kernel/scheduled-job.entity.js'
import { IdempotencyKeySchema } from './kernel/idempotency-key.entity.js'
import { InboxEventSchema } from './kernel/inbox-event.entity.js'
import { InboxObjectSchema } from './kernel/inbox-object.entity.js'
import { InstallationSchema } from './kernel/installation.entity.js'
import { MailMessageSchema } from './kernel/mail-message.entity.js'
import { OutboxEventSchema } from './kernel/outbox-event.entity.js'
import { OperatorEventSchema } from './kernel/operator-event.entity.js'
import { StreamEventSchema } from './kernel/stream-event.entity.js'
import { CategorySchema } from './marketplace/category.entity.js'
import { TemplateOwnershipSchema } from './marketplace/template-ownership.entity.js'
import { TemplateInstallSchema } from './marketplace/template-install.entity.js'
import { TemplateRatingSchema } from './marketplace/template-rating.entity.js'
import { TemplateReviewSchema } from './marketplace/template-review.entity.js'
import { TemplateVersionSchema } from './marketplace/template-version.entity.js'
import { TemplateSchema } from './marketplace/template.entity.js'
import { EarningsEntrySchema } from './marketplace/earnings-entry.entity.js'
import { VendorPayoutSchema } from './marketplace/vendor-payout.entity.js'
import { VendorSchema } from './marketplace/vendor.entity.js'
import { AccountExportPartSchema } from './ops/account-export-part.entity.js'
import { AccountJobSchema } from './ops/account-job.entity.js'
import { AnalyticsCheckpointSchema } from './ops/analytics-checkpoint.entity.js'
import { CountedCheckoutSchema } from './ops/counted-checkout.entity.js'
import { CreditDailySchema } from './ops/credit-daily.entity.js'
import { CountedPurchaseSchema } from './ops/counted-purchase.entity.js'
import { SalesDailySchema } from './ops/sales-daily.entity.js'
import { SubscriberPeriodSchema } from './ops/subscriber-period.entity.js'
import { UsageDailySchema } from './ops/usage-daily.entity.js'
import { UsageRollupSchema } from './ops/usage-rollup.entity.js'
import { AcceptedDriftSchema } from './ops/accepted-drift.entity.js'
import { JournalPeriodSchema } from './ops/journal-period.entity.js'
import { JournalPostingSchema } from './ops/journal-posting.entity.js'
import { ReconciliationRunSchema } from './ops/reconciliation-run.entity.js'
import { ReconciliationScheduleSchema } from './ops/reconciliation-schedule.entity.js'
import { AutoTopUpSchema } from './billing/auto-top-up.entity.js'
import { NegotiatedPlanSchema } from './billing/negotiated-plan.entity.js'
import { TopUpSchema } from './billing/top-up.entity.js'
import { UsageBatchSchema } from './billing/usage-batch.entity.js'
import { UsageBatchLineSchema } from './billing/usage-batch-line.entity.js'
import { UsageComparedUseSchema } from './billing/usage-compared-use.entity.js'
import { UsageComparisonAccountSchema } from './billing/usage-comparison-account.entity.js'
import { UsageComparisonSchema } from './billing/usage-comparison.entity.js'
import { UsageReportSchema } from './billing/usage-report.entity.js'
import { UsageWatermarkSchema } from './billing/usage-watermark.entity.js'
import { AccountChainSchema } from './ops/account-chain.entity.js'
import { AccountChainLinkSchema } from './ops/account-chain-link.entity.js'
import { LedgerRootSchema } from './ops/ledger-root.entity.js'
import { InvariantRoundSchema } from './ops/invariant-round.entity.js'
import { LedgerRootBlockSchema } from './ops/ledger-root-block.entity.js'
import { ReconciliationReportSchema } from './ops/reconciliation-report.entity.js'
import { SigningKeySchema } from './ops/signing-key.entity.js'

/** All tables. The database is opened with these entities. */
export const allEntities = [
  InstallationSchema,
  BusinessClockSchema,
  OperatorEventSchema,
  StreamEventSchema,
  OutboxEventSchema,
  InboxEventSchema,
  InboxObjectSchema,
  ScheduledJobSchema,
  IdempotencyKeySchema,
  AuditEntrySchema,
  StoredSecretSchema,
  MailMessageSchema,
  UserSchema,
  AccountSchema,
  AccountDirectorySchema,
  MemberSchema,
  InvitationSchema,
  MemberCountSchema,
  ServiceKeySchema,
  ProductSchema,
  PriceSchema,
  PriceFeedSchema,
  CatalogVersionSchema,
  PriceListSchema,
  UnlistedValueSchema,
  PlanSchema,
  PlanVersionSchema,
  PackageSchema,
  PackageVersionSchema,
  PlanAssignmentSchema,
  AllocationSchema,
  AllocationPeriodSchema,
  RateCountSchema,
  UsageWarningSchema,
  PackageAssignmentSchema,
  EntitlementOverrideSchema,
  CreditGrantSchema,
  CreditDebtSchema,
  QuotaUsageSchema,
  OverageUsageSchema,
  RatedUsageSchema,
  SpendCapSchema,
  SubAccountSchema,
  AlertSchema,
  AlertCrossingSchema,
  LedgerEntrySchema,
  UsageAmendmentSchema,
  ReservationSchema,
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
  CategorySchema,
  VendorSchema,
  TemplateSchema,
  TemplateOwnershipSchema,
  TemplateVersionSchema,
  TemplateReviewSchema,
  VendorPayoutSchema,
  EarningsEntrySchema,
  TemplateInstallSchema,
  TemplateRatingSchema,
  DeploymentSchema,
  RetiredAgentTokenSchema,
  EnrollmentTokenSchema,
  AgentSchema,
  ComposeAgentSchema,
  AgentNonceSchema,
  CommandSchema,
  CommandReportSchema,
  AccountJobSchema,
  AccountExportPartSchema,
  AnalyticsCheckpointSchema,
  CountedCheckoutSchema,
  CreditDailySchema,
  CountedPurchaseSchema,
  SalesDailySchema,
  SubscriberPeriodSchema,
  UsageDailySchema,
  UsageRollupSchema,
  AcceptedDriftSchema,
  JournalPeriodSchema,
  JournalPostingSchema,
  ReconciliationRunSchema,
  ReconciliationScheduleSchema,
  AccountChainSchema,
  AccountChainLinkSchema,
  LedgerRootSchema,
  InvariantRoundSchema,
  LedgerRootBlockSchema,
  SigningKeySchema,
  ReconciliationReportSchema,
  AppStateSchema,
  AgentNotificationSchema,
  AgentOutageSchema,
  ServerLoadSchema,
  ServerMetricsSchema,
  AgentAlarmSchema,
  UsageBatchSchema,
  UsageBatchLineSchema,
  UsageComparisonSchema,
  UsageComparisonAccountSchema,
  UsageComparedUseSchema,
  UsageReportSchema,
  UsageWatermarkSchema,
  WebhookEndpointSchema,
  WebhookDeliverySchema,
  TemplateSourceSchema,
  SyncMessageSchema,
  PolicySchema,
  BrokerMessageSchema,
] as const
