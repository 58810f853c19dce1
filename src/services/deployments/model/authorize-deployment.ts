import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { Permission } from '#services/identity/model/guard.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { AuthenticatedAgent } from '../agents/authenticate-agent.js'
import { findDeployment, requireDeployment } from './deployment-queries.js'

/** A deployment that its own agent can request, in addition to users and services. */
export interface RequestedDeployment {
  readonly hash: string
  /** The agent that signed the request. Null for the caller of the context. */
  readonly agent: Pick<AuthenticatedAgent, 'id' | 'deploymentHash'> | null
}

export interface AuthorizedDeployment {
  readonly deployment: DeploymentRow
  /** ID of the agent or of the caller. */
  readonly actor: string
}

/**
 * Requires the permission on the deployment, or its own agent. Not found for others, including agents of other
 * deployments.
 */
export async function authorizeDeployment(
  context: IdentityContext,
  { hash, agent }: RequestedDeployment,
  permission: Permission,
): Promise<AuthorizedDeployment> {
  if (!agent) {
    return { deployment: await requireDeployment(context, hash, permission), actor: context.caller.principal }
  }
  const deployment = agent.deploymentHash === hash ? await findDeployment(context.database, hash) : null
  if (!deployment) throw new AppError('NOT_FOUND', 'Deployment not found.')
  return { deployment, actor: agent.id }
}
