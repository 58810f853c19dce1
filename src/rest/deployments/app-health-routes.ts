import { appHealth } from '#services/deployments/commands/check-app-health.js'
import { authenticate } from '../authenticate.js'
import { COMMAND_ERRORS } from './commands.js'
import { appHealthResponse } from './responses/commands.js'
import { sendDenial, type RestHost } from '../rest-context.js'
import { APP, HASH, pathParams, type RestApp } from '../type-provider.js'

/**
 * Health contract of the integrations: one application, 200 with its state within ten seconds, `unknown` if the agent
 * has not reported.
 */
export function appHealthRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    const options = {
      exposeHeadRoute: false,
      schema: {
        operationId: 'getAppHealth',
        summary: 'Returns the health of an application within ten seconds.',
        tag: 'Containers' as const,
        access: 'bearer' as const,
        params: pathParams({ hash: HASH, app: APP }),
        response: { 200: appHealthResponse },
        errors: ['NOT_FOUND', 'FORBIDDEN', ...COMMAND_ERRORS] as const,
      },
    }
    app.get('/api/health/deployment/:hash/app/:app', options, async (request, reply) => {
      const { hash, app: appCode } = request.params
      const outcome = await appHealth(request.requestContext, { deploymentHash: hash, appCode })
      if (outcome.kind === 'denied') return sendDenial(request.requestContext, reply, outcome.denial)
      const { health } = outcome
      return {
        deployment_hash: hash,
        app_code: appCode,
        status: health.status,
        container_state: health.containerState,
        last_heartbeat_at: health.lastHeartbeatAt,
        metrics: health.metrics,
        errors: health.errors,
        command_id: health.commandId,
      }
    })
  }
}
