import type { NonEmptyArray } from 'type-graphql'
import { overageResolvers } from './entitlements/overage.resolver.js'
import { SeatHolderResolver, SeatLicenseResolver, SeatResolver } from './entitlements/seat.resolver.js'
import { AutoTopUpResolver } from './billing/auto-top-up.resolver.js'
import { AmendedConsumptionResolver, UsageAmendmentResolver } from './billing/usage-amendment.resolver.js'
import { usageComparisonResolvers } from './billing/usage-comparison.resolver.js'
import { usageBatchResolvers } from './billing/usage-batch.resolver.js'
import { CheckoutResolver } from './billing/checkout.resolver.js'
import { ClockResolver } from './ops/clock.resolver.js'
import { OpenChargeResolver } from './billing/open-charge.resolver.js'
import { OperationResolver } from './billing/operation.resolver.js'
import { BillingDetailsResolver } from './billing/billing-details.resolver.js'
import { BillingInfoResolver } from './billing/billing-info.resolver.js'
import { OpenBillingPortalResolver } from './billing/open-billing-portal.resolver.js'
import { AccountCalendarResolver } from './billing/account-calendar.resolver.js'
import { InvoiceTermsResolver } from './billing/invoice-terms.resolver.js'
import { InvoiceResolver } from './billing/invoice.resolver.js'
import { subscriptionResolvers } from './billing/subscription-resolvers.js'
import { planMigrationResolvers } from './billing/plan-migration.resolver.js'
import { AccountPurchasesResolver, InvoiceCountResolver, PurchaseResolver } from './billing/purchase.resolver.js'
import { PackageResolver } from './catalog/package.resolver.js'
import {
  FeatureEdgesResolver,
  PackageEdgesResolver,
  PlanEdgesResolver,
  PriceEdgesResolver,
} from './catalog/catalog-edges.resolver.js'
import { FeatureResolver } from './catalog/feature.resolver.js'
import { PlanOfferResolver, PlanResolver } from './catalog/plan.resolver.js'
import { PlanVersionResolver } from './catalog/plan-version.resolver.js'
import { ProductCountResolver, ProductResolver } from './catalog/product.resolver.js'
import { TemplateEligibilityResolver } from './deployments/template-eligibility.resolver.js'
import { AlertResolver } from './entitlements/alert.resolver.js'
import { AgentResolver } from './deployments/agent.resolver.js'
import { CommandResolver } from './deployments/command.resolver.js'
import { CommandValuesResolver } from './deployments/command-values.resolver.js'
import {
  AccountDeploymentsResolver,
  CommandCountResolver,
  DeploymentConnectionResolver,
  DeploymentListsResolver,
} from './deployments/deployment-lists.resolver.js'
import { DeploymentPlanResolver, DeploymentPlanStepResolver } from './deployments/deployment-plan.resolver.js'
import { DeploymentResolver } from './deployments/deployment.resolver.js'
import { EnqueueCommandsResolver } from './deployments/enqueue-commands.resolver.js'
import {
  DeploymentAppResolver,
  DeploymentServerResolver,
  ObservedDeploymentResolver,
} from './deployments/server-state.resolver.js'
import { AccountPlanResolver } from './entitlements/account-plan.resolver.js'
import {
  AccountEntitlementsResolver,
  EntitlementSourceResolver,
  UsageEntitlementsResolver,
} from './entitlements/account-entitlements.resolver.js'
import { AllocationResolver } from './entitlements/allocation.resolver.js'
import { AccountConsumptionsResolver, ConsumptionResolver } from './entitlements/consumption.resolver.js'
import { SubAccountEdgesResolver, SubAccountResolver } from './entitlements/sub-account.resolver.js'
import { SpendCapResolver, SpendCapsResolver } from './entitlements/spend-cap.resolver.js'
import { ReservationResolver } from './entitlements/reservation.resolver.js'
import { PlanCheckResolver } from './entitlements/plan-check.resolver.js'
import { CheckResolver } from './entitlements/check.resolver.js'
import { EntitlementsTokenResolver } from './entitlements/entitlements-token.resolver.js'
import { AccountCreditsResolver, CreditBalanceResolver, LedgerEntryResolver } from './entitlements/credit.resolver.js'
import { CreditGrantResolver } from './entitlements/credit-grant.resolver.js'
import { CompedPlanResolver } from './entitlements/comped-plan.resolver.js'
import { OverrideResolver } from './entitlements/override.resolver.js'
import { EntitlementStreamResolver } from './entitlements/entitlements.resolver.js'
import { PolicyResolver } from './identity/policy.resolver.js'
import {
  AccountWebhooksResolver,
  WebhookDeliveryCountResolver,
  WebhookDeliveryResolver,
  WebhookEndpointFieldsResolver,
  WebhookEndpointResolver,
} from './identity/webhook-endpoint.resolver.js'
import {
  AccountApiKeysResolver,
  AccountSessionsResolver,
  ApiKeyCountResolver,
  ApiKeyResolver,
} from './identity/api-key.resolver.js'
import { AccountGroupsResolver } from './identity/account-groups.resolver.js'
import { AccountResolver, MemberCountResolver, ViewerResolver } from './identity/account.resolver.js'
import {
  AccountInvitationsResolver,
  InvitationCountResolver,
  InvitationMutationsResolver,
  InvitationResolver,
  ViewerInvitationsResolver,
} from './identity/invitation.resolver.js'
import { MemberResolver, MembershipResolver } from './identity/member.resolver.js'
import { AccountEventsResolver, DeploymentEventsResolver, EventResolver } from './kernel/event.resolver.js'
import { MoneyResolver } from './kernel/money.resolver.js'
import { DenialResolver, NodeResolver, RemedyResolver } from './kernel/node.resolver.js'
import { AccountJobResolver } from './ops/account-job.resolver.js'
import { ActorResolver } from './identity/actor.resolver.js'
import { AuditResolver } from './ops/audit.resolver.js'
import { CatalogDiffResolver } from './billing/catalog-diff.resolver.js'
import { AgentsResolver } from './ops/agents.resolver.js'
import { DeploymentsResolver } from './ops/deployments.resolver.js'
import { OutagesResolver } from './ops/outages.resolver.js'
import { PurchasesResolver } from './ops/purchases.resolver.js'
import { SubscriptionsResolver } from './ops/subscriptions.resolver.js'
import { journalResolvers } from './ops/journal.resolver.js'
import { metricsResolvers } from './ops/metrics.resolver.js'
import { AccountsResolver } from './ops/accounts.resolver.js'
import { SearchResolver } from './ops/search.resolver.js'
import { CheckoutReviewResolver } from './ops/checkout.resolver.js'
import { DeadLetterResolver } from './ops/dead-letter.resolver.js'
import { CatalogDraftResolver } from './ops/catalog-draft.resolver.js'
import { PriceListResolver } from './ops/price-list.resolver.js'
import { QueueStatsResolver } from './ops/queue-stats.resolver.js'
import { DriftResolver } from './ops/drift.resolver.js'
import { SigningKeysResolver, StatementAccountResolver, StatementResolver } from './ops/statement.resolver.js'
import { AccountInvariantsResolver } from './ops/account-invariants.resolver.js'
import { ReconciliationReportsResolver } from './ops/reconciliation-reports.resolver.js'
import { DriftCountResolver, ReconciliationResolver } from './ops/reconciliation.resolver.js'
import { InstallationResolver } from './ops/installation.resolver.js'
import { InvariantResolver } from './ops/invariant.resolver.js'
import { WebhookEventResolver } from './ops/webhook-event.resolver.js'
import { AccountTemplatesResolver, PurchaseTemplateResolver } from './marketplace/purchase-template.resolver.js'
import { GrantTemplateResolver } from './marketplace/grant-template.resolver.js'
import { CategoryResolver } from './marketplace/category.resolver.js'
import { TemplateReviewResolver } from './marketplace/template-review.resolver.js'
import { TemplateChangesResolver } from './marketplace/template-changes.resolver.js'
import { PayoutsResolver } from './marketplace/payouts.resolver.js'
import { RatedTemplateResolver, TemplateRatingResolver } from './marketplace/template-rating.resolver.js'
import { ReviewedTemplateResolver, TemplateVersionResolver } from './marketplace/template-version.resolver.js'
import { VendorProfileResolver } from './marketplace/vendor-profile.resolver.js'
import {
  AccountVendorResolver,
  EarningsEntryResolver,
  VendorFieldsResolver,
  VendorPayoutResolver,
  ViewerVendorResolver,
} from './marketplace/vendor-fields.resolver.js'
import { VendorConnectionResolver, VendorResolver } from './marketplace/vendor.resolver.js'
import { TemplateFacetsResolver } from './marketplace/template-facets.resolver.js'
import {
  TemplateConnectionResolver,
  DeniedTemplateResolver,
  TemplateResolver,
} from './marketplace/template.resolver.js'

