import { z } from 'zod'
import { namedCommand } from '#services/deployments/commands/command-request.js'
import { runCommand } from '#services/deployments/commands/run-command.js'
import { authenticate } from '../authenticate.js'
import { sendCommand } from './command-view.js'
import { booleanParameter, integerParameter } from '../field-types.js'
import { COMMAND_ERRORS } from './commands.js'
import { describeRoutes } from '../openapi/route-description.js'
import { waitedCommand } from './responses/commands.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { APP, HASH, type RestApp } from '../type-provider.js'

const appCode = z.string().max(200).describe('Code of the application, if the path has none.')
const container = z.string().max(200).optional().describe('Container of the application. Default: its main one.')
const actionBody = z
  .strictObject({
    app_code: appCode.optional(),
    container,
    force: z.boolean().optional(),
    timeout: z.number().optional().describe('Seconds for the containers to stop.'),
    wait_ms: z.number().int().min(0).max(30_000).optional().describe('Longest wait for the result. Default: 10000.'),
  })
  .nullish()
/** Without `app` the application is in the body or the query. */
const params = z.object({ hash: z.string().describe(HASH), app: z.string().optional().describe(APP) })
const logsQuery = z.object({
  app_code: appCode.optional(),
  container,
  cursor: z.string().max(2000).optional().describe('Cursor of the result before.'),
  limit: integerParameter(1, 1000, 400).describe('Lines.'),
  redact: booleanParameter(true).describe('Masks secrets in the lines.'),
  wait_ms: integerParameter(0, 30_000, 10_000).describe('Longest wait for the result.'),
})

/**
 * Legacy routes for hosts without a compose agent: each enqueues a command, waits for its report and returns it. The
 * application is in the path, or `app_code` in the body or query.
 */
export function containerRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    const errors = ['NOT_FOUND', 'FORBIDDEN', ...COMMAND_ERRORS] as const
    describeRoutes(app, { tag: 'Containers', access: 'bearer', errors })
    const base = '/api/v1/deployments/:hash/containers'
    for (const action of ['restart', 'start', 'stop'])
      for (const [path, operationId] of [
        [`${base}/:app/${action}`, `${action}Container`],
        [`${base}/${action}`, `${action}ContainerOfBody`],
      ] as const) {
        const summary = `Runs \`${action}\` for an application, and waits for the result.`
        const example = { ...(path.includes(':app') ? {} : { app_code: 'web' }), wait_ms: 0 }
        const schema = { operationId, summary, params, body: actionBody, example, response: waitedCommand }
        app.post(path, { schema }, async (request, reply) => {
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
      }
    // Not for HEAD: asking queues a command.
    for (const [path, operationId] of [
      [`${base}/:app/logs`, 'getContainerLogs'],
      [`${base}/logs`, 'getContainerLogsOfQuery'],
    ] as const)
      app.get(
        path,
        {
          exposeHeadRoute: false,
          schema: {
            operationId,
            summary: 'Returns lines of the log of an application.',
            params,
            querystring: logsQuery,
            response: waitedCommand,
          },
        },
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
