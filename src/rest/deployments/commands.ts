import { z } from 'zod'
import { cancelCommand } from '#services/deployments/commands/cancel-command.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { namedCommand, type CommandRequest } from '#services/deployments/commands/command-request.js'
import { enqueueCommand } from '#services/deployments/commands/enqueue-command.js'
import { changedCommands } from '#services/deployments/queries/changed-commands.js'
import { requireCommand } from '#services/deployments/queries/require-command.js'
import { withLargeResults } from '#services/deployments/model/large-values.js'
import { authenticate } from '../authenticate.js'
import { toRestCommand } from './command-view.js'
import { booleanParameter, idempotencyKey, integerParameter, text } from '../field-types.js'
import { describeRoutes, withAliases } from '../openapi/route-description.js'
import { commandResponse, commandsResponse } from './responses/commands.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { HASH, pathParams, type RestApp } from '../type-provider.js'

/** A flat body has `type` instead of `command_type`, and its other members are the parameters. */
const enqueueBody = z.looseObject({
  deployment_hash: z.string().min(1).max(128),
  command_type: z.string().min(1).max(200).optional().describe('For example `restart`. Required without `type`.'),
  type: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Type of a flat body, whose parameters are members of the body. For example `restart`.'),
  priority: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['LOW', 'NORMAL', 'HIGH', 'CRITICAL']))
    .nullish()
    .transform((priority) => priority ?? 'NORMAL')
    .describe('`low`, `normal` (default), `high` or `critical`, in any case.'),
  parameters: z.record(z.string(), z.unknown()).nullish().describe('Parameters of the command type.'),
  timeout_seconds: z
    .number()
    .int()
    .nullish()
    .transform((seconds) => seconds ?? 300)
    .describe('Time for the agent to run the command. Default: 300.'),
  expires_in_seconds: z.number().int().nullish().describe('Time in which an agent must fetch it. Default: a day.'),
  idempotency_key: idempotencyKey.nullish(),
})

const listQuery = z.object({
  since: z.iso
    .datetime({ offset: true, error: 'must be a time, for example 2026-11-20T08:15:00Z' })
    .optional()
    .describe(
      'Only commands that changed after this time, oldest change first. The list is longer than `limit` if more commands changed in its last millisecond.',
    ),
  after: text(2048)
    .optional()
    .describe('Only commands that changed after this place, oldest change first: `next_after` of the response before.'),
  limit: integerParameter(1, 500, 50),
  wait_ms: integerParameter(0, 30_000, 0).describe('Longest wait for a change after `since` or `after`.'),
  include_results: booleanParameter(false).describe('Results are always included with `since` and `after`.'),
})

const ENQUEUE = ['/api/v1/commands', '/api/v1/commands/enqueue', '/api/v1/agent/commands/enqueue']

/** Codes of a command that is not enqueued. */
export const COMMAND_ERRORS = [
  'UNKNOWN_COMMAND',
  'INVALID_TRANSITION',
  'COMMAND_NOT_SUPPORTED',
  'INVALID_PARAMETERS',
  'RATE_LIMITED',
  'INSUFFICIENT_PLAN',
  'FEATURE_NOT_INCLUDED',
  'QUOTA_EXCEEDED',
] as const

/** Commands for integrations and dashboards over REST. An invisible object is 404, like a missing one. */
export function commandRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Commands', access: 'bearer', errors: ['NOT_FOUND', 'FORBIDDEN'] })

    for (const { path, operation } of withAliases('enqueueCommand', ENQUEUE)) {
      const enqueue = {
        ...operation,
        summary: 'Enqueues a command for the agent of a deployment.',
        body: enqueueBody,
        example: { deployment_hash: 'a1b2c3', command_type: 'restart', parameters: { app_code: 'web' } },
        response: { 202: commandResponse },
        errors: [...COMMAND_ERRORS, 'IDEMPOTENCY_MISMATCH'] as const,
      }
      app.post(path, { schema: enqueue }, async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await enqueueCommand(context, {
          deploymentHash: body.deployment_hash,
          command: commandOf(body, context.settings.ALLOWED_COMMANDS),
          priority: body.priority,
          timeoutSeconds: body.timeout_seconds,
          expiresInSeconds: body.expires_in_seconds ?? null,
          idempotencyKey: body.idempotency_key ?? context.database.newId('cmd'),
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return reply.code(202).send({ message: 'Command queued', item: toRestCommand(outcome.command) })
      })
    }

    app.get(
      '/api/v1/commands/:hash',
      {
        schema: {
          operationId: 'listCommands',
          summary: 'Returns the commands of a deployment, latest change first.',
          params: pathParams({ hash: HASH }),
          querystring: listQuery,
          response: { 200: commandsResponse },
          errors: ['INVALID_CURSOR'],
        },
      },
      async (request) => {
        const { requestContext: context, query } = request
        const since = query.since === undefined ? null : new Date(query.since)
        const { after = null } = query
        const { commands, next } = await changedCommands(context, {
          deploymentHash: request.params.hash,
          since,
          after,
          limit: query.limit,
          waitMs: query.wait_ms,
        })
        const withResults = since !== null || after !== null || query.include_results
        const list = withResults ? await withLargeResults(context.database, commands) : commands
        return {
          message: 'Commands',
          list: list.map((command) => toRestCommand(command, withResults)),
          next_after: next,
        }
      },
    )

    const params = pathParams({ hash: HASH, id: 'ID of the command.' })
    const response = { 200: commandResponse }
    const one = { operationId: 'getCommand', summary: 'Returns a command with its result.', params, response }
    app.get('/api/v1/commands/:hash/:id', { schema: one }, async (request) => ({
      message: 'Command',
      item: toRestCommand(await requireCommand(request.requestContext, request.params)),
    }))

    const cancellation = {
      operationId: 'cancelCommand',
      summary: 'Cancels a command. An agent that already has it is asked to stop.',
      params,
      response,
      errors: ['INVALID_TRANSITION'] as const,
    }
    app.post('/api/v1/commands/:hash/:id/cancel', { schema: cancellation }, async (request, reply) => {
      const { requestContext: context } = request
      const { id } = await requireCommand(context, request.params)
      const outcome = await cancelCommand(context, id)
      if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
      const isOver = outcome.command.status === 'CANCELLED'
      return {
        message: isOver ? 'Command canceled' : 'Cancellation requested: the agent already has the command',
        item: toRestCommand(outcome.command),
      }
    })
  }
}

const EXPECTED =
  'Expected: {"deployment_hash": "…", "command_type": "restart", "parameters": {…}}, or the flat form {"deployment_hash": "…", "type": "restart", "app_code": "…"}.'

/** Members of the body that are not parameters of a flat body. */
const ENVELOPE = new Set<string>(Object.keys(enqueueBody.shape))

/** Command of a body in either form. Members of a flat body that are not of the envelope are its parameters. */
function commandOf(body: z.infer<typeof enqueueBody>, allowed: readonly string[]): CommandRequest | Refused {
  const { command_type: named, type, parameters, ...members } = body
  if (named !== undefined) return namedCommand(named, parameters, allowed)
  if (type === undefined)
    throw new AppError('BAD_REQUEST', `command_type is required. ${EXPECTED}`, { details: { field: 'command_type' } })
  const own = Object.entries(members).filter(([name]) => !ENVELOPE.has(name))
  return namedCommand(type, { ...Object.fromEntries(own), ...parameters }, allowed)
}
