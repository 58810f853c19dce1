import { z } from 'zod'
import { commandItem } from './commands.js'
import { anyObject, component, itemResponse, json, list, lowerCaseOf, time, wordOf } from '#rest/responses/fields.js'

const app = component('DeploymentApp', 'An application of a deployment.', {
  code: z.string(),
  name: z.string(),
  container_name: z.string().nullable(),
})

export const deployment = component('Deployment', 'A stack that an account runs on a server.', {
  id: z.string(),
  project_id: z.string().describe('ID of the installation, which is the ID of the deployment.'),
  template_id: z.string().nullable().describe('ID of the template.'),
  deployment_hash: z.string(),
  name: z.string().nullable(),
  status: lowerCaseOf('PENDING', 'ACTIVE', 'STOPPED'),
  apps: list(app),
  created_at: time(),
})

export const deploymentResponse = itemResponse(deployment, 'The deployment.')
export const deploymentsResponse = z
  .strictObject({ message: z.string(), list: list(deployment) })
  .describe('Deployments, newest first.')

const agent = component('Agent', 'The agent of a deployment. All members are null or empty before it is registered.', {
  id: z.string().nullable(),
  version: z.string().nullable(),
  capabilities: list(z.string()),
  system_info: anyObject(),
  status: lowerCaseOf('ONLINE', 'BUSY', 'OFFLINE', 'DEGRADED'),
  last_heartbeat: time().nullable(),
  deployment_hash: z.string(),
})

const containers = list(
  component('Container', 'A container as the latest report of containers has it.', {
    id: z.string().nullable().describe('ID on the server. Null if not reported.'),
    app: z.string().nullable().describe('Code of the application that it belongs to. Null if unknown.'),
    state: z.string().describe('State as the agent reported it, for example `running`; `unknown` if it reported none.'),
    image: z.string().nullable(),
    name: z.string().nullable(),
    observed_at: time().describe('Time of the report (machine clock).'),
  }),
)

export const snapshotResponse = itemResponse(
  component('DeploymentSnapshot', 'Agent, latest commands, containers and applications of a deployment.', {
    agent,
    commands: list(commandItem),
    containers,
    apps: list(app),
  }),
  'The snapshot.',
)

const SCHEMA_VERSION = z.string().describe('Format of this response.')

export const stateResponse = itemResponse(
  component('DeploymentState', 'State of a deployment in one object.', {
    schemaVersion: SCHEMA_VERSION,
    project: z.string().describe('ID of the installation, which is the ID of the deployment.'),
    deployment,
    agent,
    runtime: z.strictObject({ containers }),
    apps: list(app),
    drift: z.boolean().describe('Whether the configuration on the server differs from the stored one.'),
    lastCommand: commandItem.optional(),
  }),
  'The state.',
)

const event = component('DeploymentEvent', 'An event in the stream of a deployment.', {
  sequence: z.number(),
  kind: z.string().describe('Type of the event, for example `command.succeeded`.'),
  classification: z.string().optional().describe('First part of the type.'),
  occurredAt: time(),
  summary: z.string(),
  commandId: z.string().nullish(),
  data: json(),
})

export const eventsResponse = z
  .strictObject({
    message: z.string(),
    item: z.strictObject({ schemaVersion: SCHEMA_VERSION, deployment_hash: z.string(), events: list(event) }),
    meta: z.strictObject({ next_after: z.number(), has_more: z.boolean() }),
  })
  .describe('Events after the given number.')

const capableCommand = z.strictObject({
  command_type: z.string(),
  label: z.string(),
  icon: z.string(),
  scope: wordOf('container', 'deployment'),
  requires: z.string().describe('The capability that an agent must have.'),
  supported: z.boolean().describe('False if no agent of this version runs it.'),
})

export const capabilitiesResponse = itemResponse(
  component('Capabilities', 'Functions of the agent, and the commands that a dashboard offers.', {
    deployment_hash: z.string(),
    agent_id: z.string().nullable(),
    status: wordOf('online', 'offline', 'degraded'),
    last_heartbeat: time().nullable(),
    version: z.string().nullable(),
    system_info: anyObject(),
    capabilities: list(z.string()),
    commands: list(capableCommand),
    features: z.record(z.string(), z.boolean()),
    compose_agent: z.boolean(),
    fallback_reason: z.string().nullable().describe('Reason why the compose agent is not used. Null if it is.'),
  }),
  'The capabilities.',
)

const planStep = z.strictObject({
  app_code: z.string(),
  command_type: z.string(),
  change: wordOf('install', 'update', 'rollback'),
  to_command_id: z.string().nullable().describe('Earlier command whose parameters are used. Null without one.'),
  parameters: anyObject(),
})

export const planResponse = itemResponse(
  component('DeploymentPlan', 'Commands that a deployment or a rollback would enqueue.', {
    schemaVersion: SCHEMA_VERSION,
    deployment_hash: z.string(),
    operation: z.string(),
    fingerprint: z.string().describe('Identifies the state that the plan was made for.'),
    steps: list(planStep),
    warnings: list(z.string()),
  }),
  'The plan.',
)

const appState = z.strictObject({
  app_code: z.string(),
  status: z.string().nullable(),
  container_state: z.string().nullable(),
  health: z.string().nullable(),
  reported_at: time(),
})

export const serverStateResponse = itemResponse(
  component('ServerState', 'State of the applications, and the load of the server.', {
    deployment_hash: z.string(),
    apps: list(appState),
    load: anyObject().nullable().describe('Latest measurements. Null if none were received.'),
    load_received_at: time().nullable(),
  }),
  'The state of the server.',
)
