import type { FastifyRequest } from 'fastify'
import { readiness } from '../services/ops/health/readiness.js'
import { readMetrics } from '../services/ops/health/read-metrics.js'
import { fileResponse } from './responses/fields.js'
import { liveResponse, readinessResponse } from './responses/operations.js'
import type { RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'

const metricsText = fileResponse('text/plain', 'Metrics in the format of Prometheus.')

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

/** Health for orchestrators and load balancers; metrics for operators, and for any client on this machine. */
export function operationRoutes(host: RestHost, isDraining: () => boolean, isSandboxUp: (() => boolean) | null) {
  return (app: RestApp): void => {
    app.get('/health/live', { schema: { response: { 200: liveResponse } } }, () => ({ status: 'ok' as const }))

    const ready = { response: { 200: readinessResponse, 503: readinessResponse } }
    app.get('/health/ready', { schema: ready }, async (request, reply) => {
      const report = await readiness(host.anonymousContext(request), isDraining(), isSandboxUp)
      return reply.code(report.ready ? 200 : 503).send(report)
    })

    app.get('/metrics', { schema: { response: { 200: metricsText } } }, async (request, reply) => {
      const local = isLocal(request)
      // A client on this machine is not authenticated: metrics are readable while the database is not.
      const context = local ? host.anonymousContext(request) : await host.contextOf(request)
      const metrics = await readMetrics(context, local)
      return reply.type(context.metrics.registry.contentType).send(metrics)
    })
  }
}

/**
 * Checks the socket and the forwarded address of a local proxy: a forwarded request of a remote client is not local.
 */
const isLocal = (request: FastifyRequest): boolean =>
  LOOPBACK.test(request.socket.remoteAddress ?? '') && LOOPBACK.test(request.ip)
