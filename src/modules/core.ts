import { catalogLoaders } from '../context/catalog/catalog-loaders.js'
import { entitlementLoaders } from '../context/entitlements/entitlement-loaders.js'
import { identityLoaders } from '../context/identity/identity-loaders.js'
import { eventLoaders } from '../context/kernel/event-loaders.js'
import { CatalogVersionSchema } from '../entities/catalog/catalog-version.entity.js'
import { PackageVersionSchema } from '../entities/catalog/package-version.entity.js'
import { PackageSchema } from '../entities/catalog/package.entity.js'
import { PlanVersionSchema } from '../entities/catalog/plan-version.entity.js'
import { PlanSchema } from '../entities/catalog/plan.entity.js'
import { PriceFeedSchema } from '../entities/catalog/price-feed.entity.js'
import { PriceListSchema } from '../entities/catalog/price-list.entity.js'
import { PriceSchema } from '../entities/catalog/price.entity.js'
import { ProductSchema } from '../entities/catalog/product.entity.js'
import { UnlistedValueSchema } from '../entities/catalog/unlisted-value.entity.js'
import { AccountChainLinkSchema } from '../entities/entitlements/account-chain-link.entity.js'
import { AccountChainSchema } from '../entities/entitlements/account-chain.entity.js'
import { AlertCrossingSchema } from '../entities/entitlements/alert-crossing.entity.js'
import { AlertSchema } from '../entities/entitlements/alert.entity.js'
import { AllocationPeriodSchema } from '../entities/entitlements/allocation-period.entity.js'
import { AllocationSchema } from '../entities/entitlements/allocation.entity.js'
import { AnalyticsCheckpointSchema } from '../entities/entitlements/analytics-checkpoint.entity.js'
import { CreditDailySchema } from '../entities/entitlements/credit-daily.entity.js'
import { CreditDebtSchema } from '../entities/entitlements/credit-debt.entity.js'
import { CreditGrantSchema } from '../entities/entitlements/credit-grant.entity.js'
import { EntitlementOverrideSchema } from '../entities/entitlements/entitlement-override.entity.js'
import { ExternalPlanSchema } from '../entities/entitlements/external-plan.entity.js'
import { LedgerEntrySchema } from '../entities/entitlements/ledger-entry.entity.js'
import { LedgerRootBlockSchema } from '../entities/entitlements/ledger-root-block.entity.js'
import { LedgerRootSchema } from '../entities/entitlements/ledger-root.entity.js'
import { OverageUsageSchema } from '../entities/entitlements/overage-usage.entity.js'
import { PackageAssignmentSchema } from '../entities/entitlements/package-assignment.entity.js'
import { PlanAssignmentSchema } from '../entities/entitlements/plan-assignment.entity.js'
import { QuotaUsageSchema } from '../entities/entitlements/quota-usage.entity.js'
import { RateCountSchema } from '../entities/entitlements/rate-count.entity.js'
import { RatedUsageSchema } from '../entities/entitlements/rated-usage.entity.js'
import { ReservationSchema } from '../entities/entitlements/reservation.entity.js'
import { SigningKeySchema } from '../entities/entitlements/signing-key.entity.js'
import { SpendCapSchema } from '../entities/entitlements/spend-cap.entity.js'
import { SubAccountSchema } from '../entities/entitlements/sub-account.entity.js'
import { UsageAmendmentSchema } from '../entities/entitlements/usage-amendment.entity.js'
import { UsageDailySchema } from '../entities/entitlements/usage-daily.entity.js'
import { UsageRollupSchema } from '../entities/entitlements/usage-rollup.entity.js'
import { UsageWarningSchema } from '../entities/entitlements/usage-warning.entity.js'
import { AccountDirectorySchema } from '../entities/identity/account-directory.entity.js'
import { AccountSchema } from '../entities/identity/account.entity.js'
import { InvitationSchema } from '../entities/identity/invitation.entity.js'
import { MemberCountSchema } from '../entities/identity/member-count.entity.js'
import { MemberSchema } from '../entities/identity/member.entity.js'
import { PolicySchema } from '../entities/identity/policy.entity.js'
import { ServiceKeySchema } from '../entities/identity/service-key.entity.js'
import { UserSchema } from '../entities/identity/user.entity.js'
import { AuditEntrySchema } from '../entities/kernel/audit-entry.entity.js'
import { BusinessClockSchema } from '../entities/kernel/business-clock.entity.js'
import { IdempotencyKeySchema } from '../entities/kernel/idempotency-key.entity.js'
import { InboxEventSchema } from '../entities/kernel/inbox-event.entity.js'
import { InboxObjectSchema } from '../entities/kernel/inbox-object.entity.js'
import { InstallationSchema } from '../entities/kernel/installation.entity.js'
import { MailMessageSchema } from '../entities/kernel/mail-message.entity.js'
import { OperatorEventSchema } from '../entities/kernel/operator-event.entity.js'
import { OutboxEventSchema } from '../entities/kernel/outbox-event.entity.js'
import { ScheduledJobSchema } from '../entities/kernel/scheduled-job.entity.js'
import { StoredSecretSchema } from '../entities/kernel/stored-secret.entity.js'
import { StreamEventSchema } from '../entities/kernel/stream-event.entity.js'
import { WebhookDeliverySchema } from '../entities/kernel/webhook-delivery.entity.js'
import { WebhookEndpointSchema } from '../entities/kernel/webhook-endpoint.entity.js'
import {
  FeatureEdgesResolver,
  PackageEdgesResolver,
  PlanEdgesResolver,
  PriceEdgesResolver,
} from '../resolvers/catalog/catalog-edges.resolver.js'
import { catalogNodes } from '../resolvers/catalog/catalog-nodes.js'
import { FeatureResolver } from '../resolvers/catalog/feature.resolver.js'
import { PackageResolver } from '../resolvers/catalog/package.resolver.js'
import { PlanVersionResolver } from '../resolvers/catalog/plan-version.resolver.js'
import { PlanResolver } from '../resolvers/catalog/plan.resolver.js'
import { PriceListResolver } from '../resolvers/catalog/price-list.resolver.js'
import { ProductCountResolver, ProductResolver } from '../resolvers/catalog/product.resolver.js'
import {
  AccountEntitlementsResolver,
  EntitlementSourceResolver,
  UsageEntitlementsResolver,
} from '../resolvers/entitlements/account-entitlements.resolver.js'
import { AccountPlanResolver } from '../resolvers/entitlements/account-plan.resolver.js'
import { AlertResolver } from '../resolvers/entitlements/alert.resolver.js'
import { AllocationResolver } from '../resolvers/entitlements/allocation.resolver.js'
import { CheckResolver } from '../resolvers/entitlements/check.resolver.js'
import { CompedPlanResolver } from '../resolvers/entitlements/comped-plan.resolver.js'
import { AccountConsumptionsResolver, ConsumptionResolver } from '../resolvers/entitlements/consumption.resolver.js'
import { CreditGrantResolver } from '../resolvers/entitlements/credit-grant.resolver.js'
import {
  AccountCreditsResolver,
  CreditBalanceResolver,
  LedgerEntryResolver,
} from '../resolvers/entitlements/credit.resolver.js'
import { entitlementNodes, loadSigningKey } from '../resolvers/entitlements/entitlement-nodes.js'
import { EntitlementsTokenResolver } from '../resolvers/entitlements/entitlements-token.resolver.js'
import { EntitlementStreamResolver } from '../resolvers/entitlements/entitlements.resolver.js'
import { overageResolvers } from '../resolvers/entitlements/overage.resolver.js'
import { PlanCheckResolver } from '../resolvers/entitlements/plan-check.resolver.js'
import { ReservationResolver } from '../resolvers/entitlements/reservation.resolver.js'
import { SeatHolderResolver, SeatLicenseResolver, SeatResolver } from '../resolvers/entitlements/seat.resolver.js'
import { SetPlanResolver } from '../resolvers/entitlements/set-plan.resolver.js'
import { SetTermsResolver } from '../resolvers/entitlements/set-terms.resolver.js'
import { SpendCapResolver, SpendCapsResolver } from '../resolvers/entitlements/spend-cap.resolver.js'
import { SigningKeysResolver } from '../resolvers/entitlements/signing-keys.resolver.js'
import { SubAccountEdgesResolver, SubAccountResolver } from '../resolvers/entitlements/sub-account.resolver.js'
import { AccountGroupsResolver } from '../resolvers/identity/account-groups.resolver.js'
import { AccountResolver, MemberCountResolver, ViewerResolver } from '../resolvers/identity/account.resolver.js'
import { ActorResolver } from '../resolvers/identity/actor.resolver.js'
import { BillingEventsResolver } from '../resolvers/identity/billing-events.resolver.js'
import {
  AccountApiKeysResolver,
  AccountSessionsResolver,
  ApiKeyCountResolver,
  ApiKeyResolver,
} from '../resolvers/identity/api-key.resolver.js'
import { identityNodes } from '../resolvers/identity/identity-nodes.js'
import {
  AccountInvitationsResolver,
  InvitationCountResolver,
  InvitationMutationsResolver,
  InvitationResolver,
  ViewerInvitationsResolver,
} from '../resolvers/identity/invitation.resolver.js'
import { MemberResolver, MembershipResolver } from '../resolvers/identity/member.resolver.js'
import { PolicyResolver } from '../resolvers/identity/policy.resolver.js'
import {
  AccountWebhooksResolver,
  WebhookDeliveryCountResolver,
  WebhookDeliveryResolver,
  WebhookEndpointFieldsResolver,
  WebhookEndpointResolver,
} from '../resolvers/identity/webhook-endpoint.resolver.js'
import { EventResolver } from '../resolvers/kernel/event.resolver.js'
import { MoneyResolver } from '../resolvers/kernel/money.resolver.js'
import { DenialResolver, NodeResolver, RemedyResolver } from '../resolvers/kernel/node.resolver.js'
import { catalogOperations } from '../rest/catalog/operations.js'
import { entitlementRoutes } from '../rest/entitlements/entitlements.js'
import { openFeatureRoutes } from '../rest/entitlements/open-feature.js'
import { keySetRoute } from '../rest/entitlements/key-set.js'
import { entitlementsOperations } from '../rest/entitlements/operations.js'
import { oauthRoutes } from '../rest/identity/oauth-token.js'
import { identityOperations } from '../rest/identity/operations.js'
import { healthRoutes } from '../rest/kernel/health-routes.js'
import { sharedOperationRoutes } from '../rest/shared-operations/shared-operation-routes.js'
import { mailFrameOf } from '../services/catalog/definition/brand.js'
import { startPriceFeeds } from '../services/catalog/price-lists/watch-price-feeds.js'
import { forecastUsage, USAGE_FORECAST } from '../services/entitlements/alerts/forecast-usage.js'
import { startLedgerChain } from '../services/entitlements/ledger-chain/start-ledger-chain.js'
import { ENTITLEMENTS_SWEEP } from '../services/entitlements/model/entitlements-sweep.js'
import { PLAN_EXPIRE } from '../services/entitlements/plans/assign-plan.js'
import { COMP_NOTICE, sendCompNotice } from '../services/entitlements/plans/comp-notice.js'
import { expirePlan } from '../services/entitlements/plans/expire-plan.js'
import { startRateSweeper } from '../services/entitlements/rates/rate-limiter.js'
import { expireSource, SOURCE_EXPIRE } from '../services/entitlements/sources/expire-source.js'
import { sweepAccount } from '../services/entitlements/sweep/sweep-account.js'
import { notifyEndpointDisabled } from '../services/identity/webhooks/notify-endpoint-disabled.js'
import { startMailSender } from '../services/kernel/mail/send-mail.js'
import { startWebhookSender } from '../services/kernel/outbound-webhooks/deliver-webhooks.js'
import { fanOutWebhooks } from '../services/kernel/outbound-webhooks/fan-out.js'
import { InstallationResolver } from '../resolvers/catalog/installation.resolver.js'
import { accountRules } from '../services/entitlements/invariants/account-rules.js'
import { allocationsWithinHistory } from '../services/entitlements/invariants/allocations-within-history.js'
import { assignmentRules } from '../services/entitlements/invariants/assignment-rules.js'
import { creditRules } from '../services/entitlements/invariants/credit-rules.js'
import { entitlementErasure } from '../services/entitlements/account-data/entitlement-erasure.js'
import { identityErasure } from '../services/identity/account-data/identity-erasure.js'
import { identityRetention } from '../services/identity/retention/identity-retention.js'
import { kernelRetention } from '../services/kernel/retention/kernel-retention.js'
import { kernelSealed } from '../services/kernel/secrets/sealed-column.js'
import { chainSealed } from '../services/entitlements/ledger-chain/signing-keys.js'
import { startAggregation } from '../services/entitlements/analytics/start-aggregation.js'
import { InvariantRoundSchema } from '../entities/catalog/invariant-round.entity.js'
import { startInvariantChecks } from '../services/catalog/invariants/check-in-background.js'
import { startRetention } from '../services/kernel/retention/run-retention.js'
import { kernelEvents } from '../services/kernel/outbox/event-data/kernel-events.js'
import { identityEvents } from '../services/identity/event-data/identity-events.js'
import { catalogEvents } from '../services/catalog/event-data/catalog-events.js'
import { entitlementEvents } from '../services/entitlements/event-data/entitlement-events.js'
import { metricsResolvers } from '../resolvers/entitlements/metrics.resolver.js'
import { analyticsRoutes } from '../rest/entitlements/analytics.js'
import { identityPages } from '../rest/identity/lead-on-pages.js'
import { metricsRoute } from '../rest/kernel/metrics-route.js'
import { entitlementReports } from '../services/entitlements/metrics/entitlement-reports.js'
import { entitlementMetrics } from '../services/entitlements/metrics/registry.js'
import { coreScopes } from '../services/identity/keys/key-scopes.js'
import { corePermissions } from '../services/identity/model/permissions.js'
import { defineModule } from './module.js'

