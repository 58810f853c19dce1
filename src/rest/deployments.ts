import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { DeploymentRow } from '../entities/deployments/deployment.entity.js'
import type { StreamEventRow } from '../entities/kernel/stream-event.entity.js'
import { deploymentCapabilities } from '../services/deployments/capabilities/deployment-capabilities.js'
import { requireDeployment } from '../services/deployments/queries/deployment-queries.js'
import { deploymentSnapshot, type DeploymentSnapshot } from '../services/deployments/queries/deployment-snapshot.js'
import {
  deploymentById,
  deploymentOfTemplate,
  listDeployments,
} from '../services/deployments/queries/find-deployments.js'
import { readEvents } from '../services/kernel/events/follow-stream.js'
import type { RequestContext } from '../context/request-context.js'
import { authorizeDeployment } from './authorize-deployment.js'
import { DEPLOYMENT_SCHEMA, parseQuery, toRestCommand, integerParameter, booleanParameter } from './command-view.js'
import type { RestHost } from './rest-context.js'

const listQuery = z.object({
  account: z.string().max(200).optional(),
  project_id: z.string().max(200).optional(),
  limit: integerParameter(1, 500, 50),
})
const snapshotQuery = z.object({
  command_limit: integerParameter(1, 500, 50),
  include_command_results: booleanParameter(false),
})
const eventsQuery = z.strictObject({
  after: integerParameter(0, 999_999_999_999, 0),
  limit: integerParameter(1, 500, 100),
})

/** Deployments for dashboards that speak REST; one's own only. `project_id` is the template that a deployment was made from. */
export function deploymentRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    app.get('/api/v1/deployments', async (request) => {
      const context = await host.contextOf(request)
      const { account = null, project_id: templateId = null, limit } = parseQuery(listQuery, request.query)
      const list = await listDeployments(context, { account, templateId, limit })
      return { message: 'Deployments', list: list.map(toItem) }
    })
    // Named like the others at this place of the path; here it is the deployment's id.
    one('/api/v1/deployments/:hash', (context, { hash: id }) => deploymentById(context, id!))
    one('/api/v1/deployments/hash/:hash', (context, { hash }) => requireDeployment(context, hash!, 'deployments:read'))
    one('/api/v1/deployments/project/:project', (context, { project }) => deploymentOfTemplate(context, project!))

    function one(path: string, find: (context: RequestContext, params: Params) => Promise<DeploymentRow>): void {
      app.get(path, async (request) => {
        const item = toItem(await find(await host.contextOf(request), request.params as Params))
        return { message: 'Deployment', item }
      })
    }

    app.get('/api/v1/deployments/:hash/capabilities', async (request) => {
      const { context, deployment } = await authorizeDeployment(host, request)
      const { agent, capabilities } = await deploymentCapabilities(context.database, deployment)
      return {
        message: 'Capabilities',
        item: {
          deployment_hash: deployment.hash,
          agent_id: agent?.id ?? null,
          status: capabilities.presence === 'BUSY' ? 'online' : capabilities.presence.toLowerCase(),
          last_heartbeat: capabilities.lastHeartbeatAt?.toISOString() ?? null,
          version: agent?.version ?? null,
          system_info: agent?.systemInfo ?? {},
          capabilities: agent?.capabilities ?? [],
          commands: capabilities.commands.map(({ type, ...command }) => ({ command_type: type, ...command })),
          features: capabilities.features,
          compose_agent: capabilities.composeAgent,
          fallback_reason: capabilities.fallbackReason?.toLowerCase() ?? null,
        },
      }
    })

    const snapshot = async (request: FastifyRequest): Promise<[DeploymentSnapshot, boolean]> => {
      const { context, deployment } = await authorizeDeployment(host, request)
      const query = parseQuery(snapshotQuery, request.query)
      return [
        await deploymentSnapshot(context.database, deployment, query.command_limit),
        query.include_command_results,
      ]
    }
    app.get('/api/v1/agent/deployments/:hash', async (request) => {
      const [seen, withResults] = await snapshot(request)
      return { message: 'Snapshot', item: toSnapshot(seen, withResults) }
    })
    app.get('/api/v1/agent/project/:project', async (request) => {
      const context = await host.contextOf(request)
      const query = parseQuery(snapshotQuery, request.query)
      const deployment = await deploymentOfTemplate(context, (request.params as Params)['project']!)
      const seen = await deploymentSnapshot(context.database, deployment, query.command_limit)
      return { message: 'Snapshot', item: toSnapshot(seen, query.include_command_results) }
    })

    for (const base of ['/api/v1/deployments/:hash', '/api/v1/agent/deployments/:hash']) {
      app.get(`${base}/state`, async (request) => {
        const [seen] = await snapshot(request)
        return { message: 'State', item: toState(seen) }
      })
      app.get(`${base}/events`, async (request) => {
        const { context, deployment } = await authorizeDeployment(host, request)
        const { after, limit } = parseQuery(eventsQuery, request.query)
        const events = await readEvents(context, deployment.id, after, limit)
        const item = { schemaVersion: DEPLOYMENT_SCHEMA, deployment_hash: deployment.hash, events: events.map(toEvent) }
        const next = events.at(-1)?.sequence ?? after
        return { message: 'Events', item, meta: { next_after: next, has_more: next < deployment.version } }
      })
    }
  }
}

type Params = Readonly<Record<string, string | undefined>>

const toItem = (row: DeploymentRow) => ({
  id: row.id,
  project_id: row.templateId,
  deployment_hash: row.hash,
  name: row.name,
  status: row.status.toLowerCase(),
  apps: row.apps.map(toApp),
  created_at: row.createdAt.toISOString(),
})

const toApp = ({ code, name, containerName }: DeploymentRow['apps'][number]) => ({
  code,
  name,
  container_name: containerName,
})

const toAgentItem = ({ agent, presence, deployment }: DeploymentSnapshot) => ({
  id: agent?.id ?? null,
  version: agent?.version ?? null,
  capabilities: agent?.capabilities ?? [],
  system_info: agent?.systemInfo ?? {},
  status: presence.toLowerCase(),
  last_heartbeat: agent?.lastHeartbeatAt?.toISOString() ?? null,
  deployment_hash: deployment.hash,
})

const toSnapshot = (seen: DeploymentSnapshot, withResults: boolean) => ({
  agent: toAgentItem(seen),
  commands: seen.commands.map((command) => toRestCommand(command, withResults)),
  containers: seen.containers,
  apps: seen.deployment.apps.map(toApp),
})

const toState = (seen: DeploymentSnapshot) => ({
  schemaVersion: DEPLOYMENT_SCHEMA,
  project: seen.deployment.templateId,
  deployment: toItem(seen.deployment),
  agent: toAgentItem(seen),
  runtime: { containers: seen.containers },
  apps: seen.deployment.apps.map(toApp),
  drift: seen.drift ?? false,
  ...(seen.commands[0] ? { lastCommand: toRestCommand(seen.commands[0], false) } : {}),
})

const toEvent = (event: StreamEventRow) => ({
  sequence: event.sequence,
  kind: event.type,
  classification: event.type.split('.')[0],
  occurredAt: event.at.toISOString(),
  summary: event.summary,
  ...(event.subjectType === 'Command' ? { commandId: event.subjectId } : {}),
  data: event.data,
})
