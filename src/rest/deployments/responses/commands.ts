import { z } from 'zod'
import { anyObject, component, itemResponse, json, list, lowerCaseOf, time, wordOf } from '#rest/responses/fields.js'

const commandError = component('CommandError', 'An error or a warning, as reported by the agent.', {
  code: z.string(),
  message: z.string(),
  details: z.string().nullable(),
})

const command = {
  id: z.string().describe('ID of the command.'),
  command_id: z.string().describe('The same ID, under the name that agents use.'),
  deployment_hash: z.string(),
  type: z.string().describe('Command type, for example `restart`.'),
  app_code: z.string().nullable().describe('Code of the application. Null if the command is for the whole server.'),
  status: lowerCaseOf('QUEUED', 'LEASED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST'),
  priority: lowerCaseOf('LOW', 'NORMAL', 'HIGH', 'CRITICAL'),
  parameters: anyObject().describe('Parameters that the agent receives, with masked secrets.'),
  result: json().describe('Typed result. Null until reported, if it is large, and in lists without results.'),
  result_omitted: z.literal(true).optional().describe('The result is too large. Read the report instead.'),
  error: commandError.nullish(),
  warnings: list(commandError),
  attempt: z.number().describe('Number of deliveries to an agent.'),
  created_by: z.string().nullable().describe('ID of the user. Null for services and the system.'),
  created_at: time(),
  updated_at: time().describe('Time of the latest change of status.'),
  finished_at: time().nullable(),
  timeout_seconds: z.number(),
  metadata: z.strictObject({}).describe('Always empty. Existing clients expect it.'),
}

export const commandItem = component('Command', 'A unit of work for an agent.', command)

export const commandResponse = itemResponse(commandItem, 'The command.')

export const commandsResponse = z
  .strictObject({
    message: z.string(),
    list: list(commandItem),
    next_after: z
      .string()
      .nullable()
      .describe(
        'Place behind the last command, for `after`. Null without `since` and `after`, and before the first change.',
      ),
  })
  .describe('Commands, newest first; with `since` or `after`, oldest change first.')

/** Responses of a route that enqueues a command and waits for its report. */
export const waitedCommand = {
  200: itemResponse(commandItem, 'The command with its report.'),
  202: itemResponse(commandItem, 'The command, whose report is pending.'),
} as const

/** The same on a route of the compose agent, which can respond instead. */
const pulled = component('FallbackCommand', 'A command for the polling agent instead of the compose agent.', {
  ...command,
  via: z.literal('status_panel'),
  compose_agent: z.literal(false),
  fallback_reason: z.string().describe('Reason why the compose agent was not called.'),
})

const composed = component('ComposeResult', 'Response of the compose agent.', {
  via: z.literal('compose_agent'),
  compose_agent: z.literal(true),
  fallback_reason: z.null().meta({ shown: { type: ['string', 'null'] }, description: 'Null: the agent was called.' }),
  result: json(),
})

export const composeResponses = {
  200: itemResponse(z.union([composed, pulled]), 'Response of the compose agent, or the command with its report.'),
  202: itemResponse(pulled, 'The command, whose report is pending.'),
} as const

export const composeAgentResponse = itemResponse(
  component('ComposeAgent', 'A registered compose agent.', {
    compose_agent_id: z.string(),
    deployment_hash: z.string(),
    url: z.string(),
    version: z.string().nullable(),
    registered_at: time(),
  }),
  'The compose agent.',
)

export const appHealthResponse = component('AppHealth', 'Health of one application.', {
  deployment_hash: z.string(),
  app_code: z.string(),
  status: wordOf('ok', 'unhealthy', 'degraded', 'unknown').describe('`unknown` if the agent did not report in time.'),
  container_state: wordOf('running', 'starting', 'exited', 'failed', 'unknown'),
  last_heartbeat_at: z.string().nullable(),
  metrics: json(),
  errors: list(json()),
  command_id: z.string(),
})
