import { openExport } from '#services/ops/account-data/open-export.js'
import { authenticate } from '../authenticate.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import { pathParams, type RestApp } from '../type-provider.js'

const exported = fileResponse('application/json', 'All data of the account, as a file.')

/** Route of finished exports, for callers that could have requested them. */
export function accountExportRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    const schema = {
      operationId: 'getAccountExport',
      summary: 'Returns an export of the data of an account.',
      tag: 'Files' as const,
      access: 'bearer' as const,
      params: pathParams({ id: 'ID of the export.' }),
      response: { 200: exported },
      errors: ['FORBIDDEN', 'NOT_FOUND'] as const,
    }
    const options = { exposeHeadRoute: false, schema }
    app.get('/api/v1/account-exports/:id', options, async (request, reply) => {
      const { accountId, content } = await openExport(request.requestContext, request.params.id)
      return reply
        .type('application/json; charset=utf-8')
        .header('content-encoding', 'gzip')
        .header('content-disposition', `attachment; filename="${accountId}.json"`)
        .send(content)
    })
  }
}
