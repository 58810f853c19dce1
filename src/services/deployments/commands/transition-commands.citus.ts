import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import { functionForm } from '#services/kernel/database/forms.js'
import { inTransaction } from '#services/kernel/database/in-transaction.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { NewId } from '#services/kernel/ids/ids.js'
import { writeDeploymentEvents, type UnnumberedEvent } from '../model/write-deployment-events.citus.js'
import {
  transitionCommands,
  type CommandTransition,
  type TransitionedCommand,
  type TransitionRequest,
} from './transition-commands.js'
import { dataOf, endsCommand, stepsOf, summaryOf, toTransitioned, typeOf } from './transition-steps.js'

/**
 * Changes a command that is on the machine of its account, as `transitionCommands` does for many elsewhere: the command is locked first,
 * then the deployment. Null if another process changed it first.
 */
const transitionCommand = (database: Sql, { command, move }: TransitionRequest): Promise<TransitionedCommand | null> =>
  inTransaction(database, async (transaction) => {
    const { id, accountId, deploymentId, status, attempt } = command
    const { to, outcome, report, redelivered } = move
    const isHeld = to === 'LEASED' || to === 'RUNNING'
    const row = await transaction.query
      .updateTable('command')
      .set({
        status: to,
        updatedAt: sql`statement_timestamp()`,
        ...(to === 'RUNNING' ? {} : { supersededAt: null }),
        ...(isHeld ? {} : { leaseUntil: null }),
        ...(to === 'QUEUED' ? { instance: null } : {}),
        finishedAt: endsCommand(to) ? sql`now()` : null,
        ...(endsCommand(to) ? { parametersSealed: null } : {}),
        ...(redelivered ? { redeliveryCount: sql`redelivery_count + 1` } : {}),
        ...(report ? { reportId: report.id } : {}),
      })
      .$if(outcome !== undefined, (query) =>
        query.set({
          error: outcome!.error ? jsonb(outcome!.error) : null,
          warnings: sql`warnings || ${jsonb(outcome!.warnings)}`,
        }),
      )
      .$if(outcome?.result != null, (query) => query.set({ result: jsonb(outcome!.result) }))
      .$if(outcome?.resultBytes !== undefined, (query) =>
        query.set({ result: sql`convert_from(${outcome!.resultBytes}::bytea, 'UTF8')::jsonb` }),
      )
      .where('id', '=', id)
      .where('accountId', '=', accountId)
      .where('status', '=', status)
      .where('attempt', '=', attempt)
      .returning(['leaseUntil', 'finishedAt', 'updatedAt', 'warnings'])
      .executeTakeFirst()
    if (!row) return null
    if (report)
      await transaction.query
        .insertInto('command_report')
        .values({ ...report, accountId, commandId: id })
        .execute()
    const events = await writeDeploymentEvents(
      transaction,
      { id: deploymentId, accountId },
      eventsOf(transaction.newId, command, move),
    )
    return { command: toTransitioned(command, move, row), events }
  })

/** Events of a transition. */
const eventsOf = (newId: NewId, command: CommandRow, move: CommandTransition): UnnumberedEvent[] =>
  stepsOf(newId, command, move).map((step) => ({
    id: step.eventId,
    type: typeOf(step),
    summary: summaryOf(step),
    subjectType: 'Command',
    subjectId: command.id,
    data: dataOf(step),
  }))

export const transitionCommandForms = [
  functionForm(transitionCommands, (database, requested) =>
    Promise.all(requested.map((one) => transitionCommand(database, one))),
  ),
]
