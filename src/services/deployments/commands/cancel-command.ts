import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import { OUTSTANDING_STATUSES } from '#entities/deployments/command-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { findCommand } from '../model/select-commands.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { MACHINE_NOW, recordDeploymentEvent } from '../model/record-deployment-event.js'
import type { CommandOutcome } from './enqueue-command.js'
import { lockCommand, transitionCommand } from './transition-command.js'

/** Events of a command that its agent holds when it is canceled. */
const HELD = {
  code: 'CANCEL_REQUESTED',
  message: 'The agent already has the command and cannot be interrupted. It will not be redelivered.',
  details: null,
}

/**
 * Takes a command back while it waits. What an agent holds is only marked: nothing ever dials out to it, so it may still run and
 * its report still counts, but it is never handed out a second time. The command says so in its warnings.
 */
export async function cancelCommand(context: IdentityContext, id: string): Promise<CommandOutcome> {
  requireSignedIn(context)
  const found = await findCommand(context.database, id)
  if (!found) throw commandNotFound()
  await requireDeployment(context, found.deploymentHash, 'commands:write').catch((error: unknown) => {
    // An unauthorized caller receives the same error for existing and missing commands.
    throw error instanceof AppError && error.code === 'NOT_FOUND' ? commandNotFound() : error
  })
  return context.database.transaction(async (transaction): Promise<CommandOutcome> => {
    const command = (await lockCommand(transaction, found))!
    if (command.status === 'CANCELLED') return { kind: 'command', command }
    if (command.status === 'QUEUED')
      return { kind: 'command', command: await transitionCommand(context, transaction, command, { to: 'CANCELLED' }) }
    if (OUTSTANDING_STATUSES.includes(command.status))
      return { kind: 'command', command: await markHeld(transaction, command) }
    const over = `The command is already ${command.status.toLowerCase()}.`
    return { kind: 'denied', denial: refused('INVALID_TRANSITION', over) }
  })
}

/** Once: a second cancellation finds it marked. */
async function markHeld(transaction: Transaction, command: CommandRow): Promise<CommandRow> {
  if (command.cancelRequestedAt) return command
  // Takes the lock of the deployment, under which the time of a change is taken.
  await recordDeploymentEvent(transaction, { id: command.deploymentId, accountId: command.accountId }, MACHINE_NOW, {
    type: 'command.cancel_requested',
    summary: `Cancellation of ${command.type} was requested, but its agent already has it.`,
    subject: { __typename: 'Command', id: command.id },
    data: { status: command.status, previousStatus: command.status, detail: HELD.message },
  })
  const marked = await transaction.query
    .updateTable('command')
    .set({
      cancelRequestedAt: sql`now()`,
      updatedAt: sql`clock_timestamp()`,
      warnings: sql`warnings || ${jsonb([HELD])}`,
    })
    .where('id', '=', command.id)
    .where('accountId', '=', command.accountId)
    .returning(['cancelRequestedAt', 'updatedAt', 'warnings'])
    .executeTakeFirstOrThrow()
  return { ...command, ...marked }
}

const commandNotFound = () => new AppError('NOT_FOUND', 'Command not found.')
