import { z } from 'zod'
import { cancelCommand } from '../services/deployments/commands/cancel-command.js'
import { namedCommand } from '../services/deployments/commands/command-request.js'
import { enqueueCommand } from '../services/deployments/commands/enqueue-command.js'
import { changedCommands } from '../services/deployments/queries/changed-commands.js'
import { requireCommand } from '../services/deployments/queries/require-command.js'
import { withLargeResults } from '../services/deployments/queries/large-values.js'
import { authenticate } from './authenticate.js'
import { toRestCommand } from './command-view.js'
import { booleanParameter, integerParameter } from './field-types.js'
import { commandResponse, commandsResponse } from './responses/commands.js'
import { sendDenial, type RestHost } from './rest-context.js'
import { pathParams, type RestApp } from './type-provider.js'

const enqueueBody = z.object({
  deployment_hash: z.string().min(1).max(128),
  command_type: z.string().min(1).max(200),
  priority: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['LOW', 'NORMAL', 'HIGH', 'CRITICAL']))
    .nullish()
    .transform((priority) => priority ?? 'NORMAL'),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  timeout_seconds: z
    .number()
    .int()
    .nullish()
    .transform((seconds) => seconds ?? 300),
  expires_in_seconds: z.number().int().nullish(),
  idempotency_key: z.string().nullish(),
})

const listQuery = z.object({
  since: z.iso.datetime({ offset: true, error: 'must be a time, for example 2026-11-20T08:15:00Z' }).optional(),
  limit: integerParameter(1, 500, 50),
  wait_ms: integerParameter(0, 30_000, 0),
  include_results: booleanParameter(false),
})

/** Commands for integrations and dashboards over REST. An invisible object is 404, like a missing one. */
export function commandRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))

    for (const path of ['/api/v1/agent/commands/enqueue', '/api/v1/commands/enqueue', '/api/v1/commands'])
      app.post(path, { schema: { body: enqueueBody, response: { 202: commandResponse } } }, async (request, reply) => {
        const { requestContext: context, body } = request
        const outcome = await enqueueCommand(context, {
          deploymentHash: body.deployment_hash,
          command: namedCommand(body.command_type, body.parameters, context.config.allowedCommands),
          priority: body.priority,
          timeoutSeconds: body.timeout_seconds,
          expiresInSeconds: body.expires_in_seconds ?? null,
          idempotencyKey: body.idempotency_key ?? context.database.newId('cmd'),
        })
        if (outcome.kind === 'denied') return sendDenial(context, reply, outcome.denial)
        return reply.code(202).send({ message: 'Command queued', item: toRestCommand(outcome.command) })
      })

    app.get(
      '/api/v1/commands/:hash',
      { schema: { params: pathParams('hash'), querystring: listQuery, response: { 200: commandsResponse } } },
      async (request) => {
        const { requestContext: context, query } = request
        const since = query.since === undefined ? null : new Date(query.since)
        const commands = await changedCommands(context, {
          deploymentHash: request.params.hash,
          since,
          limit: query.limit,
          waitMs: query.wait_ms,
        })
        const withResults = since !== null || query.include_results
        const list = withResults ? await withLargeResults(context.database, commands) : commands
        return { message: 'Commands', list: list.map((command) => toRestCommand(command, withResults)) }
      },
    )

    const params = pathParams('hash', 'id')
    const response = { 200: commandResponse }
    app.get('/api/v1/commands/:hash/:id', { schema: { params, response } }, async (request) => ({
      message: 'Command',
      item: toRestCommand(await requireCommand(request.requestContext, request.params)),
    }))

    app.post('/api/v1/commands/:hash/:id/cancel', { schema: { params, response } }, async (request, reply) => {
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
