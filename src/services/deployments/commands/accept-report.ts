import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { mayMoveCommand } from '../../../entities/deployments/command-state.js'
import type { Transaction } from '../../kernel/database/database.js'
import { newId } from '../../kernel/ids/ids.js'
import { AppError } from '../../kernel/errors/app-error.js'
import type { DeploymentsContext } from '../deployments-context.js'
import type { AuthenticatedAgent } from '../agents/authenticate-agent.js'
import { redactReport } from '../redaction/redact-report.js'
import { decideOutcome, type Report } from './decide-outcome.js'
import { lockCommand, moveCommand } from './move-command.js'
import { toStorable } from '../../kernel/database/storable-json.js'

/** `changed`: the command moved. Otherwise it was settled before, and the report is only kept. */
export interface AcceptedReport {
  readonly command: CommandRow
  readonly changed: boolean
}

/**
 * Keeps a report of the agent's own command, always and as it came; a duplicate or stale one changes nothing else. The only report
 * that is turned away is one about a command that is not this agent's: it does not exist for it.
 */
export async function acceptReport(
  context: DeploymentsContext,
  agent: AuthenticatedAgent,
  reported: Report,
): Promise<AcceptedReport> {
  return context.database.transaction(async (transaction) => {
    const command = await lockCommand(transaction, toStorable(reported.command_id))
    if (!command || command.deploymentId !== agent.deploymentId)
      throw new AppError('NOT_FOUND', 'There is no such command.')
    // Nothing that looks like a secret is stored or told, not even in what is kept as it came.
    const report = toStorable(redactReport(command, reported))
    await transaction.run(`insert into command_report (id, account_id, command_id, report) values ($1, $2, $3, $4)`, [
      newId('rep'),
      command.accountId,
      command.id,
      JSON.stringify(report),
    ])
    const outcome = decideOutcome(report)
    const moves = mayMoveCommand(command.status, outcome.to)
    await transaction.run(`update command set raw_report = $2 where id = $1 and (raw_report is null or $3)`, [
      command.id,
      JSON.stringify(report),
      moves,
    ])
    if (!moves) return { command, changed: false }
    const delivered = await noteDelivery(context, transaction, command)
    const late = command.status === 'LOST' ? { detail: 'reported late' } : {}
    return {
      command: await moveCommand(context, transaction, delivered, { to: outcome.to, outcome, ...late }),
      changed: true,
    }
  })
}

/** A quick agent reports before the flush of its poll was noted; that it ran is told all the same. */
async function noteDelivery(
  context: DeploymentsContext,
  transaction: Transaction,
  command: CommandRow,
): Promise<CommandRow> {
  return command.status === 'LEASED' ? moveCommand(context, transaction, command, { to: 'RUNNING' }) : command
}
