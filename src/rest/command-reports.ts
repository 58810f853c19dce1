import { commandReport } from '../services/deployments/queries/command-report.js'
import { authenticate } from './authenticate.js'
import { fileResponse } from './responses/fields.js'
import type { RestHost } from './rest-context.js'
import { pathParams, type RestApp } from './type-provider.js'

const report = fileResponse('application/json', 'The report, byte for byte.')

/** Reports as they came, byte for byte: what a JSON reader would round or replace can still be read here. */
export function commandReportRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    const schema = { params: pathParams('hash', 'id'), response: { 200: report } }
    app.get('/api/v1/commands/:hash/:id/report', { schema }, async (request, reply) => {
      const { hash, id } = request.params
      const bytes = await commandReport(request.requestContext, hash, id)
      return reply.type('application/json').send(bytes)
    })
  }
}
