import { z } from 'zod'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { deploymentCapabilities } from '#services/deployments/capabilities/deployment-capabilities.js'
import { deploymentEventLog } from '#services/deployments/queries/deployment-event-log.js'
import {
  deploymentSnapshot,
  projectSnapshot,
  type DeploymentSnapshot,
} from '#services/deployments/queries/deployment-snapshot.js'
import { deploymentByHash, deploymentById, listDeployments } from '#services/deployments/queries/find-deployments.js'
import { authenticateAgentOrBearer } from './agents/agent-call.js'
import { authenticate } from '../authenticate.js'
import { DEPLOYMENT_SCHEMA, toRestCommand } from './command-view.js'
import { booleanParameter, id, integerParameter } from '../field-types.js'
import { describeRoutes, withAliases } from '../openapi/route-description.js'
import {
  capabilitiesResponse,
  deploymentResponse,
  deploymentsResponse,
  eventsResponse,
  snapshotResponse,
  stateResponse,
} from './responses/deployments.js'
import type { RestHost } from '../rest-context.js'
import { HASH, pathParams, type RestApp } from '../type-provider.js'

const listQuery = z.object({
  account: id.optional().describe('ID or reference of the account. Default: that of the token.'),
  project_id: id.optional().describe('ID of the deployment, which is the installation.'),
  template_id: id.optional().describe('ID of the template.'),
  limit: integerParameter(1, 500, 50),
})
const snapshotQuery = z.object({
  command_limit: integerParameter(1, 500, 50).describe('Number of the latest commands.'),
  include_command_results: booleanParameter(false),
})
const eventsQuery = z.strictObject({
  after: integerParameter(0, 999_999_999_999, 0).describe('`meta.next_after` of the response before.'),
  limit: integerParameter(1, 500, 100),
})

const byHash = pathParams({ hash: HASH })
const byId = pathParams({ id: 'ID of the deployment.' })
const byProject = pathParams({ project: 'ID of the deployment, which is the installation.' })

/** Deployments for dashboards that speak REST; one's own only. `project_id` is the installation: the deployment itself. */
export function deploymentRoutes(host: RestHost) {
  return (app: RestApp): void => {
    describeRoutes(app, { tag: 'Deployments', access: 'bearer', errors: ['NOT_FOUND', 'FORBIDDEN'] })
    const preValidation = authenticate(host)
    const response = { 200: deploymentResponse }
    app.get(
      '/api/v1/deployments',
      {
        preValidation,
        schema: {
          operationId: 'listDeployments',
          summary: 'Returns deployments, newest first.',
          querystring: listQuery,
          response: { 200: deploymentsResponse },
        },
      },
      async (request) => {
        const { account = null, project_id: projectId = null, template_id: templateId = null, limit } = request.query
        const list = await listDeployments(request.requestContext, { account, projectId, templateId, limit })
        return { message: 'Deployments', list: list.map(toItem) }
      },
    )
    const one = { operationId: 'getDeployment', summary: 'Returns a deployment.', params: byId, response }
    app.get('/api/v1/deployments/:id', { preValidation, schema: one }, async (request) =>
      toResponse(await deploymentById(request.requestContext, request.params.id)),
    )
    const hashed = { operationId: 'getDeploymentByHash', summary: 'Returns a deployment.', params: byHash, response }
    app.get('/api/v1/deployments/hash/:hash', { preValidation, schema: hashed }, async (request) =>
      toResponse(await deploymentByHash(request.requestContext, request.params.hash)),
    )
    const latest = {
      operationId: 'getDeploymentOfProject',
      summary: 'Returns the deployment of an installation.',
      params: byProject,
      response,
    }
    app.get('/api/v1/deployments/project/:project', { preValidation, schema: latest }, async (request) =>
      toResponse(await deploymentById(request.requestContext, request.params.project)),
    )

    const snapshot = {
      operationId: 'getSnapshotOfProject',
      summary: 'Returns the deployment of an installation with its agent and latest commands.',
      params: byProject,
      querystring: snapshotQuery,
      response: { 200: snapshotResponse },
    }
    app.get(
      '/api/v1/agent/project/:project',
      { preValidation, schema: snapshot },
      async ({ requestContext: context, params, query }) => {
        const seen = await projectSnapshot(context, params.project, query.command_limit)
        return { message: 'Snapshot', item: toSnapshot(seen, query.include_command_results) }
      },
    )
  }
}

