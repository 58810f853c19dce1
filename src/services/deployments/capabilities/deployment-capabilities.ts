import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { composeAgentOf } from '../model/compose-agents.js'
import { deploymentsWithOutstandingCommand, presenceOf } from '../presence/presence.js'
import { authorizeDeployment, type RequestedDeployment } from '../model/authorize-deployment.js'
import { agentsByDeploymentIds } from '../model/deployment-queries.js'
import { decideCapabilities, type Capabilities } from './capabilities.js'

/** The agent of a deployment and whether it can be reached; offline when there is none. */
export async function agentWithPresence(
  { database, timers }: Pick<Context, 'database' | 'timers'>,
  deployment: Pick<DeploymentRow, 'id'>,
): Promise<{ agent: AgentRow | null; presence: AgentPresence }> {
  const [agent] = await agentsByDeploymentIds(database, [deployment.id])
  if (!agent) return { agent: null, presence: 'OFFLINE' }
  const busy = await deploymentsWithOutstandingCommand(database, [deployment.id])
  return { agent, presence: presenceOf(agent, busy.has(deployment.id), timers.now()) }
}

/** Current capabilities of a deployment, with its agent if there is one. */
export async function deploymentCapabilities(
  context: IdentityContext,
  requested: RequestedDeployment,
): Promise<{ agent: AgentRow | null; capabilities: Capabilities }> {
  const { deployment } = await authorizeDeployment(context, requested, 'deployments:read')
  const { agent, presence } = await agentWithPresence(context, deployment)
  const compose = await composeAgentOf(context.database, deployment.id)
  return { agent, capabilities: decideCapabilities(agent, presence, compose, context.timers.now()) }
}
