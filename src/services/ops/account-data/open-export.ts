import { Readable } from 'node:stream'
import type { OpsContext } from '../ops-context.js'
import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { findTask, visibleTask } from './account-jobs.js'
import { exportContent } from './run-export.js'

/** The content of a finished export, as gzip. Not found for callers that cannot request it. */
export async function openExport(context: OpsContext, id: string): Promise<{ accountId: string; content: Readable }> {
  requireSignedIn(context)
  const task = await visibleTask(context, await findTask(context.database, id))
  if (task?.kind !== 'EXPORT' || task.state !== 'COMPLETED') throw new AppError('NOT_FOUND', 'Export not found.')
  const { accountId } = task
  bufferAudit(context, { accountId, actor: context.caller.principal, action: 'account.export_fetched', object: id })
  return { accountId, content: Readable.from(exportContent(context, task)) }
}