/** All resolvers. The schema is built from these. */
export const allResolvers: NonEmptyArray<Function> = [
  NodeResolver,
  DenialResolver,
  RemedyResolver,
  MoneyResolver,
  ViewerResolver,
  AccountResolver,
  AccountGroupsResolver,
  MemberResolver,
  PolicyResolver,
  WebhookEndpointResolver,
  WebhookDeliveryResolver,
  AccountInvitationsResolver,
  InvitationMutationsResolver,
  InvitationResolver,
  InvitationCountResolver,
  ViewerInvitationsResolver,
  MemberCountResolver,
  AccountApiKeysResolver,
  AccountSessionsResolver,
  ApiKeyCountResolver,
  AccountWebhooksResolver,
  WebhookDeliveryCountResolver,
  WebhookEndpointFieldsResolver,
  MembershipResolver,
  ApiKeyResolver,
  PlanResolver,
  PlanOfferResolver,
  PlanVersionResolver,
  FeatureEdgesResolver,
  FeatureResolver,
  PackageEdgesResolver,
  PlanEdgesResolver,
  PriceEdgesResolver,
  PackageResolver,
  InvoiceCountResolver,
  ProductCountResolver,
  ProductResolver,
  AccountPlanResolver,
  AccountEntitlementsResolver,
  UsageEntitlementsResolver,
  EntitlementSourceResolver,
  CheckResolver,
  EntitlementsTokenResolver,
  PlanCheckResolver,
  CompedPlanResolver,
  OverrideResolver,
  ConsumptionResolver,
  AccountConsumptionsResolver,
  ReservationResolver,
  SpendCapResolver,
  SpendCapsResolver,
  SubAccountEdgesResolver,
  SubAccountResolver,
  AlertResolver,
  AutoTopUpResolver,
  SeatHolderResolver,
  SeatLicenseResolver,
  SeatResolver,
  ...overageResolvers,
  AmendedConsumptionResolver,
  UsageAmendmentResolver,
  ...usageBatchResolvers,
  ...usageComparisonResolvers,
  AllocationResolver,
  CreditGrantResolver,
  AccountCreditsResolver,
  CreditBalanceResolver,
  LedgerEntryResolver,
  EntitlementStreamResolver,
  CheckoutResolver,
  PurchaseResolver,
  AccountPurchasesResolver,
  AccountCalendarResolver,
  InvoiceResolver,
  InvoiceTermsResolver,
  ...subscriptionResolvers,
  ...planMigrationResolvers,
  OpenBillingPortalResolver,
  BillingDetailsResolver,
  BillingInfoResolver,
  EventResolver,
  AccountEventsResolver,
  DeploymentEventsResolver,
  ClockResolver,
  OpenChargeResolver,
  OperationResolver,
  WebhookEventResolver,
  AccountsResolver,
  SearchResolver,
  CheckoutReviewResolver,
  DeadLetterResolver,
  QueueStatsResolver,
  DriftResolver,
  DriftCountResolver,
  ReconciliationResolver,
  StatementAccountResolver,
  StatementResolver,
  SigningKeysResolver,
  ReconciliationReportsResolver,
  AccountInvariantsResolver,
  CatalogDiffResolver,
  AgentsResolver,
  DeploymentsResolver,
  OutagesResolver,
  PurchasesResolver,
  SubscriptionsResolver,
  ...journalResolvers,
  ...metricsResolvers,
  CatalogDraftResolver,
  PriceListResolver,
  ActorResolver,
  AuditResolver,
  AccountJobResolver,
  InstallationResolver,
  InvariantResolver,
  DeniedTemplateResolver,
  TemplateResolver,
  CategoryResolver,
  TemplateConnectionResolver,
  TemplateFacetsResolver,
  PayoutsResolver,
  RatedTemplateResolver,
  TemplateRatingResolver,
  VendorResolver,
  VendorConnectionResolver,
  AccountVendorResolver,
  VendorFieldsResolver,
  EarningsEntryResolver,
  VendorPayoutResolver,
  ViewerVendorResolver,
  VendorProfileResolver,
  TemplateChangesResolver,
  TemplateReviewResolver,
  TemplateVersionResolver,
  ReviewedTemplateResolver,
  PurchaseTemplateResolver,
  GrantTemplateResolver,
  AccountTemplatesResolver,
  DeploymentResolver,
  DeploymentPlanResolver,
  DeploymentPlanStepResolver,
  EnqueueCommandsResolver,
  CommandCountResolver,
  DeploymentListsResolver,
  DeploymentConnectionResolver,
  DeploymentAppResolver,
  DeploymentServerResolver,
  ObservedDeploymentResolver,
  TemplateEligibilityResolver,
  AccountDeploymentsResolver,
  AgentResolver,
  CommandResolver,
  CommandValuesResolver,
]
