import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { AppError } from '../services/kernel/errors/app-error.js'
import { requireOperator } from '../services/identity/guard/guard.js'
import { REPORTS } from '../services/ops/analytics/csv-reports.js'
import { moment, parseBody } from './parse-body.js'
import type { RestHost } from './rest-context.js'

const question = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
  by: z.enum(['day', 'month']).optional(),
})

/** The numbers as files for spreadsheets, for operators. */
export function analyticsRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    app.get('/api/v1/analytics/:report', async (request, reply) => {
      const context = await host.contextOf(request)
      requireOperator(context, 'ops:read')
      const name = (request.params as { report: string }).report.replace(/\.csv$/, '')
      const make = Object.hasOwn(REPORTS, name) ? REPORTS[name]! : null
      if (!make)
        throw new AppError(
          'NOT_FOUND',
          `Report '${name}' not found. Available reports: ${Object.keys(REPORTS).join(', ')}.`,
        )
      const { from, to, by } = parseBody(question, request.query)
      const report = await make(context, {
        from: from ?? null,
        to: to ?? null,
        by: by === 'month' ? 'MONTH' : 'DAY',
      })
      const csv = stringify({
        header: true,
        columns: [...report.columns],
        // A name that begins like a formula must not become one; a negative number may.
        escape_formulas: true,
        cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
      })
      Readable.from(report.rows)
        .on('error', (error) => csv.destroy(error))
        .pipe(csv)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .send(csv)
    })
  }
}
