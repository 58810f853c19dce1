import type { FastifyRequest } from 'fastify'
import { readiness } from '#services/ops/health/readiness.js'
import { readMetrics } from '#services/ops/health/read-metrics.js'
import { describeRoutes } from '../openapi/route-description.js'
import { fileResponse } from '../responses/fields.js'
import { liveResponse, readinessResponse } from './responses/health.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const metricsText = fileResponse('text/plain', 'Metrics in the format of Prometheus.')

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

/** Health for orchestrators and load balancers; metrics for operators, and for any client on this machine. */
export function healthRoutes(host: RestHost, isDraining: () => boolean, isSandboxUp: (() => boolean) | null) {
  return (app: RestApp): void => {
    describeRoutes(app, { tag: 'Operations', access: 'anyone' })
    const live = {
      operationId: 'getLiveness',
      summary: 'Returns 200 while the process responds.',
      response: { 200: liveResponse },
    }
    app.get('/health/live', { schema: live }, () => ({ status: 'ok' as const }))

    const ready = {
      operationId: 'getReadiness',
      summary: 'Returns whether the process can serve requests, otherwise 503.',
      response: { 200: readinessResponse, 503: readinessResponse },
    }
    app.get('/health/ready', { schema: ready }, async (request, reply) => {
      const report = await readiness(host.anonymousContext(request), isDraining(), isSandboxUp)
      return reply.code(report.ready ? 200 : 503).send(report)
    })

    const metricsSchema = {
      operationId: 'getMetrics',
      summary: 'Returns the metrics of the process.',
      description: 'Operators, service keys with `ops:read`, and any client on the same machine.',
      access: 'optionalBearer' as const,
      response: { 200: metricsText },
      errors: ['UNAUTHENTICATED', 'FORBIDDEN'] as const,
    }
    app.get('/metrics', { schema: metricsSchema }, async (request, reply) => {
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
