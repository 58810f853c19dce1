import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { agentWithPresence } from '../capabilities/deployment-capabilities.js'
import { authorizeDeployment, type RequestedDeployment } from '../model/authorize-deployment.js'
import { deploymentById } from './find-deployments.js'
import { observedDeployments, type ObservedContainer } from './observed-deployments.js'
import { selectCommands } from '../model/select-commands.js'

/** All deployment data of a dashboard in one response; bounded, regardless of the history. */
export interface DeploymentSnapshot {
  readonly deployment: DeploymentRow
  readonly agent: AgentRow | null
  readonly presence: AgentPresence
  /** The newest first. */
  readonly commands: readonly CommandRow[]
  readonly containers: readonly ObservedContainer[]
  /** True if the configuration on the server was found to differ. Null if never compared. */
  readonly drift: boolean | null
}

export async function deploymentSnapshot(
  context: IdentityContext,
  requested: RequestedDeployment,
  commandLimit: number,
): Promise<DeploymentSnapshot> {
  const { deployment } = await authorizeDeployment(context, requested, 'deployments:read')
  return loadSnapshot(context, deployment, commandLimit)
}

/** The same for a deployment by its ID, which is the project of integrations. */
export async function projectSnapshot(
  context: IdentityContext,
  projectId: string,
  commandLimit: number,
): Promise<DeploymentSnapshot> {
  return loadSnapshot(context, await deploymentById(context, projectId), commandLimit)
}

async function loadSnapshot(
  context: IdentityContext,
  deployment: DeploymentRow,
  commandLimit: number,
): Promise<DeploymentSnapshot> {
  const { database } = context
  const commands = await selectCommands(database)
    .where('deploymentId', '=', deployment.id)
    .orderBy('id', 'desc')
    .limit(commandLimit)
    .execute()
  const [observed] = await observedDeployments(database, [deployment.id])
  return {
    deployment,
    ...(await agentWithPresence(context, deployment)),
    commands,
    containers: observed?.containers ?? [],
    drift: observed?.drift ?? null,
  }
}
