import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { namedCommand } from '../services/deployments/commands/command-request.js'
import { runCommand } from '../services/deployments/commands/run-command.js'
import { parseQuery, sendCommand, integerParameter, booleanParameter } from './command-view.js'
import { parseBody } from './parse-body.js'
import { sendDenial, type RestHost } from './rest-context.js'

const appCode = z.string().max(200)
const actionBody = z
  .strictObject({
    app_code: appCode.optional(),
    container: z.string().max(200).optional(),
    force: z.boolean().optional(),
    timeout: z.number().optional(),
    wait_ms: z.number().int().min(0).max(30_000).optional(),
  })
  .nullish()
const logsQuery = z.object({
  app_code: appCode.optional(),
  container: z.string().max(200).optional(),
  cursor: z.string().max(2000).optional(),
  limit: integerParameter(1, 1000, 400),
  redact: booleanParameter(true),
  wait_ms: integerParameter(0, 30_000, 10_000),
})

/**
 * Legacy routes for hosts without a compose agent: each enqueues a command, waits for its report and returns it. The
 * application is in the path, or `app_code` in the body or query.
 */
export function containerRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    const base = '/api/v1/deployments/:hash/containers'
    for (const action of ['restart', 'start', 'stop'])
      for (const path of [`${base}/${action}`, `${base}/:app/${action}`])
        app.post(path, async (request, reply) => {
          const context = await host.contextOf(request)
          const { wait_ms: waitMs, ...given } = parseBody(actionBody, request.body ?? null) ?? {}
          const { hash, parameters } = named(request, given)
          const outcome = await runCommand(
            context,
            { deploymentHash: hash, command: namedCommand(action, parameters) },
            waitMs,
          )
          if (outcome.kind === 'denied') return sendDenial(reply, outcome.denial)
          return sendCommand(reply, outcome.command)
        })
    // Not for HEAD: asking queues a command.
    for (const path of [`${base}/logs`, `${base}/:app/logs`])
      app.get(path, { exposeHeadRoute: false }, async (request, reply) => {
        const context = await host.contextOf(request)
        const { wait_ms: waitMs, ...given } = parseQuery(logsQuery, request.query)
        const { hash, parameters } = named(request, given)
        const outcome = await runCommand(
          context,
          { deploymentHash: hash, command: namedCommand('logs', parameters) },
          waitMs,
        )
        if (outcome.kind === 'denied') return sendDenial(reply, outcome.denial)
        return sendCommand(reply, outcome.command)
      })
  }
}

/** The application of the path comes before the one of the body. */
function named(request: FastifyRequest, given: Record<string, unknown>) {
  const { hash, app } = request.params as { hash: string; app?: string }
  return { hash, parameters: app === undefined ? given : { ...given, app_code: app } }
}
