import type { FastifyRequest } from 'fastify'
import type { DeploymentRow } from '../entities/deployments/deployment.entity.js'
import { authenticateAgent } from '../services/deployments/agents/authenticate-agent.js'
import { findDeployment, requireDeployment } from '../services/deployments/queries/deployment-queries.js'
import type { Permission } from '../services/identity/guard/guard.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import type { RequestContext } from '../context/request-context.js'
import { agentCall, mapAgentErrors } from './agents/agent-call.js'
import type { RestHost } from './rest-context.js'

export interface AuthorizedDeployment {
  readonly context: RequestContext
  readonly deployment: DeploymentRow
  /** ID of the agent or of the caller. */
  readonly actor: string
}

/**
 * The deployment of a route, for its own agent (which signs and sends `X-Agent-Id`) or for users and services with the
 * permission. Not found for others, including agents of other deployments.
 */
export async function authorizeDeployment(
  host: RestHost,
  request: FastifyRequest,
  permission: Permission = 'deployments:read',
): Promise<AuthorizedDeployment> {
  const { hash } = request.params as { hash: string }
  if (request.headers['x-agent-id'] === undefined) {
    const context = await host.contextOf(request)
    return { context, deployment: await requireDeployment(context, hash, permission), actor: context.caller.principal }
  }
  const context = host.anonymousContext(request)
  const agent = await mapAgentErrors(authenticateAgent(context, agentCall(request)))
  const deployment = agent.deploymentHash === hash ? await findDeployment(context.database, hash) : null
  if (!deployment) throw new AppError('NOT_FOUND', 'Deployment not found.')
  return { context, deployment, actor: agent.id }
}
