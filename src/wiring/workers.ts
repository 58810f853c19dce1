import type { RequestContext } from '../context/request-context.js'
import { inNameOf } from '../context/request-scope.js'
import { deleteProviderCustomers } from '../services/billing/customers/delete-provider-customers.js'
import { startIntentSweeper } from '../services/billing/checkout/sweep-intents.js'
import { billingJobs } from '../services/billing/job-handlers.js'
import { providerObjectHandler } from '../services/billing/inbox/sync-provider-object.js'
import { startChangeSweeper } from '../services/billing/subscriptions/changes/sweep-changes.js'
import { followReturnedMoney } from '../services/billing/refunds/follow-returned-money.js'
import { closeEndedSubscription } from '../services/billing/refunds/close-ended-subscription.js'
import { startUsageReporter } from '../services/billing/usage-reports/report-usage.js'
import { forgetTokens } from '../services/deployments/agents/forget-tokens.js'
import { keepVaultTrue } from '../services/deployments/agents/publish-token.js'
import { startHousekeeping } from '../services/deployments/housekeeping.js'
import { expirePlan } from '../services/entitlements/plans/expire-plan.js'
import { ENTITLEMENTS_SWEEP, sweepAccount } from '../services/entitlements/act/sweep-account.js'
import { expireSource, SOURCE_EXPIRE } from '../services/entitlements/sources/expire-source.js'
import { PLAN_EXPIRE } from '../services/entitlements/plans/assign-plan.js'
import { startRateSweeper } from '../services/entitlements/rates/sweep-rates.js'
import { lapseOwnership } from '../services/marketplace/ownership/lapse-ownership.js'
import { TEMPLATE_LAPSE } from '../services/marketplace/ownership/move-ownership.js'
import { tellAgentsOfTemplate } from '../services/deployments/notifications/tell-agents-of-template.js'
import { followSale } from '../services/marketplace/earnings/follow-sale.js'
import { PAYOUT_RESUME, resumePayout } from '../services/marketplace/payouts/pay-out-vendor.js'
import { startMarketChores } from '../services/marketplace/housekeeping.js'
import { startJobRunner } from '../services/kernel/scheduled-jobs/run-scheduled-jobs.js'
import { startInboxWorker } from '../services/kernel/inbox/process-inbox.js'
import { newId } from '../services/kernel/ids/ids.js'
import { startMailSender } from '../services/kernel/mail/send-mail.js'
import { startOutboxRelay } from '../services/kernel/outbox/relay-outbox.js'
import { DELETION_DUE, EXPORT_DUE } from '../services/ops/account-data/account-tasks.js'
import { runDeletion } from '../services/ops/account-data/run-deletion.js'
import { runExport } from '../services/ops/account-data/run-export.js'
import { startFolding } from '../services/ops/analytics/start-folding.js'
import { startReconciliation } from '../services/ops/reconciliation/schedule.js'
import { startRetention } from '../services/ops/retention/run-retention.js'
import { logNews } from '../services/ops/log-news/log-news.js'
import { siblingsHear, siblingWorkers } from './sibling-workers.js'

/** What runs behind the requests. News of lower domains reaches higher ones here. */
export async function startWorkers(system: RequestContext): Promise<{ stop(): Promise<void> }[]> {
  const inContext =
    <Row>(handler: (row: Row, context: RequestContext) => Promise<void>) =>
    (row: Row) =>
      handler(row, inNameOf(system, newId('evt')))
  return [
    startInboxWorker(system, { STRIPE: providerObjectHandler('STRIPE'), PAYPAL: providerObjectHandler('PAYPAL') }),
    startOutboxRelay(system, {
      '*': [logNews, ...siblingsHear(system)],
      'template.approved': [tellAgentsOfTemplate],
      'template.updated': [tellAgentsOfTemplate],
      'template.deprecated': [tellAgentsOfTemplate],
      'account.deleted': [inContext(deleteProviderCustomers), inContext(forgetTokens)],
      'agent.registered': [inContext(keepVaultTrue)],
      'agent.token_rotated': [inContext(keepVaultTrue)],
      'agent.revoked': [inContext(keepVaultTrue)],
      'subscription.canceled': [inContext(closeEndedSubscription)],
      'product.unsubscribed': [inContext(closeEndedSubscription)],
      'purchase.paid': [inContext(followSale)],
      'purchase.disputed': [inContext(followSale)],
      'purchase.restored': [inContext(followReturnedMoney), inContext(followSale)],
      'purchase.refunded': [inContext(followReturnedMoney), inContext(followSale)],
      'purchase.charged_back': [inContext(followReturnedMoney), inContext(followSale)],
    }),
    startJobRunner(system, {
      ...Object.fromEntries(Object.entries(billingJobs).map(([kind, handler]) => [kind, inContext(handler)])),
      [TEMPLATE_LAPSE]: inContext(lapseOwnership),
      [PAYOUT_RESUME]: inContext(resumePayout),
      [PLAN_EXPIRE]: inContext(expirePlan),
      [SOURCE_EXPIRE]: inContext(expireSource),
      [ENTITLEMENTS_SWEEP]: inContext(sweepAccount),
      [EXPORT_DUE]: inContext(runExport),
      [DELETION_DUE]: inContext(runDeletion),
    }),
    startMailSender(system),
    ...siblingWorkers(system),
    startIntentSweeper(system),
    startReconciliation(system),
    startFolding(system),
    startRetention(system),
    startChangeSweeper(system),
    startHousekeeping(system),
    startMarketChores(system),
    startRateSweeper(system),
    await startUsageReporter(system),
  ]
}
