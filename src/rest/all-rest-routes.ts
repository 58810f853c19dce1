import type { WebhookReceiver } from '../services/kernel/inbox/receive-webhook.js'
import { accountExportRoutes } from './account-exports.js'
import { agentRoutes } from './agents/agent-routes.js'
import { allDeploymentRoutes } from './all-deployment-routes.js'
import { analyticsRoutes } from './analytics.js'
import { auditLogRoutes } from './audit-log.js'
import { billingRoutes } from './billing.js'
import { entitlementRoutes } from './entitlements.js'
import { integrationRoutes } from './integrations.js'
import { keySetRoute } from './key-set.js'
import { oauthRoutes } from './oauth-token.js'
import { healthRoutes } from './health-routes.js'
import { receiptRoutes } from './receipts.js'
import type { RestHost } from './rest-context.js'
import { returnPage } from './return-page.js'
import { templateRoutes } from './templates.js'
import { attributionBillingRoutes } from './seeds/attribution-billing.js'
import { communityBillingRoutes } from './seeds/community-billing.js'
import { packageRoutes } from './seeds/packages.js'
import { pushedCommandRoutes } from './seeds/pushed-commands.js'
import type { RestApp } from './type-provider.js'
import { sharedOperationRoutes } from './shared-operations/shared-operation-routes.js'
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
  sharedOperationRoutes(host),
  healthRoutes(host, isDraining, isSandboxUp),
  oauthRoutes(host),
  keySetRoute(host),
  integrationRoutes(host),
  analyticsRoutes(host),
  auditLogRoutes(host),
  accountExportRoutes(host),
  receiptRoutes(host),
  returnPage(host),
  communityBillingRoutes(host),
  attributionBillingRoutes(host),
  packageRoutes(host),
  pushedCommandRoutes,
]
