import { z } from 'zod'
import { anyObject, component, itemResponse, list, lowerCaseOf, time, wordOf } from '#rest/responses/fields.js'

const tokenWarning = component('TokenWarning', 'A part of the registration that is carried out later.', {
  code: z.string(),
  message: z.string(),
  details: z.string().nullish(),
})
const warnings = list(tokenWarning).optional()

const deliveredCommand = component('DeliveredCommand', 'A command as the agent reads it.', {
  id: z.string(),
  command_id: z.string(),
  deployment_hash: z.string(),
  type: z.string(),
  parameters: anyObject().describe('Parameters with secrets, and `deployment_hash`.'),
  priority: lowerCaseOf('LOW', 'NORMAL', 'HIGH', 'CRITICAL'),
  timeout_seconds: z.number(),
  created_at: time(),
})

export const pollResponse = z
  .strictObject({
    message: z.string(),
    item: deliveredCommand.nullable(),
    meta: z.strictObject({}).describe('Without a time to wait: the agent polls again immediately.'),
  })
  .describe('The next command. `item` is null if none was enqueued in time.')

export const reportResponse = itemResponse(
  z.strictObject({ accepted: z.literal(true), message: z.string() }),
  'The report is stored.',
)

export const statusStoredResponse = z.strictObject({ message: z.string() }).describe('The status is stored.')

const notification = component('AgentNotification', 'A message for the owner of the agent.', {
  id: z.string(),
  kind: wordOf('stack_update_available', 'stack_published', 'system_notice'),
  title: z.string(),
  message: z.string(),
  stack_id: z.string().optional(),
  stack_name: z.string().optional(),
  new_version: z.string().optional(),
  created_at: time(),
  read: z.literal(false),
})

export const notificationsResponse = z
  .strictObject({
    message: z.string(),
    item: z.strictObject({ notifications: list(notification) }),
    notifications: list(notification).describe('The same list, at the place where agents read it.'),
  })
  .describe('Notifications, newest first.')

export const registeredResponse = z
  .strictObject({
    data: z.strictObject({
      item: component('RegisteredAgent', 'An agent with its token, which is returned only once.', {
        agent_id: z.string(),
        agent_token: z.string(),
        dashboard_version: z.string(),
        supported_api_versions: list(z.string()),
        environment: z.string().describe('Lines for the environment of the process of the agent.'),
        warnings,
      }),
    }),
  })
  .describe('The agent is registered.')

export const linkedAgent = component('LinkedAgent', 'An agent with its token, without an envelope.', {
  agent_id: z.string(),
  agent_token: z.string(),
  deployment_hash: z.string(),
  dashboard_url: z.string(),
  warnings,
})

export const loginResponse = component('AgentLogin', 'A session of the page of the agent.', {
  session_token: z.string(),
  user_id: z.string(),
  deployments: list(
    z.strictObject({
      deployment_id: z.string().describe('Deployment hash.'),
      stack_name: z.string().nullable(),
      status: lowerCaseOf('PENDING', 'ACTIVE'),
      created_at: time(),
    }),
  ),
})

const stack = component('Stack', 'A template as the page of an agent shows it.', {
  id: z.string(),
  code: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  stack: z.string(),
  tags: list(z.string()),
  version: z.string(),
})

export const stackResponse = stack
export const stacksResponse = z.strictObject({ stacks: list(stack), total: z.number() }).describe('Templates for sale.')

export const completionResponse = itemResponse(
  z.strictObject({
    success: z.literal(true),
    template_id: z.string().nullable(),
    deployment_hash: z.string(),
    deploy_count_incremented: z.boolean().describe('False if the completion was reported before.'),
  }),
  'The completion is recorded.',
)

export const heartbeatResponse = itemResponse(z.strictObject({ accepted: z.literal(true) }), 'The heartbeat is stored.')
