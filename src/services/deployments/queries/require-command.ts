import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { visibleCommand } from './command.js'
import { withLargeParameters, withLargeResults } from '../model/large-values.js'

/** A command of this deployment that the caller may see, with its complete result. */
export async function requireCommand(
  context: IdentityContext,
  { hash, id }: { readonly hash: string; readonly id: string },
): Promise<CommandRow> {
  await requireDeployment(context, hash, 'deployments:read')
  const command = await visibleCommand(context, id)
  if (command?.deploymentHash !== hash) throw new AppError('NOT_FOUND', 'Command not found.')
  const [complete] = await withLargeResults(context.database, await withLargeParameters(context.database, [command]))
  return complete!
}
