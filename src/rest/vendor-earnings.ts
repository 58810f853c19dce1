import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { requireOperator } from '../services/identity/guard/guard.js'
import { payoutCsv, statementCsv } from '../services/marketplace/earnings/earnings-csv.js'
import { listPayableBalances, fullStatement } from '../services/marketplace/earnings/vendor-earnings.js'
import { requireEarningsAccess } from '../services/marketplace/vendors/vendor-access.js'
import { parseQuery } from './command-view.js'
import { moment } from './parse-body.js'
import type { RestHost } from './rest-context.js'

const statementQuery = z.object({
  vendor: z.string().max(100).optional(),
  from: moment.optional(),
  to: moment.optional(),
})

/** A vendor's statement, and what is owed to all, as files for spreadsheets and banks. */
export function vendorEarningsRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    app.get('/api/v1/marketplace/statement.csv', async (request, reply) => {
      const context = await host.contextOf(request)
      const { vendor: vendorId = null, from = null, to = null } = parseQuery(statementQuery, request.query)
      const vendor = await requireEarningsAccess(context, vendorId)
      return file(reply, 'statement.csv', statementCsv(await fullStatement(context.database, vendor.id, { from, to })))
    })

    app.get('/api/v1/marketplace/payouts.csv', async (request, reply) => {
      const context = await host.contextOf(request)
      requireOperator(context, 'ops:read')
      return file(reply, 'payouts.csv', payoutCsv(await listPayableBalances(context.database)))
    })
  }
}

const file = (reply: FastifyReply, name: string, text: string): FastifyReply =>
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(text)
