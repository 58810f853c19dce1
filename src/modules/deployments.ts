import { deploymentLoaders } from '../context/deployments/deployment-loaders.js'
import { openDeployments } from '../context/deployments/deployment-parts.js'
import type { RequestContext } from '../context/request-context.js'
import { AgentAlarmSchema } from '../entities/deployments/agent-alarm.entity.js'
import { AgentNonceSchema } from '../entities/deployments/agent-nonce.entity.js'
import { AgentNotificationSchema } from '../entities/deployments/agent-notification.entity.js'
import { AgentOutageSchema } from '../entities/deployments/agent-outage.entity.js'
import { AgentSchema } from '../entities/deployments/agent.entity.js'
import { AppStateSchema } from '../entities/deployments/app-state.entity.js'
import { BrokerMessageSchema } from '../entities/deployments/broker-message.entity.js'
import { CommandReportSchema } from '../entities/deployments/command-report.entity.js'
import { CommandSchema } from '../entities/deployments/command.entity.js'
import { ComposeAgentSchema } from '../entities/deployments/compose-agent.entity.js'
import { DeploymentSchema } from '../entities/deployments/deployment.entity.js'
import { EnrollmentTokenSchema } from '../entities/deployments/enrollment-token.entity.js'
import { RetiredAgentTokenSchema } from '../entities/deployments/retired-agent-token.entity.js'
import { ServerLoadSchema } from '../entities/deployments/server-load.entity.js'
import { ServerMetricsSchema } from '../entities/deployments/server-metrics.entity.js'
import { AgentResolver } from '../resolvers/deployments/agent.resolver.js'
import { AgentsResolver } from '../resolvers/deployments/agents.resolver.js'
import { CommandValuesResolver } from '../resolvers/deployments/command-values.resolver.js'
import { CommandResolver } from '../resolvers/deployments/command.resolver.js'
import {
  AccountDeploymentsResolver,
  CommandCountResolver,
  DeploymentConnectionResolver,
  DeploymentListsResolver,
} from '../resolvers/deployments/deployment-lists.resolver.js'
import { deploymentByHash, deploymentNodes } from '../resolvers/deployments/deployment-nodes.js'
import {
  DeploymentPlanResolver,
  DeploymentPlanStepResolver,
} from '../resolvers/deployments/deployment-plan.resolver.js'
import { DeploymentResolver } from '../resolvers/deployments/deployment.resolver.js'
import { DeploymentsResolver } from '../resolvers/deployments/deployments.resolver.js'
import { DeploymentEventsResolver, EventDeploymentResolver } from '../resolvers/deployments/event.resolver.js'
import { OutagesResolver } from '../resolvers/deployments/outages.resolver.js'
import {
  DeploymentAppResolver,
  DeploymentServerResolver,
  ObservedDeploymentResolver,
} from '../resolvers/deployments/server-state.resolver.js'
import { TemplateEligibilityResolver } from '../resolvers/deployments/template-eligibility.resolver.js'
import { agentRoutes } from '../rest/deployments/agents/agent-routes.js'
import { agentMarketplaceRoutes } from '../rest/deployments/agent-marketplace.js'
import { appHealthRoutes } from '../rest/deployments/app-health-routes.js'
import { commandReportRoutes } from '../rest/deployments/command-reports.js'
import { commandRoutes } from '../rest/deployments/commands.js'
import { composeAgentRoutes } from '../rest/deployments/compose-agent.js'
import { composeRoutes } from '../rest/deployments/compose.js'
import { containerRoutes } from '../rest/deployments/containers.js'
import { deploymentPlanRoutes } from '../rest/deployments/deployment-plan-routes.js'
import { deploymentRoutes, ownDeploymentRoutes } from '../rest/deployments/deployments.js'
import { deploymentOperations } from '../rest/deployments/operations.js'
import { serverStateRoutes } from '../rest/deployments/server-state-routes.js'
import { pushedCommandRoutes } from '../rest/deployments/seeds/pushed-commands.js'
import { deleteVaultTokens } from '../services/deployments/agents/delete-vault-tokens.js'
import { keepVaultTrue } from '../services/deployments/agents/publish-token.js'
import { queueBrokerMessage } from '../services/deployments/broker/queue-message.js'
import { startDeploymentJobs } from '../services/deployments/deployment-jobs.js'
import { notifyAgentsOfTemplate } from '../services/deployments/notifications/notify-agents-of-template.js'
import { InstallationCommandsResolver } from '../resolvers/deployments/installation-commands.resolver.js'
import { deploymentErasure } from '../services/deployments/account-data/deployment-erasure.js'
import { deploymentSealed } from '../services/deployments/agents/agent-sealed.js'
import { deploymentRules } from '../services/deployments/invariants/deployment-rules.js'
import { deploymentRetention } from '../services/deployments/retention/deployment-retention.js'
import { isQueueTopic } from '../services/deployments/model/queue-topic.js'
import { deploymentEvents } from '../services/deployments/event-data/deployment-events.js'
import '../schema/deployments/extended-types.js'
import { deploymentSearch } from '../services/deployments/search/search-ctes.js'
import { deploymentSettings } from '../services/deployments/settings/deployment-settings.js'
import { deploymentPermissions, deploymentScopes } from '../services/deployments/access/deployment-permissions.js'
import { defineModule, type Worker } from './module.js'

