import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { visibleAccounts } from '#services/identity/model/guard.js'
import { selectListedCommands } from '../model/select-commands.js'

/** Commands that the caller may see, by id; absent where they may not. Two statements, however many. */
export async function visibleCommands(context: IdentityContext, ids: readonly string[]): Promise<CommandRow[]> {
  if (context.caller.kind === 'anonymous' || ids.length === 0) return []
  const commands = await commandsByIds(context.database, ids)
  const owners = commands.map((command) => command.accountId)
  const visible = await visibleAccounts(context, owners, 'deployments:read')
  return commands.filter((_, index) => visible[index])
}

export const commandsByIds = (database: Sql, ids: readonly string[]): Promise<CommandRow[]> =>
  selectListedCommands(database).where('id', 'in', ids).execute()
