import { refused } from '../../kernel/denials/denial.js'
import { AppError } from '../../kernel/errors/app-error.js'
import type { IdentityContext } from '../../identity/caller.js'
import { requireSignedIn } from '../../identity/guard/guard.js'
import { requireDeployment } from '../queries/deployment-queries.js'
import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import type { CommandOutcome } from './enqueue-command.js'
import { lockCommand, moveCommand } from './move-command.js'

/** Takes a command back while it waits. What an agent already holds cannot be stopped: nothing ever dials out to it. */
export async function cancelCommand(context: IdentityContext, id: string): Promise<CommandOutcome> {
  requireSignedIn(context)
  const found = await context.database.row<CommandRow>(`select * from command where id = $1`, [id])
  if (!found) throw noSuchCommand()
  await requireDeployment(context, found.deploymentHash, 'commands:write').catch((error: unknown) => {
    // To a stranger a command that exists reads like one that does not.
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? noSuchCommand() : error
  })
  return context.database.transaction(async (transaction): Promise<CommandOutcome> => {
    const command = (await lockCommand(transaction, id))!
    if (command.status === 'CANCELLED') return { kind: 'command', command }
    if (command.status === 'QUEUED')
      return { kind: 'command', command: await moveCommand(context, transaction, command, { to: 'CANCELLED' }) }
    const held = command.status === 'LEASED' || command.status === 'RUNNING'
    return {
      kind: 'denied',
      denial: refused(
        'INVALID_TRANSITION',
        held
          ? 'The agent already has the command and cannot be called back.'
          : `The command is already ${command.status.toLowerCase()}.`,
      ),
    }
  })
}

const noSuchCommand = () => new AppError('NOT_FOUND', 'There is no such command.')