/** Its tables. They give statements their types. */
export const deploymentsEntities = [
  DeploymentSchema,
  RetiredAgentTokenSchema,
  EnrollmentTokenSchema,
  AgentSchema,
  ComposeAgentSchema,
  AgentNonceSchema,
  CommandSchema,
  CommandReportSchema,
  AppStateSchema,
  AgentNotificationSchema,
  AgentOutageSchema,
  ServerLoadSchema,
  ServerMetricsSchema,
  AgentAlarmSchema,
  BrokerMessageSchema,
] as const

/** Deployments, their agents and the commands that agents fetch. */
export const deployments = defineModule({
  name: 'deployments',
  requires: ['core', 'billing', 'marketplace'],
  entities: deploymentsEntities,
  resolvers: [
    InstallationCommandsResolver,
    EventDeploymentResolver,
    DeploymentEventsResolver,
    DeploymentResolver,
    DeploymentPlanResolver,
    DeploymentPlanStepResolver,
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
    AgentsResolver,
    DeploymentsResolver,
    OutagesResolver,
  ],
  parts: openDeployments,
  loaders: deploymentLoaders,
  nodes: deploymentNodes,
  nodesByKey: { 'Deployment.hash': deploymentByHash },
  operations: deploymentOperations,
  routes: (host) => [
    agentRoutes(host),
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
    pushedCommandRoutes,
  ],
  settings: deploymentSettings,
  events: deploymentEvents,
  on: (_system, inContext) => ({
    '*': [queueBrokerMessage],
    'template.approved': [notifyAgentsOfTemplate],
    'template.updated': [notifyAgentsOfTemplate],
    'template.deprecated': [notifyAgentsOfTemplate],
    'account.deleted': [inContext(deleteVaultTokens)],
    'agent.registered': [inContext(keepVaultTrue)],
    'agent.token_rotated': [inContext(keepVaultTrue)],
    'agent.revoked': [inContext(keepVaultTrue)],
  }),
  permissions: deploymentPermissions,
  scopes: deploymentScopes,
  isPolled: isQueueTopic,
  dashboardPages: {
    deployments: ['/a/$account/deployments', '/a/$account/deployments/$hash'],
    operations: ['/ops', '/ops/agents'],
  },
  documentation: [
    'tutorial.md',
    'agents.md',
    'agent-protocol.md',
    'alerts/agent-auth-failures.md',
    'alerts/agent-unreachable.md',
    'alerts/compose-agent-unreachable.md',
  ],
  invariants: deploymentRules,
  search: deploymentSearch,
  processMetrics: [
    'brokerMessages',
    'agentAuthFailures',
    'commands',
    'waitingAgents',
    'agentOutages',
    'agentOutageNotices',
    'agentAlarms',
  ],
  erasure: deploymentErasure,
  retention: deploymentRetention,
  sealed: deploymentSealed,
  workers: (system) => {
    const { AMQP_URL: amqpUrl } = system.settings
    return [startDeploymentJobs(system), ...(amqpUrl ? [startBroker(system, amqpUrl)] : [])]
  },
})

/** The client of the broker is loaded only where there is a broker. */
async function startBroker(system: RequestContext, amqpUrl: URL): Promise<Worker> {
  const { startBrokerSender } = await import('../services/deployments/broker/send-messages.js')
  return startBrokerSender(system, amqpUrl)
}
