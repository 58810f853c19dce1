import { commandPart } from '#services/deployments/queries/command-part.js'
import type { CommandPart } from '#services/deployments/queries/command-url.js'
import { authenticate } from '../authenticate.js'
import { describeRoutes } from '../openapi/route-description.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import { HASH, pathParams, type RestApp } from '../type-provider.js'

const PARTS = {
  report: {
    operationId: 'getCommandReport',
    summary: 'Returns the report of a command as the agent sent it.',
    body: fileResponse('application/json', 'The report, byte for byte.'),
  },
  result: {
    operationId: 'getCommandResult',
    summary: 'Returns the result of a command, of any size.',
    body: fileResponse('application/json', 'The result with stable names.'),
  },
  parameters: {
    operationId: 'getCommandParameters',
    summary: 'Returns the parameters of a command, of any size.',
    body: fileResponse('application/json', 'The parameters, without secrets.'),
  },
} as const

/** Parameters, results and reports of any size. Reports are returned byte for byte: what a JSON reader would round can still be read here. */
export function commandReportRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Commands', access: 'bearer', errors: ['NOT_FOUND', 'FORBIDDEN'] })
    const params = pathParams({ hash: HASH, id: 'ID of the command.' })
    for (const [part, { body, ...described }] of Object.entries(PARTS)) {
      const schema = { ...described, params, response: { 200: body } }
      app.get(`/api/v1/commands/:hash/:id/${part}`, { schema }, async (request, reply) => {
        const { hash, id } = request.params
        const json = await commandPart(request.requestContext, hash, id, part as CommandPart)
        return reply.type('application/json').serializer(String).send(json)
      })
    }
  }
}
