import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireOperator } from '../services/identity/guard/guard.js'
import { readiness } from '../services/ops/health/readiness.js'
import { refreshGauges } from '../services/ops/health/refresh-gauges.js'
import type { RestHost } from './rest-context.js'

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/

/** Health for orchestrators and load balancers; metrics for operators, and for any client on this machine. */
export function operationRoutes(host: RestHost, isDraining: () => boolean, isSandboxUp: (() => boolean) | null) {
  return (app: FastifyInstance): void => {
    app.get('/health/live', () => ({ status: 'ok' }))

    app.get('/health/ready', async (request, reply) => {
      const report = await readiness(host.anonymousContext(request), isDraining(), isSandboxUp)
      return reply.code(report.ready ? 200 : 503).send(report)
    })

    app.get('/metrics', async (request, reply) => {
      if (!isLocal(request)) requireOperator(await host.contextOf(request), 'ops:read')
      const context = host.anonymousContext(request)
      await refreshGauges(context)
      const { registry } = context.metrics
      return reply.type(registry.contentType).send(await registry.metrics())
    })
  }
}

/**
 * Checks the socket and the forwarded address of a local proxy: a forwarded request of a remote client is not local.
 */
const isLocal = (request: FastifyRequest): boolean =>
  LOOPBACK.test(request.socket.remoteAddress ?? '') && LOOPBACK.test(request.ip)
