import { readiness } from '#services/kernel/health/readiness.js'
import { describeRoutes } from '../openapi/route-description.js'
import { liveResponse, readinessResponse } from './responses/health.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

/** Health for orchestrators and load balancers. */
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
  }
}
