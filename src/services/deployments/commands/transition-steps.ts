import type { CommandRow } from '#entities/deployments/command.entity.js'
import { canTransitionCommand, TERMINAL_STATUSES, type CommandStatus } from '#entities/deployments/command-state.js'
import type { RowOf } from '#services/kernel/database/statement.js'
import type { NewId } from '#services/kernel/ids/ids.js'
import type * as statements from './command-queue.sql.js'
import type { CommandTransition } from './transition-commands.js'

/** The row as the statement has left it. */
export function toTransitioned(
  command: CommandRow,
  { to, outcome, report, redelivered }: CommandTransition,
  row: Pick<RowOf<typeof statements.transitionCommands>, 'leaseUntil' | 'finishedAt' | 'updatedAt' | 'warnings'>,
): CommandRow {
  const ends = endsCommand(to)
  return {
    ...command,
    status: to,
    supersededAt: to === 'RUNNING' ? command.supersededAt : null,
    leaseUntil: row.leaseUntil,
    finishedAt: row.finishedAt,
    updatedAt: row.updatedAt,
    instance: to === 'QUEUED' ? null : command.instance,
    parametersSealed: ends ? null : command.parametersSealed,
    result: outcome?.result ?? command.result,
    error: outcome ? outcome.error : command.error,
    warnings: row.warnings,
    reportId: report?.id ?? command.reportId,
    redeliveryCount: command.redeliveryCount + (redelivered ? 1 : 0),
  }
}

/** True if a command has no status after this one, except by a late report. */
export const endsCommand = (status: CommandStatus): boolean => TERMINAL_STATUSES.includes(status)

/** One intermediate status and its event. */
export interface Step {
  readonly eventId: string
  readonly command: CommandRow
  readonly from: CommandStatus
  readonly to: CommandStatus
  readonly detail: string | null
}

/**
 * Intermediate statuses. A fast agent can report before the delivery of its poll is recorded: the event `RUNNING` is
 * published anyway.
 */
export function stepsOf(newId: NewId, command: CommandRow, { to, report, detail }: CommandTransition): Step[] {
  const reported = report !== undefined && command.status === 'LEASED'
  const path: CommandStatus[] = reported ? ['LEASED', 'RUNNING', to] : [command.status, to]
  return path.slice(1).map((next, index) => {
    const from = path[index]!
    if (!canTransitionCommand(from, next)) throw new Error(`a command cannot change from ${from} to ${next}`)
    return { eventId: newId('evt'), command, from, to: next, detail: next === to ? (detail ?? null) : null }
  })
}

export const typeOf = ({ to }: Step) => `command.${to.toLowerCase()}`
export const summaryOf = ({ command, to }: Step) => `${command.type} is ${to.toLowerCase()}.`
export const dataOf = ({ from, to, detail }: Step) => ({
  status: to === 'CANCELLED' ? 'CANCELED' : to,
  previousStatus: from,
  detail,
})
