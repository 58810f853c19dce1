import type { RequestContext } from '../context/request-context.js'
import { withRequestId } from '../context/request-scope.js'
import { deleteProviderCustomers } from '../services/billing/customers/delete-provider-customers.js'
import { startIntentSweeper } from '../services/billing/checkout/sweep-intents.js'
import { billingJobs } from '../services/billing/job-handlers.js'
import { providerObjectHandler } from '../services/billing/inbox/sync-provider-object.js'
import { startChangeSweeper } from '../services/billing/subscriptions/changes/sweep-changes.js'
import { sendClaims } from '../services/billing/usage-reports/send-usage.js'
import { followReturnedMoney } from '../services/billing/refunds/follow-returned-money.js'
import { closeEndedSubscription } from '../services/billing/refunds/close-ended-subscription.js'
import { startUsageReporter } from '../services/billing/usage-reports/report-usage.js'
import { deleteVaultTokens } from '../services/deployments/agents/delete-vault-tokens.js'
import { keepVaultTrue } from '../services/deployments/agents/publish-token.js'
import { startDeploymentJobs } from '../services/deployments/deployment-jobs.js'
import { expirePlan } from '../services/entitlements/plans/expire-plan.js'
import { sweepAccount } from '../services/entitlements/usage/sweep-account.js'
import { forecastUsage, USAGE_FORECAST } from '../services/entitlements/alerts/forecast-usage.js'
import { ENTITLEMENTS_SWEEP } from '../services/entitlements/model/entitlements-sweep.js'
import { expireSource, SOURCE_EXPIRE } from '../services/entitlements/sources/expire-source.js'
import { COMP_NOTICE, sendCompNotice } from '../services/entitlements/plans/comp-notice.js'
import { PLAN_EXPIRE } from '../services/entitlements/plans/assign-plan.js'
import { startRateSweeper } from '../services/entitlements/rates/rate-limiter.js'
import { expireOwnership } from '../services/marketplace/ownership/expire-ownership.js'
import { OWNERSHIP_EXPIRE } from '../services/marketplace/ownership/apply-ownership.js'
import { notifyAgentsOfTemplate } from '../services/deployments/notifications/notify-agents-of-template.js'
import { recordSale } from '../services/marketplace/earnings/record-sale.js'
import { PAYOUT_RESUME, resumePayout } from '../services/marketplace/payouts/pay-out-vendor.js'
import { mailFrameOf } from '../services/catalog/definition/brand.js'
import { startMarketplaceJobs } from '../services/marketplace/marketplace-jobs.js'
import { startJobRunner } from '../services/kernel/scheduled-jobs/run-scheduled-jobs.js'
import { startInboxWorker } from '../services/kernel/inbox/process-inbox.js'
import { startMailSender } from '../services/kernel/mail/send-mail.js'
import { startOutboxRelay } from '../services/kernel/outbox/relay-outbox.js'
import { DELETION_JOB, EXPORT_JOB } from '../services/ops/account-data/account-jobs.js'
import { runDeletion } from '../services/ops/account-data/run-deletion.js'
import { runExport } from '../services/ops/account-data/run-export.js'
import { startAggregation } from '../services/ops/analytics/start-aggregation.js'
import { startInvariantChecks } from '../services/ops/invariants/check-in-background.js'
import { startLedgerChain } from '../services/ops/ledger-chain/start-ledger-chain.js'
import { startPriceFeeds } from '../services/ops/prices/watch-price-feeds.js'
import { startReconciliationReports } from '../services/ops/reconciliation/make-report.js'
import { startReconciliation } from '../services/ops/reconciliation/schedule.js'
import { startRetention } from '../services/ops/retention/run-retention.js'
import { logEvents } from '../services/ops/log-events/log-events.js'
import { integrationHandlers, startIntegrationWorkers } from './integration-workers.js'

/** Starts the background workers. Events of lower domains reach higher ones here. */
export async function startWorkers(system: RequestContext): Promise<{ stop(): Promise<void> }[]> {
  const inContext =
    <Row>(handler: (row: Row, context: RequestContext) => Promise<void>) =>
    (row: Row) =>
      handler(row, withRequestId(system, system.database.newId('evt')))
  return [
    startInboxWorker(system, { STRIPE: providerObjectHandler('STRIPE'), PAYPAL: providerObjectHandler('PAYPAL') }),
    startOutboxRelay(system, {
      '*': [logEvents, ...integrationHandlers(system)],
      'template.approved': [notifyAgentsOfTemplate],
      'template.updated': [notifyAgentsOfTemplate],
      'template.deprecated': [notifyAgentsOfTemplate],
      'account.deleted': [inContext(deleteProviderCustomers), inContext(deleteVaultTokens)],
      'agent.registered': [inContext(keepVaultTrue)],
      'agent.token_rotated': [inContext(keepVaultTrue)],
      'agent.revoked': [inContext(keepVaultTrue)],
      'subscription.canceled': [inContext(closeEndedSubscription)],
      'product.unsubscribed': [inContext(closeEndedSubscription)],
      'purchase.paid': [inContext(recordSale)],
      'purchase.disputed': [inContext(followReturnedMoney), inContext(recordSale)],
      'purchase.restored': [inContext(followReturnedMoney), inContext(recordSale)],
      'purchase.refunded': [inContext(followReturnedMoney), inContext(recordSale)],
      'purchase.charged_back': [inContext(followReturnedMoney), inContext(recordSale), inContext(sendClaims)],
    }),
    startJobRunner(system, {
      ...Object.fromEntries(Object.entries(billingJobs).map(([kind, handler]) => [kind, inContext(handler)])),
      [OWNERSHIP_EXPIRE]: inContext(expireOwnership),
      [PAYOUT_RESUME]: inContext(resumePayout),
      [PLAN_EXPIRE]: inContext(expirePlan),
      [COMP_NOTICE]: inContext(sendCompNotice),
      [SOURCE_EXPIRE]: inContext(expireSource),
      [ENTITLEMENTS_SWEEP]: inContext(sweepAccount),
      [USAGE_FORECAST]: inContext(forecastUsage),
      [EXPORT_JOB]: inContext(runExport),
      [DELETION_JOB]: inContext(runDeletion),
    }),
    startMailSender(system, () => mailFrameOf(system.catalog.current().brand)),
    ...(await startIntegrationWorkers(system)),
    startIntentSweeper(system),
    startReconciliation(system),
    startReconciliationReports(system),
    startAggregation(system),
    startLedgerChain(system),
    startInvariantChecks(system),
    startRetention(system),
    startPriceFeeds(system),
    startChangeSweeper(system),
    startDeploymentJobs(system),
    startMarketplaceJobs(system),
    startRateSweeper(system),
    await startUsageReporter(system),
  ]
}
