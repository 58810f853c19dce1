import type { NonEmptyArray } from 'type-graphql'
import { AccountEventsResolver, BillingEventResolver } from './billing/billing-event.resolver.js'
import { CheckoutResolver } from './billing/checkout.resolver.js'
import { ClockResolver } from './ops/clock.resolver.js'
import { OperationResolver } from './billing/operation.resolver.js'
import { BillingPortalResolver } from './billing/billing-portal.resolver.js'
import { MigratePlanResolver } from './billing/migrate-plan.resolver.js'
import { SubscriptionChangeResolver } from './billing/subscription-change.resolver.js'
import { AccountPurchasesResolver, PurchaseResolver } from './billing/purchase.resolver.js'
import { AccountSubscriptionResolver, SubscriptionItemResolver } from './billing/subscription.resolver.js'
import { PackageResolver } from './catalog/package.resolver.js'
import { PlanResolver } from './catalog/plan.resolver.js'
import { ProductResolver } from './catalog/product.resolver.js'
import { TemplateEligibilityResolver } from './deployments/template-eligibility.resolver.js'
import { AgentResolver } from './deployments/agent.resolver.js'
import { CommandResolver } from './deployments/command.resolver.js'
import { AccountDeploymentsResolver, DeploymentResolver } from './deployments/deployment.resolver.js'
import { DeploymentSubscription } from './deployments/deployment.subscription.js'
import { AccountPlanResolver } from './entitlements/account-plan.resolver.js'
import { AccountEntitlementsResolver, EntitlementSourceResolver } from './entitlements/account-entitlements.resolver.js'
import { UsageResolver } from './entitlements/usage.resolver.js'
import { AllocationResolver, ConsumptionResolver, ReservationResolver } from './entitlements/usage-result.resolver.js'
import { CheckResolver } from './entitlements/check.resolver.js'
import { AccountCreditsResolver, CreditBalanceResolver, LedgerEntryResolver } from './entitlements/credit.resolver.js'
import { GrantCreditsResolver } from './entitlements/grant-credits.resolver.js'
import { OverrideResolver } from './entitlements/override.resolver.js'
import { EntitlementsSubscription } from './entitlements/entitlements.subscription.js'
import { PolicyResolver } from './identity/policy.resolver.js'
import { WebhookDeliveryResolver, WebhookEndpointResolver } from './identity/webhook-endpoint.resolver.js'
import { ApiKeyResolver } from './identity/api-key.resolver.js'
import { AccountResolver, ViewerResolver } from './identity/account.resolver.js'
import { AccountInvitationsResolver, MemberResolver, MembershipResolver } from './identity/member.resolver.js'
import { MoneyResolver } from './kernel/money.resolver.js'
import { NodeResolver, RemedyResolver } from './kernel/node.resolver.js'
import { AccountJobResolver } from './ops/account-job.resolver.js'
import { AuditResolver } from './ops/audit.resolver.js'
import { AnalyticsResolver, UserCreditSummaryResolver } from './ops/analytics.resolver.js'
import { ReconciliationResolver } from './ops/reconciliation.resolver.js'
import { InvariantResolver } from './ops/invariant.resolver.js'
import { WebhookEventResolver } from './ops/webhook-event.resolver.js'
import { AccountTemplatesResolver, TemplatePurchaseResolver } from './marketplace/template-purchase.resolver.js'
import { CategoryResolver } from './marketplace/category.resolver.js'
import { TemplateAuthoringResolver } from './marketplace/template-authoring.resolver.js'
import { TemplateRatingResolver } from './marketplace/template-rating.resolver.js'
import { VendorResolver } from './marketplace/vendor.resolver.js'
import { TemplateConnectionResolver, TemplateResolver } from './marketplace/template.resolver.js'

/** All resolvers. The schema is built from these. */
export const allResolvers: NonEmptyArray<Function> = [
  NodeResolver,
  RemedyResolver,
  MoneyResolver,
  ViewerResolver,
  AccountResolver,
  MemberResolver,
  PolicyResolver,
  WebhookEndpointResolver,
  WebhookDeliveryResolver,
  AccountInvitationsResolver,
  MembershipResolver,
  ApiKeyResolver,
  PlanResolver,
  PackageResolver,
  ProductResolver,
  AccountPlanResolver,
  AccountEntitlementsResolver,
  EntitlementSourceResolver,
  CheckResolver,
  OverrideResolver,
  UsageResolver,
  ConsumptionResolver,
  ReservationResolver,
  AllocationResolver,
  GrantCreditsResolver,
  AccountCreditsResolver,
  CreditBalanceResolver,
  LedgerEntryResolver,
  EntitlementsSubscription,
  CheckoutResolver,
  PurchaseResolver,
  AccountPurchasesResolver,
  AccountSubscriptionResolver,
  SubscriptionItemResolver,
  SubscriptionChangeResolver,
  MigratePlanResolver,
  BillingPortalResolver,
  BillingEventResolver,
  AccountEventsResolver,
  ClockResolver,
  OperationResolver,
  WebhookEventResolver,
  ReconciliationResolver,
  AnalyticsResolver,
  AuditResolver,
  AccountJobResolver,
  UserCreditSummaryResolver,
  InvariantResolver,
  TemplateResolver,
  CategoryResolver,
  TemplateConnectionResolver,
  TemplateRatingResolver,
  VendorResolver,
  TemplateAuthoringResolver,
  TemplatePurchaseResolver,
  AccountTemplatesResolver,
  DeploymentResolver,
  TemplateEligibilityResolver,
  AccountDeploymentsResolver,
  AgentResolver,
  CommandResolver,
  DeploymentSubscription,
]
