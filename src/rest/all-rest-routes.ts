import type { WebhookReceiver } from '../services/kernel/inbox/receive-webhook.js'
import { accountExportRoutes } from './account-exports.js'
import { accountCalendarRoutes } from './account-calendar.js'
import { agentRoutes } from './agents/agent-routes.js'
import { allDeploymentRoutes } from './all-deployment-routes.js'
import { analyticsRoutes } from './analytics.js'
import { auditLogRoutes } from './audit-log.js'
import { autoTopUpRoutes } from './auto-top-ups.js'
import { balanceAlertRoutes } from './balance-alerts.js'
import { billingRoutes } from './billing.js'
import { compedPlanRoutes } from './comped-plans.js'
import { entitlementRoutes } from './entitlements.js'
import { integrationRoutes } from './integrations.js'
import { invoiceRoutes } from './invoices.js'
import { negotiatedPlanRoutes } from './negotiated-plans.js'
import { oauthRoutes } from './oauth-token.js'
import { operationRoutes } from './operations.js'
import { planChangeRoutes } from './plan-changes.js'
import type { RestHost } from './rest-context.js'
import { returnPage } from './return-page.js'
import { seatRoutes } from './seats.js'
import { spendCapRoutes } from './spend-caps.js'
import { subAccountRoutes } from './sub-accounts.js'
import { templateRoutes } from './templates.js'
import type { RestApp } from './type-provider.js'
import { trialExtensionRoutes } from './trial-extensions.js'
import { usageAlertRoutes } from './usage-alerts.js'
import { usageAmendmentRoutes } from './usage-amendments.js'
import { usageBatchRoutes } from './usage-batches.js'
import { usageComparisonRoutes } from './usage-comparisons.js'
import { vendorEarningsRoutes } from './vendor-earnings.js'
import { webhookRoutes } from './webhooks.js'

/** Dependencies of single routes. */
export interface RestDependencies {
  readonly receiver: WebhookReceiver
  readonly isDraining: () => boolean
  readonly isSandboxUp: (() => boolean) | null
}

/** All REST routes. Each group is registered in its own scope. */
export const allRestRoutes = (
  host: RestHost,
  { receiver, isDraining, isSandboxUp }: RestDependencies,
): ((app: RestApp) => void)[] => [
  webhookRoutes(host, receiver),
  agentRoutes(host),
  ...allDeploymentRoutes(host),
  billingRoutes(host),
  templateRoutes(host),
  vendorEarningsRoutes(host),
  entitlementRoutes(host),
  usageAmendmentRoutes(host),
  usageBatchRoutes(host),
  usageComparisonRoutes(host),
  seatRoutes(host),
  subAccountRoutes(host),
  spendCapRoutes(host),
  usageAlertRoutes(host),
  balanceAlertRoutes(host),
  autoTopUpRoutes(host),
  negotiatedPlanRoutes(host),
  compedPlanRoutes(host),
  trialExtensionRoutes(host),
  planChangeRoutes(host),
  accountCalendarRoutes(host),
  invoiceRoutes(host),
  operationRoutes(host, isDraining, isSandboxUp),
  oauthRoutes(host),
  integrationRoutes(host),
  analyticsRoutes(host),
  auditLogRoutes(host),
  accountExportRoutes(host),
  returnPage(host),
]
