import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { exportPayouts, exportStatement } from '#services/marketplace/earnings/earnings-csv.js'
import { authenticate } from '../authenticate.js'
import { moment } from '../field-types.js'
import { describeRoutes } from '../openapi/route-description.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const statementQuery = z.object({
  vendor: z.string().max(100).optional().describe('ID of the vendor. Default: the vendor of the caller.'),
  from: moment.optional().describe('First moment.'),
  to: moment.optional().describe('End, exclusive.'),
})

const csvFile = fileResponse('text/csv', 'The statement as a file.')

/** A vendor's statement, and what is owed to all, as files for spreadsheets and banks. */
export function vendorEarningsRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Files', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.get(
      '/api/v1/marketplace/statement.csv',
      {
        schema: {
          operationId: 'getVendorStatement',
          summary: 'Returns the earnings of a vendor.',
          querystring: statementQuery,
          response: { 200: csvFile },
        },
      },
      async (request, reply) => {
        const { vendor = null, from = null, to = null } = request.query
        return file(reply, 'statement.csv', await exportStatement(request.requestContext, vendor, { from, to }))
      },
    )

    const payouts = {
      operationId: 'getVendorPayouts',
      summary: 'Returns what is owed to all vendors, for operators.',
      response: { 200: csvFile },
    }
    app.get('/api/v1/marketplace/payouts.csv', { schema: payouts }, async (request, reply) =>
      file(reply, 'payouts.csv', await exportPayouts(request.requestContext)),
    )
  }
}

const file = (reply: FastifyReply, name: string, text: string): FastifyReply =>
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(text)
