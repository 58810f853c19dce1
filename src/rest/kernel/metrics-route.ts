import type { FastifyRequest } from 'fastify'
import { readMetrics } from '#services/identity/health/read-metrics.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const metricsText = fileResponse('text/plain', 'Metrics in the format of Prometheus.')

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

/** Metrics for operators, and for any client on this machine. */
export function metricsRoute(host: RestHost) {
  return (app: RestApp): void => {
    const schema = {
      operationId: 'getMetrics',
      summary: 'Returns the metrics of the process.',
      description: 'Operators, service keys with `ops:read`, and any client on the same machine.',
      tag: 'Operations' as const,
      access: 'optionalBearer' as const,
      response: { 200: metricsText },
      errors: ['UNAUTHENTICATED', 'FORBIDDEN'] as const,
    }
    app.get('/metrics', { schema }, async (request, reply) => {
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