/** Its tables. They give statements their types. */
export const coreEntities = [
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
  ExternalPlanSchema,
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
  WebhookEndpointSchema,
  WebhookDeliverySchema,
  PolicySchema,
  InvariantRoundSchema,
  AccountChainLinkSchema,
  AccountChainSchema,
  LedgerRootBlockSchema,
  LedgerRootSchema,
  SigningKeySchema,
  UsageDailySchema,
  UsageRollupSchema,
  CreditDailySchema,
  AnalyticsCheckpointSchema,
] as const

/** Accounts, the catalog, and what an account holds and uses. Every installation has it. */
export const core = defineModule({
  name: 'core',
  requires: [],
  entities: coreEntities,
  resolvers: [
    NodeResolver,
    DenialResolver,
    RemedyResolver,
    MoneyResolver,
    ViewerResolver,
    AccountResolver,
    AccountGroupsResolver,
    BillingEventsResolver,
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
    PlanVersionResolver,
    FeatureEdgesResolver,
    FeatureResolver,
    PackageEdgesResolver,
    PlanEdgesResolver,
    PriceEdgesResolver,
    PackageResolver,
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
    SetPlanResolver,
    SetTermsResolver,
    ConsumptionResolver,
    AccountConsumptionsResolver,
    ReservationResolver,
    SpendCapResolver,
    SpendCapsResolver,
    SubAccountEdgesResolver,
    SubAccountResolver,
    AlertResolver,
    SeatHolderResolver,
    SeatLicenseResolver,
    SeatResolver,
    ...overageResolvers,
    AllocationResolver,
    CreditGrantResolver,
    AccountCreditsResolver,
    CreditBalanceResolver,
    LedgerEntryResolver,
    EntitlementStreamResolver,
    EventResolver,
    ActorResolver,
    InstallationResolver,
    SigningKeysResolver,
    PriceListResolver,
    ...metricsResolvers,
  ],
  loaders: { ...identityLoaders, ...catalogLoaders, ...entitlementLoaders, ...eventLoaders },
  nodes: { ...identityNodes, ...catalogNodes, ...entitlementNodes },
  otherNodes: [loadSigningKey],
  operations: [...catalogOperations, ...identityOperations, ...entitlementsOperations],
  routes: (host, { operations, isDraining, isSandboxUp, sendEvents }) => [
    entitlementRoutes(host),
    openFeatureRoutes(host, sendEvents),
    sharedOperationRoutes(host, operations),
    healthRoutes(host, isDraining, isSandboxUp),
    oauthRoutes(host),
    keySetRoute(host),
    metricsRoute(host),
    analyticsRoutes(host),
  ],
  permissions: corePermissions,
  scopes: coreScopes,
  pages: identityPages,
  dashboardPages: {
    core: [
      '/',
      '/invitations',
      '/a/$account',
      '/a/$account/usage',
      '/a/$account/team',
      '/a/$account/keys',
      '/a/$account/webhooks',
      '/a/$account/webhooks/$endpoint',
      '/a/$account/settings',
      '/a/$account/activity',
    ],
    operations: ['/ops/price-lists', '/ops/price-lists/$id'],
  },
  events: { ...kernelEvents, ...identityEvents, ...catalogEvents, ...entitlementEvents },
  on: () => ({ '*': [fanOutWebhooks] }),
  jobs: {
    [PLAN_EXPIRE]: expirePlan,
    [COMP_NOTICE]: sendCompNotice,
    [SOURCE_EXPIRE]: expireSource,
    [ENTITLEMENTS_SWEEP]: sweepAccount,
    [USAGE_FORECAST]: forecastUsage,
  },
  invariants: [...accountRules, ...creditRules, ...assignmentRules, allocationsWithinHistory],
  metrics: entitlementMetrics,
  reports: entitlementReports,
  erasure: [...identityErasure, ...entitlementErasure],
  retention: [...kernelRetention, ...identityRetention],
  processMetrics: [
    'httpRequests',
    'errors',
    'entitlementActs',
    'queueWaiting',
    'queueOldest',
    'queueDead',
    'databaseConnections',
    'databaseWaiting',
    'clockSkew',
    'outboxRelayed',
    'mails',
    'retentionDeleted',
    'retentionRun',
    'webhookDeliveries',
    'webhookEndpointsDisabled',
    'upstreamCalls',
    'upstreamRetries',
    'upstreamBroken',
    'authFailures',
    'requestsLimited',
    'liveSubscriptions',
  ],
  sealed: [...kernelSealed, ...chainSealed],
  workers: (system) => [
    startMailSender(system, () => mailFrameOf(system.catalog.current().brand)),
    startWebhookSender(system, notifyEndpointDisabled(system)),
    startRateSweeper(system),
    startAggregation(system),
    startLedgerChain(system),
    startInvariantChecks(system),
    startRetention(system),
    startPriceFeeds(system),
  ],
})
