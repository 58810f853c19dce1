import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { checkToken } from '#services/deployments/agents/check-token.js'
import { LARGE_REPORT_BYTES } from '#services/deployments/commands/report-reader.js'
import { retainRawBodies } from '../raw-body.js'
import type { RestHost } from '../rest-context.js'
import { receiveAppStatus } from './app-status.js'
import { receiveAlarms, receiveMetrics } from './hooks.js'
import { link, login } from './link.js'
import { notifications } from './notifications.js'
import { poll } from './poll.js'
import { register, registerPurchase } from './register.js'
import { report } from './report.js'

type Route = (host: RestHost, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

const MAX_REPORT_BYTES = 16 * 1_048_576
const MAX_HOOK_BYTES = 64 * 1024

const isSmall = (headers: FastifyRequest['headers']): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= LARGE_REPORT_BYTES

/**
 * Routes that the agent calls. Agents poll: no connection is opened to them. Envelopes and codes are those that
 * deployed agents expect.
 */
export function agentRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    retainRawBodies(app)
    app.addHook('onRequest', (request) => host.limitAgent(String(request.headers['x-agent-id'] ?? ''), request))
    const post = (path: string, route: Route, bodyLimit?: number) =>
      app.post(path, bodyLimit ? { bodyLimit } : {}, (request, reply) => route(host, request, reply))
    // A large body is read only if the token is valid, so that requests without one cannot fill the memory.
    app.addHook('onRequest', async (request) => {
      const isLarge = request.routeOptions.bodyLimit === MAX_REPORT_BYTES && !isSmall(request.headers)
      if (isLarge) await checkToken(host.anonymousContext(request), request.headers)
    })
    // Not for HEAD: it would take a command and deliver nothing.
    const get = (path: string, route: Route) =>
      app.get(path, { exposeHeadRoute: false }, (request, reply) => route(host, request, reply))

    get('/api/v1/agent/commands/wait/:hash', poll)
    post('/api/v1/agent/commands/report', report, MAX_REPORT_BYTES)
    post('/api/v1/commands/report', report, MAX_REPORT_BYTES)
    post('/api/v1/apps/status', receiveAppStatus, MAX_REPORT_BYTES)
    get('/api/v1/agent/notifications', notifications)
    post('/api/v1/agent/register', register)
    post('/api/v1/marketplace/agents/register', registerPurchase)
    post('/api/v1/agent/login', login)
    post('/api/v1/agent/link', link)
    post('/api/v1/agent/hooks/:secret/metrics', receiveMetrics, MAX_HOOK_BYTES)
    post('/api/v1/agent/hooks/:secret/alerts', receiveAlarms, MAX_HOOK_BYTES)
  }
}