/** The same for dashboards and for the deployment's own agent, which signs its requests. */
export function ownDeploymentRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateAgentOrBearer(host))
    describeRoutes(app, { tag: 'Deployments', access: 'agentOrBearer', errors: ['NOT_FOUND', 'FORBIDDEN'] })

    const capabilities = {
      operationId: 'getCapabilities',
      summary: 'Returns the functions of the agent, and the commands to offer.',
      params: byHash,
      response: { 200: capabilitiesResponse },
    }
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
    const summary = 'Returns a deployment with its agent and latest commands.'
    const snapshot = { schema: { operationId: 'getSnapshot', summary, ...look, response: { 200: snapshotResponse } } }
    app.get('/api/v1/agent/deployments/:hash', snapshot, async (request) => {
      const { requestContext: context, deploymentAgent: agent, params, query } = request
      const seen = await deploymentSnapshot(context, { hash: params.hash, agent }, query.command_limit)
      return { message: 'Snapshot', item: toSnapshot(seen, query.include_command_results) }
    })

    const bases = ['/api/v1/deployments/:hash', '/api/v1/agent/deployments/:hash']
    const states = bases.map((base) => `${base}/state`)
    for (const { path, operation } of withAliases('getDeploymentState', states)) {
      const summary = 'Returns the state of a deployment in one object.'
      const state = { schema: { ...operation, summary, ...look, response: { 200: stateResponse } } }
      app.get(path, state, async (request) => {
        const { requestContext: context, deploymentAgent: agent, params, query } = request
        const seen = await deploymentSnapshot(context, { hash: params.hash, agent }, query.command_limit)
        return { message: 'State', item: toState(seen) }
      })
    }

    const streams = bases.map((base) => `${base}/events`)
    for (const { path, operation } of withAliases('listDeploymentEvents', streams)) {
      const summary = 'Returns events of a deployment, oldest first.'
      const response = { 200: eventsResponse }
      const events = { schema: { ...operation, summary, params: byHash, querystring: eventsQuery, response } }
      app.get(path, events, async (request) => {
        const { requestContext: context, deploymentAgent: agent } = request
        const { hash } = request.params
        const { events, next, hasMore } = await deploymentEventLog(context, { hash, agent }, request.query)
        const item = { schemaVersion: DEPLOYMENT_SCHEMA, deployment_hash: hash, events: events.map(toEvent) }
        return { message: 'Events', item, meta: { next_after: next, has_more: hasMore } }
      })
    }
  }
}

const toResponse = (row: DeploymentRow) => ({ message: 'Deployment', item: toItem(row) })

const toItem = (row: DeploymentRow) => ({
  id: row.id,
  project_id: row.id,
  template_id: row.templateId,
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

const toContainer = ({ id, app, state, image, name, observedAt }: DeploymentSnapshot['containers'][number]) => ({
  id,
  app,
  state,
  image,
  name,
  observed_at: observedAt.toISOString(),
})

const toSnapshot = (seen: DeploymentSnapshot, withResults: boolean) => ({
  agent: toAgentItem(seen),
  commands: seen.commands.map((command) => toRestCommand(command, withResults)),
  containers: seen.containers.map(toContainer),
  apps: seen.deployment.apps.map(toApp),
})

const toState = (seen: DeploymentSnapshot) => ({
  schemaVersion: DEPLOYMENT_SCHEMA,
  project: seen.deployment.id,
  deployment: toItem(seen.deployment),
  agent: toAgentItem(seen),
  runtime: { containers: seen.containers.map(toContainer) },
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
