import { z } from 'zod'
import { journalCsv } from '#services/billing/journal/journal.js'
import { authenticateSignedIn } from '../authenticate.js'
import { sendCsv } from '../responses/csv.js'
import { fileResponse } from '../responses/fields.js'
import type { RestHost } from '../rest-context.js'
import type { RestApp } from '../type-provider.js'

const month = z.strictObject({
  month: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .describe('Month in UTC, for example `2026-10`.'),
})

/** The double-entry journal as a file. */
export function journalRoute(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    const schema = {
      operationId: 'getJournal',
      summary: 'Returns the double-entry journal of a month, for operators and their accountants.',
      tag: 'Files' as const,
      access: 'bearer' as const,
      querystring: month,
      response: { 200: fileResponse('text/csv', 'The report as a file.') },
      errors: ['FORBIDDEN', 'BAD_USER_INPUT'] as const,
    }
    app.get('/api/v1/journal.csv', { schema }, async ({ requestContext, query }, reply) =>
      sendCsv(reply, `journal-${query.month}`, await journalCsv(requestContext, query.month)),
    )
  }
}
