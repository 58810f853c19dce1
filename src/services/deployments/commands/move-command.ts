import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { mayMoveCommand, type CommandStatus } from '../../../entities/deployments/command-state.js'
import type { Transaction } from '../../kernel/database/database.js'
import type { Context } from '../../kernel/context/context.js'
import { recordDeploymentEvent } from '../raise-sequence.js'

export interface CommandMove {
  readonly to: CommandStatus
  /** Said with the event, as "the agent polled again without reporting". */
  readonly detail?: string
  /** What the agent reported, when it did. */
  readonly outcome?: Pick<CommandRow, 'result' | 'error' | 'warnings'>
}

const TERMINAL: readonly CommandStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST']

/**
 * Moves a locked command and tells of it. The lock order is: the command's row, then its deployment's for the sequence. A poll that came
 * while the delivery was being noted still says that the command is not executing, so `RUNNING` keeps it.
 */
export async function moveCommand(
  context: Context,
  transaction: Transaction,
  command: CommandRow,
  move: CommandMove,
): Promise<CommandRow> {
  if (!mayMoveCommand(command.status, move.to))
    throw new Error(`a command cannot move from ${command.status} to ${move.to}`)
  const { outcome } = move
  const moved = await transaction.row<CommandRow>(
    `update command set status = $2, superseded_at = case when $2 = 'RUNNING' then superseded_at end,
       lease_until = case when $2 in ('LEASED', 'RUNNING') then lease_until end,
       finished_at = case when $3 then now() end, updated_at = clock_timestamp(), parameters_sealed = case when not $3 then parameters_sealed end,
       result = coalesce($4::jsonb, result), error = case when $7 then $5::jsonb else error end, warnings = coalesce($6::jsonb, warnings)
     where id = $1 returning *`,
    [
      command.id,
      move.to,
      TERMINAL.includes(move.to),
      outcome?.result == null ? null : JSON.stringify(outcome.result),
      outcome?.error ? JSON.stringify(outcome.error) : null,
      outcome ? JSON.stringify(outcome.warnings) : null,
      outcome !== undefined,
    ],
  )
  await recordDeploymentEvent(
    transaction,
    { id: command.deploymentId, accountId: command.accountId },
    context.clock.now(),
    {
      type: `command.${move.to.toLowerCase()}`,
      summary: `${command.type} is ${move.to.toLowerCase()}.`,
      subject: { __typename: 'Command', id: command.id },
      data: { status: move.to, previousStatus: command.status, detail: move.detail ?? null },
    },
  )
  context.metrics.commands.inc({ type: command.type, status: move.to })
  return moved!
}

/** Locks a command; undefined when there is none. */
export const lockCommand = (transaction: Transaction, id: string): Promise<CommandRow | undefined> =>
  transaction.row<CommandRow>(`select * from command where id = $1 for update`, [id])
