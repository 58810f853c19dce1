import { commandPart } from '../services/deployments/queries/command-part.js'
import type { CommandPart } from '../services/deployments/queries/command-url.js'
import { authenticate } from './authenticate.js'
import { fileResponse } from './responses/fields.js'
import type { RestHost } from './rest-context.js'
import { pathParams, type RestApp } from './type-provider.js'

const PARTS = {
  report: fileResponse('application/json', 'The report, byte for byte.'),
  result: fileResponse('application/json', 'The result with stable names.'),
  parameters: fileResponse('application/json', 'The parameters, without secrets.'),
} as const

/** Parameters, results and reports of any size. Reports are returned byte for byte: what a JSON reader would round can still be read here. */
export function commandReportRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    for (const [part, body] of Object.entries(PARTS)) {
      const schema = { params: pathParams('hash', 'id'), response: { 200: body } }
      app.get(`/api/v1/commands/:hash/:id/${part}`, { schema }, async (request, reply) => {
        const { hash, id } = request.params
        const json = await commandPart(request.requestContext, hash, id, part as CommandPart)
        return reply.type('application/json').serializer(String).send(json)
      })
    }
  }
}
