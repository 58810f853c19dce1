import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ComposeRequest } from '#services/deployments/compose/compose-operation.js'
import { runCompose, type ComposeOutcome } from '#services/deployments/compose/run-compose.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { authenticate } from '../authenticate.js'
import { sendCommand } from './command-view.js'
import { integerParameter } from '../field-types.js'
import { COMMAND_ERRORS } from './commands.js'
import { describeRoutes } from '../openapi/route-description.js'
import { composeResponses } from './responses/commands.js'
import type { RequestContext } from '#context/request-context.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { HASH, pathParams, type RestApp } from '../type-provider.js'

const appCode = z.string().min(1).max(200).describe('Code of the application.')
const lookQuery = z.object({
  app_code: appCode.optional(),
  cursor: z.string().max(2000).optional().describe('Cursor of the result before.'),
  limit: integerParameter(1, 1000, 400).describe('Lines.'),
  wait_ms: integerParameter(0, 30_000, 10_000).describe('Longest wait for the result.'),
})
const restartBody = z.strictObject({
  app_code: appCode,
  force: z.boolean().default(false),
  wait_ms: z.number().int().min(0).max(30_000).default(10_000).describe('Longest wait for the result.'),
})
const NAMES = { status: 'getComposeStatus', logs: 'getComposeLogs', metrics: 'getComposeMetrics' } as const

/** Base route of a deployment's compose agent. */
export const COMPOSE = '/api/v1/compose/:hash'

/** The compose control plane: through the compose agent where there is one, else through the pulling agent, with the reason named. */
export function composeRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Compose', access: 'bearer', errors: ['NOT_FOUND', 'FORBIDDEN', ...COMMAND_ERRORS] })
    const params = pathParams({ hash: HASH })
    // Not for HEAD: where there is no compose agent, asking queues a command.
    const look = { params, querystring: lookQuery, response: composeResponses }
    for (const operation of ['status', 'logs', 'metrics'] as const) {
      const schema = { operationId: NAMES[operation], summary: `Returns ${operation} of the applications.`, ...look }
      app.get(`${COMPOSE}/${operation}`, { exposeHeadRoute: false, schema }, async (request, reply) => {
        const { hash } = request.params
        const { query } = request
        const requested: ComposeRequest = {
          operation,
          appCode: query.app_code ?? null,
          cursor: query.cursor ?? null,
          limit: query.limit,
          force: false,
        }
        return await answer(
          request.requestContext,
          reply,
          await runCompose(request.requestContext, hash, requested, query.wait_ms),
        )
      })
    }
    app.post(
      `${COMPOSE}/restart`,
      {
        schema: {
          operationId: 'restartComposeApp',
          summary: 'Restarts an application.',
          params,
          body: restartBody,
          example: { app_code: 'web', wait_ms: 0 },
          response: composeResponses,
        },
      },
      async (request, reply) => {
        const { hash } = request.params
        const { body } = request
        const requested = {
          operation: 'restart',
          appCode: body.app_code,
          cursor: null,
          limit: null,
          force: body.force,
        } as const
        return await answer(
          request.requestContext,
          reply,
          await runCompose(request.requestContext, hash, requested, body.wait_ms),
        )
      },
    )
  }
}

async function answer(context: RequestContext, reply: FastifyReply, outcome: ComposeOutcome): Promise<FastifyReply> {
  switch (outcome.kind) {
    case 'denied':
      return sendDenial(context, reply, outcome.denial)
    case 'unknown':
      throw new AppError(
        'UNAVAILABLE',
        `The compose agent did not respond (${outcome.detail}). The operation may have run. Check the status before retrying.`,
        { details: { via: 'compose_agent' } },
      )
    case 'compose':
      return reply.send({
        message: 'Response of the compose agent',
        item: { via: 'compose_agent', compose_agent: true, fallback_reason: null, result: outcome.result },
      })
    case 'pull':
      return sendCommand(reply, outcome.command, {
        via: 'status_panel',
        compose_agent: false,
        fallback_reason: outcome.reason.toLowerCase(),
      })
  }
}
