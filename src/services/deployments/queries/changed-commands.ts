import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import { awaitNotification } from '../commands/await-command.js'
import { COMMAND_COLUMNS } from './command-columns.js'

export interface ChangedCommandsRequest {
  readonly deploymentId: string
  /** Only commands whose state changed after this moment, by machine time; null: the newest ones. */
  readonly since: Date | null
  readonly limit: number
  /** Maximum wait for the first change. Only with `since`. */
  readonly waitMs: number
}

/** A deployment's newest commands; or those that changed since a moment, oldest change first, as soon as there is one. */
export async function changedCommands(
  context: Context,
  { deploymentId, since, limit, waitMs }: ChangedCommandsRequest,
): Promise<CommandRow[]> {
  if (since === null)
    return context.database.rows<CommandRow>(
      `select ${COMMAND_COLUMNS} from command where deployment_id = $1 order by id desc limit $2`,
      [deploymentId, limit],
    )
  // Callers know times to the millisecond, the database to the microsecond: what they have seen must not come again.
  return awaitNotification(context, deploymentId, waitMs, async () => {
    const value = await context.database.rows<CommandRow>(
      `select ${COMMAND_COLUMNS} from command where deployment_id = $1 and updated_at >= $2::timestamptz + interval '1 millisecond' order by updated_at, id limit $3`,
      [deploymentId, since, limit],
    )
    return { value, done: value.length > 0 }
  })
}
