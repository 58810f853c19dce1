import { agentMarketplaceRoutes } from './agent-marketplace.js'
import { appHealthRoutes } from './app-health-routes.js'
import { commandReportRoutes } from './command-reports.js'
import { commandRoutes } from './commands.js'
import { composeAgentRoutes } from './compose-agent.js'
import { composeRoutes } from './compose.js'
import { containerRoutes } from './containers.js'
import { deploymentPlanRoutes } from './deployment-plan-routes.js'
import { deploymentRoutes, ownDeploymentRoutes } from './deployments.js'
import type { RestHost } from './rest-context.js'
import { serverStateRoutes } from './server-state-routes.js'
import type { RestApp } from './type-provider.js'

/** All routes for deployments and their commands. */
export const allDeploymentRoutes = (host: RestHost): ((app: RestApp) => void)[] => [
  commandRoutes(host),
  commandReportRoutes(host),
  serverStateRoutes(host),
  deploymentRoutes(host),
  ownDeploymentRoutes(host),
  containerRoutes(host),
  composeRoutes(host),
  composeAgentRoutes(host),
  appHealthRoutes(host),
  deploymentPlanRoutes(host),
  agentMarketplaceRoutes(host),
]
