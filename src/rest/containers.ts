import { z } from 'zod'
import { namedCommand } from '../services/deployments/commands/command-request.js'
import { runCommand } from '../services/deployments/commands/run-command.js'
import { authenticate } from './authenticate.js'
import { sendCommand } from './command-view.js'
import { booleanParameter, integerParameter } from './field-types.js'
import { waitedCommand } from './responses/commands.js'
import { sendDenial, type RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

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
/** Without `app` the application is in the body or the query. */
const params = z.object({ hash: z.string(), app: z.string().optional() })
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
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    const base = '/api/v1/deployments/:hash/containers'
    for (const action of ['restart', 'start', 'stop'])
      for (const path of [`${base}/${action}`, `${base}/:app/${action}`])
        app.post(path, { schema: { params, body: actionBody, response: waitedCommand } }, async (request, reply) => {
          const { wait_ms: waitMs, ...given } = request.body ?? {}
          const { hash, parameters } = named(request.params, given)
          const outcome = await runCommand(
            request.requestContext,
            { deploymentHash: hash, command: namedCommand(action, parameters) },
            waitMs,
          )
          if (outcome.kind === 'denied') return sendDenial(request.requestContext, reply, outcome.denial)
          return sendCommand(reply, outcome.command)
        })
    // Not for HEAD: asking queues a command.
    for (const path of [`${base}/logs`, `${base}/:app/logs`])
      app.get(
        path,
        { exposeHeadRoute: false, schema: { params, querystring: logsQuery, response: waitedCommand } },
        async (request, reply) => {
          const { wait_ms: waitMs, ...given } = request.query
          const { hash, parameters } = named(request.params, given)
          const outcome = await runCommand(
            request.requestContext,
            { deploymentHash: hash, command: namedCommand('logs', parameters) },
            waitMs,
          )
          if (outcome.kind === 'denied') return sendDenial(request.requestContext, reply, outcome.denial)
          return sendCommand(reply, outcome.command)
        },
      )
  }
}

/** The application of the path comes before the one of the body. */
function named({ hash, app }: z.infer<typeof params>, given: Record<string, unknown>) {
  return { hash, parameters: app === undefined ? given : { ...given, app_code: app } }
}
