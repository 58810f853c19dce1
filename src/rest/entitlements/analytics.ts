import { z } from 'zod'
import { METRIC_GROUPS, type MetricGroup, type MetricInterval } from '#services/entitlements/metrics/metric.js'
import { usageCsv } from '#services/entitlements/metrics/usage-csv.js'
import { csvReport } from '#services/entitlements/metrics/csv-report.js'
import { authenticateSignedIn } from '../authenticate.js'
import { id, moment, text } from '../field-types.js'
import { sendCsv } from '../responses/csv.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import { pathParams, type RestApp } from '../type-provider.js'

const MAX_LENGTH = 200
const groups = Object.keys(METRIC_GROUPS) as MetricGroup[]

const question = z.strictObject({
  from: moment.optional().describe('First moment.'),
  to: moment.optional().describe('End, exclusive.'),
  by: z
    .enum(['hour', 'day', 'week', 'month'])
    .optional()
    .describe('Length of a period. Default: `day`. `hour` and `week` are for the usage of an account.'),
  account_id: id.optional().describe('ID or reference of the account, for `usage`.'),
  feature: text(MAX_LENGTH).optional().describe('Code of the feature, for `usage`. Default: all.'),
  group_by: z
    .enum(groups.map((group) => group.toLowerCase()))
    .optional()
    .describe('Group by which usage is split, for `usage`. Default: none.'),
  property: text(MAX_LENGTH)
    .optional()
    .describe('Name of the property or dimension for the group `property`. Default: none.'),
})

const csvFile = fileResponse('text/csv', 'The report as a file.')

/** The numbers as files for spreadsheets, for operators, and the usage of an account. */
export function analyticsRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    const schema = {
      operationId: 'getReport',
      summary: 'Returns a report of the business, for operators, or the usage of an account.',
      tag: 'Files' as const,
      access: 'bearer' as const,
      params: pathParams({ report: 'Name of the report, with or without `.csv`.' }),
      querystring: question,
      response: { 200: csvFile },
      errors: ['FORBIDDEN', 'NOT_FOUND', 'METRIC_NOT_SUPPORTED'] as const,
    }
    app.get('/api/v1/analytics/:report', { schema }, async (request, reply) => {
      const { requestContext: context } = request
      const name = request.params.report.replace(/\.csv$/, '')
      const {
        from = null,
        to = null,
        by = 'day',
        account_id: account,
        feature,
        group_by,
        property = null,
      } = request.query
      const report = await (name === 'usage'
        ? usageCsv(context, account, {
            features: feature === undefined ? null : [feature],
            groupBy: groups.filter((group) => group.toLowerCase() === group_by),
            property,
            interval: by.toUpperCase() as MetricInterval,
            from,
            to,
          })
        : csvReport(context, name, { from, to, by: by === 'month' ? 'MONTH' : 'DAY' }))
      return sendCsv(reply, name, report)
    })
  }
}
