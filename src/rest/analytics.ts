import { z } from 'zod'
import { csvReport } from '../services/ops/metrics/csv-reports.js'
import { authenticateSignedIn } from './authenticate.js'
import { moment } from './field-types.js'
import { sendCsv } from './responses/csv.js'
import { fileResponse } from './responses/fields.js'
import type { RestHost } from './rest-context.js'
import { pathParams, type RestApp } from './type-provider.js'

const question = z.strictObject({
  from: moment.optional().describe('First moment.'),
  to: moment.optional().describe('End, exclusive.'),
  by: z.enum(['day', 'month']).optional().describe('Length of a period. Default: `day`.'),
})

const csvFile = fileResponse('text/csv', 'The report as a file.')

/** The numbers as files for spreadsheets, for operators. */
export function analyticsRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    const schema = {
      operationId: 'getReport',
      summary: 'Returns a report of the business, for operators.',
      tag: 'Files' as const,
      access: 'bearer' as const,
      params: pathParams({ report: 'Name of the report, with or without `.csv`.' }),
      querystring: question,
      response: { 200: csvFile },
      errors: ['FORBIDDEN', 'NOT_FOUND'] as const,
    }
    app.get('/api/v1/analytics/:report', { schema }, async (request, reply) => {
      const { requestContext: context } = request
      const name = request.params.report.replace(/\.csv$/, '')
      const { from, to, by } = request.query
      const report = await csvReport(context, name, {
        from: from ?? null,
        to: to ?? null,
        by: by === 'month' ? 'MONTH' : 'DAY',
      })
      return sendCsv(reply, name, report)
    })
  }
}
