import { operatorLoaders } from '../context/ops/operator-loaders.js'
import { AcceptedDriftSchema } from '../entities/ops/accepted-drift.entity.js'
import { AccountChainLinkSchema } from '../entities/ops/account-chain-link.entity.js'
import { AccountChainSchema } from '../entities/ops/account-chain.entity.js'
import { AccountExportPartSchema } from '../entities/ops/account-export-part.entity.js'
import { AccountJobSchema } from '../entities/ops/account-job.entity.js'
import { AnalyticsCheckpointSchema } from '../entities/ops/analytics-checkpoint.entity.js'
import { CountedCheckoutSchema } from '../entities/ops/counted-checkout.entity.js'
import { CountedPurchaseSchema } from '../entities/ops/counted-purchase.entity.js'
import { CreditDailySchema } from '../entities/ops/credit-daily.entity.js'
import { InvariantRoundSchema } from '../entities/ops/invariant-round.entity.js'
import { JournalPeriodSchema } from '../entities/ops/journal-period.entity.js'
import { JournalPostingSchema } from '../entities/ops/journal-posting.entity.js'
import { LedgerRootBlockSchema } from '../entities/ops/ledger-root-block.entity.js'
import { LedgerRootSchema } from '../entities/ops/ledger-root.entity.js'
import { ReconciliationReportSchema } from '../entities/ops/reconciliation-report.entity.js'
import { ReconciliationRunSchema } from '../entities/ops/reconciliation-run.entity.js'
import { ReconciliationScheduleSchema } from '../entities/ops/reconciliation-schedule.entity.js'
import { SalesDailySchema } from '../entities/ops/sales-daily.entity.js'
import { SigningKeySchema } from '../entities/ops/signing-key.entity.js'
import { SubscriberPeriodSchema } from '../entities/ops/subscriber-period.entity.js'
import { UsageDailySchema } from '../entities/ops/usage-daily.entity.js'
import { UsageRollupSchema } from '../entities/ops/usage-rollup.entity.js'
import { AccountInvariantsResolver } from '../resolvers/ops/account-invariants.resolver.js'
import { AccountJobResolver } from '../resolvers/ops/account-job.resolver.js'
import { AccountsResolver } from '../resolvers/ops/accounts.resolver.js'
import { AgentsResolver } from '../resolvers/ops/agents.resolver.js'
import { AuditResolver } from '../resolvers/ops/audit.resolver.js'
import { CatalogDraftResolver } from '../resolvers/ops/catalog-draft.resolver.js'
import { CheckoutReviewResolver } from '../resolvers/ops/checkout.resolver.js'
import { ClockResolver } from '../resolvers/ops/clock.resolver.js'
import { DeadLetterResolver } from '../resolvers/ops/dead-letter.resolver.js'
import { DeploymentsResolver } from '../resolvers/ops/deployments.resolver.js'
import { DriftResolver } from '../resolvers/ops/drift.resolver.js'
import { InstallationResolver } from '../resolvers/ops/installation.resolver.js'
import { InvariantResolver } from '../resolvers/ops/invariant.resolver.js'
import { journalResolvers } from '../resolvers/ops/journal.resolver.js'
import { metricsResolvers } from '../resolvers/ops/metrics.resolver.js'
import { loadSigningKey, operationNodes } from '../resolvers/ops/operation-nodes.js'
import { OperatorEventsResolver } from '../resolvers/ops/operator-events.resolver.js'
import { OutagesResolver } from '../resolvers/ops/outages.resolver.js'
import { PriceListResolver } from '../resolvers/ops/price-list.resolver.js'
import { PurchasesResolver } from '../resolvers/ops/purchases.resolver.js'
import { QueueStatsResolver } from '../resolvers/ops/queue-stats.resolver.js'
import { ReconciliationReportsResolver } from '../resolvers/ops/reconciliation-reports.resolver.js'
import { DriftCountResolver, ReconciliationResolver } from '../resolvers/ops/reconciliation.resolver.js'
import { SearchResolver } from '../resolvers/ops/search.resolver.js'
import {
  SigningKeysResolver,
  StatementAccountResolver,
  StatementResolver,
} from '../resolvers/ops/statement.resolver.js'
import { SubscriptionsResolver } from '../resolvers/ops/subscriptions.resolver.js'
import { WebhookEventResolver } from '../resolvers/ops/webhook-event.resolver.js'
import { accountExportRoutes } from '../rest/account-exports.js'
import { analyticsRoutes } from '../rest/analytics.js'
import { auditLogRoutes } from '../rest/audit-log.js'
import { DELETION_JOB, EXPORT_JOB } from '../services/ops/account-data/account-jobs.js'
import { runDeletion } from '../services/ops/account-data/run-deletion.js'
import { runExport } from '../services/ops/account-data/run-export.js'
import { startAggregation } from '../services/ops/analytics/start-aggregation.js'
import { startInvariantChecks } from '../services/ops/invariants/check-in-background.js'
import { startLedgerChain } from '../services/ops/ledger-chain/start-ledger-chain.js'
import { logEvents } from '../services/ops/log-events/log-events.js'
import { startPriceFeeds } from '../services/ops/prices/watch-price-feeds.js'
import { startReconciliationReports } from '../services/ops/reconciliation/make-report.js'
import { startReconciliation } from '../services/ops/reconciliation/schedule.js'
import { startRetention } from '../services/ops/retention/run-retention.js'
import { defineModule } from './module.js'

/** Its tables. They give statements their types. */
export const operationsEntities = [
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
] as const

/** Views and acts of operators: health, audit, reconciliation, retention, analytics. */
export const operations = defineModule({
  name: 'operations',
  requires: ['core', 'billing', 'marketplace', 'deployments'],
  entities: operationsEntities,
  resolvers: [
    OperatorEventsResolver,
    ClockResolver,
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
    AgentsResolver,
    DeploymentsResolver,
    OutagesResolver,
    PurchasesResolver,
    SubscriptionsResolver,
    ...journalResolvers,
    ...metricsResolvers,
    CatalogDraftResolver,
    PriceListResolver,
    AuditResolver,
    AccountJobResolver,
    InstallationResolver,
    InvariantResolver,
  ],
  loaders: operatorLoaders,
  nodes: operationNodes,
  otherNodes: [loadSigningKey],
  routes: (host) => [analyticsRoutes(host), auditLogRoutes(host), accountExportRoutes(host)],
  on: () => ({ '*': [logEvents] }),
  jobs: { [EXPORT_JOB]: runExport, [DELETION_JOB]: runDeletion },
  workers: (system) => [
    startReconciliation(system),
    startReconciliationReports(system),
    startAggregation(system),
    startLedgerChain(system),
    startInvariantChecks(system),
    startRetention(system),
    startPriceFeeds(system),
  ],
})
