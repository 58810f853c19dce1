import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { bufferAudit } from '../services/kernel/audit/audit-buffer.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { requireSignedIn } from '../services/identity/guard/guard.js'
import { visibleTask } from '../services/ops/account-data/account-jobs.js'
import { exportContent } from '../services/ops/account-data/run-export.js'
import type { RestHost } from './rest-context.js'

/** Route of finished exports, for callers that could have requested them. */
export function accountExportRoutes(host: RestHost) {
  return (app: FastifyInstance): void => {
    app.get('/api/v1/account-exports/:id', { exposeHeadRoute: false }, async (request, reply) => {
      const context = await host.contextOf(request)
      requireSignedIn(context)
      const { id } = request.params as { id: string }
      const task = await visibleTask(context, id)
      if (task?.kind !== 'EXPORT' || task.state !== 'COMPLETED') throw new AppError('NOT_FOUND', 'Export not found.')
      const { principal } = context.caller
      bufferAudit(context, {
        accountId: task.accountId,
        actor: principal,
        action: 'account.export_fetched',
        object: id,
      })
      return reply
        .type('application/json; charset=utf-8')
        .header('content-encoding', 'gzip')
        .header('content-disposition', `attachment; filename="${task.accountId}.json"`)
        .send(Readable.from(exportContent(context, id)))
    })
  }
}
