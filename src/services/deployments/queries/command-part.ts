import { sql } from 'kysely'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { CommandPart } from './command-url.js'
import { reportBytes, requireDeployment } from '../model/deployment-queries.js'

/** A part of a command as JSON of any size, for callers that can see its deployment. Of the report, the exact bytes. */
export async function commandPart(
  context: IdentityContext,
  hash: string,
  commandId: string,
  part: CommandPart,
): Promise<Buffer | string> {
  const deployment = await requireDeployment(context, hash, 'deployments:read')
  const command = await context.database.query
    .selectFrom('command')
    .select('reportId')
    .$if(part !== 'report', (query) => query.select(sql<string | null>`${sql.ref(part)}::text`.as('text')))
    .where('id', '=', commandId)
    .where('deploymentId', '=', deployment.id)
    .where('accountId', '=', deployment.accountId)
    .executeTakeFirst()
  const value =
    part === 'report' ? command?.reportId && (await reportBytes(context.database, command.reportId)) : command?.text
  if (!value) throw new AppError('NOT_FOUND', `Command ${part} not found.`)
  return value
}
