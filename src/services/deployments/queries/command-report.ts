import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { reportBytes, requireDeployment } from './deployment-queries.js'

/** Bytes of the report that ended a command, for callers that can see its deployment. */
export async function commandReport(context: IdentityContext, hash: string, commandId: string): Promise<Buffer> {
  const deployment = await requireDeployment(context, hash, 'deployments:read')
  const command = await context.database.query
    .selectFrom('command')
    .select('reportId')
    .where('id', '=', commandId)
    .where('deploymentId', '=', deployment.id)
    .executeTakeFirst()
  const report = command?.reportId ? await reportBytes(context.database, command.reportId) : null
  if (!report) throw new AppError('NOT_FOUND', 'Command report not found.')
  return report
}
