import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { visibleAccounts } from '#services/identity/model/guard.js'
import { selectListedCommands } from '../model/select-commands.js'

/** A command that the caller may see. Null if the caller may not, or if it does not exist. */
export async function visibleCommand(context: IdentityContext, id: string): Promise<CommandRow | null> {
  if (context.caller.kind === 'anonymous') return null
  const [command] = await commandsByIds(context.database, [id])
  const [isVisible] = command ? await visibleAccounts(context, [command.accountId], 'deployments:read') : []
  return command && isVisible ? command : null
}

export const commandsByIds = (database: Sql, ids: readonly string[]): Promise<CommandRow[]> =>
  selectListedCommands(database).where('id', 'in', ids).execute()
