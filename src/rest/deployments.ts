import { z } from 'zod'
import type { DeploymentRow } from '../entities/deployments/deployment.entity.js'
import type { StreamEventRow } from '../entities/kernel/stream-event.entity.js'
import { deploymentCapabilities } from '../services/deployments/capabilities/deployment-capabilities.js'
import { deploymentEvents } from '../services/deployments/queries/deployment-events.js'
import {
  deploymentSnapshot,
  templateDeploymentSnapshot,
  type DeploymentSnapshot,
} from '../services/deployments/queries/deployment-snapshot.js'
import {
  deploymentByHash,
  deploymentById,
  deploymentOfTemplate,
  listDeployments,
} from '../services/deployments/queries/find-deployments.js'
import { authenticateAgentOrBearer } from './agents/agent-call.js'
import { authenticate } from './authenticate.js'
import { DEPLOYMENT_SCHEMA, toRestCommand } from './command-view.js'
import { booleanParameter, integerParameter } from './field-types.js'
import {
  capabilitiesResponse,
  deploymentResponse,
  deploymentsResponse,
  eventsResponse,
  snapshotResponse,
  stateResponse,
} from './responses/deployments.js'
import type { RestHost } from './rest-context.js'
import { pathParams, type RestApp } from './type-provider.js'

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

const byHash = pathParams('hash')
const byProject = pathParams('project')

/** Deployments for dashboards that speak REST; one's own only. `project_id` is the template that a deployment was made from. */
export function deploymentRoutes(host: RestHost) {
  return (app: RestApp): void => {
    const preValidation = authenticate(host)
    const response = { 200: deploymentResponse }
    app.get(
      '/api/v1/deployments',
      { preValidation, schema: { querystring: listQuery, response: { 200: deploymentsResponse } } },
      async (request) => {
        const { account = null, project_id: templateId = null, limit } = request.query
        const list = await listDeployments(request.requestContext, { account, templateId, limit })
        return { message: 'Deployments', list: list.map(toItem) }
      },
    )
    // Named like the others at this place of the path; here it is the deployment's id.
    app.get('/api/v1/deployments/:hash', { preValidation, schema: { params: byHash, response } }, async (request) =>
      toResponse(await deploymentById(request.requestContext, request.params.hash)),
    )
    app.get(
      '/api/v1/deployments/hash/:hash',
      { preValidation, schema: { params: byHash, response } },
      async (request) => toResponse(await deploymentByHash(request.requestContext, request.params.hash)),
    )
    app.get(
      '/api/v1/deployments/project/:project',
      { preValidation, schema: { params: byProject, response } },
      async (request) => toResponse(await deploymentOfTemplate(request.requestContext, request.params.project)),
    )

    const snapshot = { params: byProject, querystring: snapshotQuery, response: { 200: snapshotResponse } }
    app.get(
      '/api/v1/agent/project/:project',
      { preValidation, schema: snapshot },
      async ({ requestContext: context, params, query }) => {
        const seen = await templateDeploymentSnapshot(context, params.project, query.command_limit)
        return { message: 'Snapshot', item: toSnapshot(seen, query.include_command_results) }
      },
    )
  }
}

/** The same for dashboards and for the deployment's own agent, which signs its requests. */
export function ownDeploymentRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateAgentOrBearer(host))

    const capabilities = { params: byHash, response: { 200: capabilitiesResponse } }
    app.get('/api/v1/deployments/:hash/capabilities', { schema: capabilities }, async (request) => {
      const { requestContext: context, deploymentAgent } = request
      const { hash } = request.params
      const { agent, capabilities } = await deploymentCapabilities(context, { hash, agent: deploymentAgent })
      return {
        message: 'Capabilities',
        item: {
          deployment_hash: hash,
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

    const look = { params: byHash, querystring: snapshotQuery }
    const snapshot = { schema: { ...look, response: { 200: snapshotResponse } } }
    app.get('/api/v1/agent/deployments/:hash', snapshot, async (request) => {
      const { requestContext: context, deploymentAgent: agent, params, query } = request
      const seen = await deploymentSnapshot(context, { hash: params.hash, agent }, query.command_limit)
      return { message: 'Snapshot', item: toSnapshot(seen, query.include_command_results) }
    })

    for (const base of ['/api/v1/deployments/:hash', '/api/v1/agent/deployments/:hash']) {
      const state = { schema: { ...look, response: { 200: stateResponse } } }
      app.get(`${base}/state`, state, async (request) => {
        const { requestContext: context, deploymentAgent: agent, params, query } = request
        const seen = await deploymentSnapshot(context, { hash: params.hash, agent }, query.command_limit)
        return { message: 'State', item: toState(seen) }
      })
      const events = { schema: { params: byHash, querystring: eventsQuery, response: { 200: eventsResponse } } }
      app.get(`${base}/events`, events, async (request) => {
        const { requestContext: context, deploymentAgent: agent } = request
        const { hash } = request.params
        const { events, next, hasMore } = await deploymentEvents(context, { hash, agent }, request.query)
        const item = { schemaVersion: DEPLOYMENT_SCHEMA, deployment_hash: hash, events: events.map(toEvent) }
        return { message: 'Events', item, meta: { next_after: next, has_more: hasMore } }
      })
    }
  }
}

const toResponse = (row: DeploymentRow) => ({ message: 'Deployment', item: toItem(row) })

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
