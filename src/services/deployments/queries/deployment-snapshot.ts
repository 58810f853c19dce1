import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { agentWithPresence } from '../capabilities/deployment-capabilities.js'
import { isObject } from '../commands/parameters/parameter-tree.js'
import { authorizeDeployment, type RequestedDeployment } from './authorize-deployment.js'
import { codesOf } from '../app-states/map-containers.js'
import { latestCommands } from './deployment-queries.js'
import { deploymentById } from './find-deployments.js'
import { withLargeResults } from './large-values.js'
import { selectCommands } from './select-commands.js'

/** A container as its agent reported it last. */
export interface ObservedContainer {
  readonly id: string | null
  readonly app: string | null
  readonly state: string
  readonly image: string | null
  readonly name: string | null
}

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

/** Commands whose results are part of a snapshot. */
const SHOWN = new Set(['list_containers', 'health', 'config_diff'])

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
  const newest = await latestCommands(database, [deployment.id])
  const latest = await withLargeResults(
    database,
    newest.filter(({ type }) => SHOWN.has(type)),
  )
  const difference = latest.find(({ type, status }) => type === 'config_diff' && status === 'SUCCEEDED')
  return {
    deployment,
    ...(await agentWithPresence(context, deployment)),
    commands,
    containers: observedContainers(latest, deployment),
    drift: isObject(difference?.result) ? difference.result['has_drift'] === true : null,
  }
}

/** Pure: the containers of the newest report that lists them, each with the application that it belongs to. */
export function observedContainers(
  newestFirst: readonly CommandRow[],
  deployment: Pick<DeploymentRow, 'hash' | 'apps'>,
): ObservedContainer[] {
  const listing = newestFirst.find(
    ({ type, result }) =>
      (type === 'list_containers' || type === 'health') && isObject(result) && Array.isArray(result['containers']),
  )
  if (!isObject(listing?.result)) return []
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const items = (listing.result['containers'] as unknown[]).filter(isObject)
  const codes = codesOf(
    deployment,
    items.map((item) => ({
      appCode: text(item['app_code']) ?? text(item['app']),
      containerName: text(item['container_name']) ?? text(item['name']),
    })),
  )
  return items.map((item, index) => ({
    id: text(item['id']) ?? text(item['container_id']),
    app: codes[index] ?? text(item['app_code']) ?? text(item['app']),
    state: text(item['container_state']) ?? text(item['state']) ?? text(item['status']) ?? 'unknown',
    image: text(item['image']),
    name: text(item['container_name']) ?? text(item['name']),
  }))
}
