import type { FastifyInstance } from 'fastify'
import { appHealth } from '../services/deployments/commands/check-app-health.js'
import { sendDenial, type RestHost } from './rest-context.js'

/**
 * Health contract of the integrations: one application, 200 with its state within ten seconds, `unknown` if the agent
 * has not reported.
 */
export function appHealthRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    app.get('/api/health/deployment/:hash/app/:app', { exposeHeadRoute: false }, async (request, reply) => {
      const { hash, app: appCode } = request.params as { hash: string; app: string }
      const outcome = await appHealth(await host.contextOf(request), { deploymentHash: hash, appCode })
      if (outcome.kind === 'denied') return sendDenial(reply, outcome.denial)
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
