import { z } from 'zod'
import { auditLogCsv } from '#services/ops/audit/audit-log-csv.js'
import { authenticateSignedIn } from '../authenticate.js'
import { id, moment, text } from '../field-types.js'
import { sendCsv } from '../responses/csv.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const MAX_LENGTH = 200

const filter = z.strictObject({
  account: id.optional().describe('ID or reference of the account of the entries.'),
  actor: id.optional().describe('ID of the user, key or agent who acted.'),
  action: text(MAX_LENGTH).optional().describe('Action; `operator.*` matches every action with this prefix.'),
  object: id.optional().describe('ID of the object of the action.'),
  search: text(MAX_LENGTH)
    .optional()
    .describe('Text in the details. Without account, actor or object, the range has at most 366 days.'),
  from: moment.optional().describe('First moment. Default: unbounded; with only a search, thirty days before its end.'),
  to: moment.optional().describe('End, exclusive. Default: now.'),
})

/** The audit log as a file for spreadsheets, for operators. */
export function auditLogRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    const schema = {
      operationId: 'getAuditLog',
      summary: 'Returns entries of the audit log, latest first, for operators.',
      tag: 'Files' as const,
      access: 'bearer' as const,
      querystring: filter,
      response: { 200: fileResponse('text/csv', 'The entries as a file.') },
      errors: ['FORBIDDEN'] as const,
    }
    app.get('/api/v1/audit-log.csv', { schema }, async ({ query, requestContext }, reply) => {
      return sendCsv(reply, 'audit-log', await auditLogCsv(requestContext, query))
    })
  }
}
