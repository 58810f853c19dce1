import type { FastifyInstance } from 'fastify'
import { commandReport } from '../services/deployments/queries/command-report.js'
import type { RestHost } from './rest-context.js'

/** Reports as they came, byte for byte: what a JSON reader would round or replace can still be read here. */
export function commandReportRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    app.get('/api/v1/commands/:hash/:id/report', async (request, reply) => {
      const { hash, id } = request.params as { hash: string; id: string }
      const bytes = await commandReport(await host.contextOf(request), hash, id)
      return reply.type('application/json').send(bytes)
    })
  }
}
