import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { Context } from '#services/kernel/context/context.js'
import { awaitNotification } from '../commands/await-command.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { selectCommands } from '../model/select-commands.js'

export interface ChangedCommandsRequest {
  readonly deploymentHash: string
  /** Only commands whose state changed after this moment, by machine time; null: the newest ones. */
  readonly since: Date | null
  readonly limit: number
  /** Maximum wait for the first change. Only with `since`. */
  readonly waitMs: number
}

/** A deployment's newest commands; or those that changed since a moment, oldest change first, as soon as there is one. */
export async function changedCommands(
  context: Context & IdentityContext,
  { deploymentHash, since, limit, waitMs }: ChangedCommandsRequest,
): Promise<CommandRow[]> {
  const { id: deploymentId } = await requireDeployment(context, deploymentHash, 'deployments:read')
  if (since === null)
    return selectCommands(context.database)
      .where('deploymentId', '=', deploymentId)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
  // Callers know times to the millisecond, the database to the microsecond: what they have seen must not come again.
  return awaitNotification(context, deploymentId, waitMs, async () => {
    const value = await selectCommands(context.database)
      .where('deploymentId', '=', deploymentId)
      .where('updatedAt', '>=', sql<Date>`${since}::timestamptz + interval '1 millisecond'`)
      .orderBy('updatedAt')
      .orderBy('id')
      .limit(limit)
      .execute()
    return { value, done: value.length > 0 }
  })
}
