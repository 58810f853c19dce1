import type { FastifyRequest } from 'fastify'
import { LARGE_REPORT_BYTES } from '#services/deployments/commands/report-reader.js'
import { describeRoutes } from '#rest/openapi/route-description.js'
import { retainRawBodies } from '#rest/raw-body.js'
import type { RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'
import { appStatusRoute } from './app-status.js'
import { hookRoutes } from './hooks.js'
import { linkRoutes } from './link.js'
import { notificationsRoute } from './notifications.js'
import { pollRoute } from './poll.js'
import { registrationRoutes } from './register.js'
import { reportRoutes } from './report.js'

const isSmall = (headers: FastifyRequest['headers']): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= LARGE_REPORT_BYTES

/**
 * Routes that the agent calls. Agents poll: no connection is opened to them. Envelopes and codes are those that
 * deployed agents expect.
 */
export function agentRoutes(host: RestHost) {
  return (app: RestApp): void => {
    retainRawBodies(app)
    describeRoutes(app, { tag: 'Agent protocol', access: 'agent', errors: ['RATE_LIMITED'] })
    app.addHook('onRequest', (request) => host.limitAgent(String(request.headers['x-agent-id'] ?? ''), request))
    // A large body is read only if the token is valid, so that requests without one cannot fill the memory.
    app.addHook('onRequest', async (request) => {
      const { slowSender } = request.routeOptions.config
      if (slowSender && !isSmall(request.headers)) await slowSender(request)
    })

    pollRoute(app, host)
    reportRoutes(app, host)
    appStatusRoute(app, host)
    notificationsRoute(app, host)
    registrationRoutes(app, host)
    linkRoutes(app, host)
    hookRoutes(app, host)
  }
}
