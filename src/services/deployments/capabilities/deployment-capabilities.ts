import type { AgentRow } from '../../../entities/deployments/agent.entity.js'
import type { IdentityContext } from '../../identity/caller.js'
import { deploymentsWithOutstandingCommand, presenceOf } from '../presence/presence.js'
import { agentsByDeploymentIds, requireDeployment } from '../queries/deployment-queries.js'
import { decideCapabilities, type Capabilities } from './capabilities.js'

/** What can be done with a deployment now, and its agent when there is one. */
export async function deploymentCapabilities(
  context: IdentityContext,
  hash: string,
): Promise<{ agent: AgentRow | null; capabilities: Capabilities }> {
  const deployment = await requireDeployment(context, hash, 'deployments:read')
  const [agent] = await agentsByDeploymentIds(context.database, [deployment.id])
  const busy = await deploymentsWithOutstandingCommand(context.database, [deployment.id])
  const presence = agent ? presenceOf(agent, busy.has(deployment.id)) : 'OFFLINE'
  return { agent: agent ?? null, capabilities: decideCapabilities(agent ?? null, presence) }
}
