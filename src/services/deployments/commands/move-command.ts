import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { mayMoveCommand, type CommandStatus } from '../../../entities/deployments/command-state.js'
import type { Transaction } from '../../kernel/database/database.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { Context } from '../../kernel/context/context.js'
import { newId } from '../../kernel/ids/ids.js'
import { queueTopic } from './queue-topic.js'
import type { StoredReport } from './report-bytes.js'

/** What becomes of a command. */
export interface CommandMove {
  readonly to: CommandStatus
  /** Said with the event, as "the agent polled again without reporting". */
  readonly detail?: string
  /** What the agent reported, when it did. */
  readonly outcome?: Pick<CommandRow, 'result' | 'error' | 'warnings'>
  /** The report that it follows from, kept by the same statement. */
  readonly report?: StoredReport
  /** It was given back because nothing was heard of it, not because it was never delivered. */
  readonly redelivered?: boolean
}

/** Where a move is written: by itself, or in a transaction with what belongs to it. */
export type MoveTarget = Sql & Partial<Pick<Transaction, 'announce'>>

const TERMINAL: readonly CommandStatus[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED', 'LOST']

/**
 * One statement: the move, the report, the deployment's next numbers and the events that tell of it. It writes only if the command
 * still is as it was read. Rows are locked in one order everywhere: the command, then its deployment. A poll that came while the
 * delivery was being noted still says that the command is not executing, so `RUNNING` keeps it.
 */
const MOVE = `with moved as (
    update command set status = $4, superseded_at = case when $4 = 'RUNNING' then superseded_at end,
      lease_until = case when $4 in ('LEASED', 'RUNNING') then lease_until end,
      instance = case when $4 = 'QUEUED' then null else instance end,
      finished_at = case when $5 then now() end, updated_at = clock_timestamp(), parameters_sealed = case when not $5 then parameters_sealed end,
      result = coalesce($6::jsonb, result), error = case when $9 then $7::jsonb else error end, warnings = coalesce($8::jsonb, warnings),
      report_id = coalesce($10, report_id), redelivered = redelivered + $13
    where id = $1 and status = $2 and attempt = $3 returning *
  ), kept as (
    insert into command_report (id, account_id, command_id, body, encoding)
    select $10::text, account_id, id, $11::bytea, $12::text from moved where $10 is not null
  ), place as (
    update deployment set version = version + cardinality($15::text[]) where id = (select deployment_id from moved) returning id, version
  ), told as (
    insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_rights, data, at)
    select place.id, place.version - cardinality($15::text[]) + event.number, event.id, moved.account_id, event.type, event.summary, 'Command', moved.id, false, event.data, now()
    from moved, place, unnest($14::text[], $15::text[], $16::text[], $17::jsonb[]) with ordinality as event (id, type, summary, data, number)
  )
  select * from moved`

/** Moves a command that nobody else has moved meanwhile, and tells of it; null when somebody has. */
export async function tryMoveCommand(
  context: Pick<Context, 'news' | 'metrics'>,
  sql: MoveTarget,
  command: CommandRow,
  move: CommandMove,
): Promise<CommandRow | null> {
  const { to, outcome, report } = move
  const steps = stepsOf(command, move)
  const values = [
    command.id,
    command.status,
    command.attempt,
    to,
    TERMINAL.includes(to),
    outcome?.result == null ? null : JSON.stringify(outcome.result),
    outcome?.error ? JSON.stringify(outcome.error) : null,
    outcome ? JSON.stringify(outcome.warnings) : null,
    outcome !== undefined,
    report?.id ?? null,
    report?.body ?? null,
    report?.encoding ?? null,
    move.redelivered ? 1 : 0,
    steps.map(() => newId('evt')),
    steps.map((step) => `command.${step.to.toLowerCase()}`),
    steps.map((step) => `${command.type} is ${step.to.toLowerCase()}.`),
    steps.map((step) => JSON.stringify({ status: step.to, previousStatus: step.from, detail: step.detail })),
  ]
  const moved = await sql.row<CommandRow>(MOVE, values)
  if (!moved) return null
  const topics = to === 'QUEUED' ? [command.deploymentId, queueTopic(command.deploymentId)] : [command.deploymentId]
  if (sql.announce) topics.forEach((topic) => sql.announce!(topic))
  else context.news.announce(topics)
  for (const step of steps) context.metrics.commands.inc({ type: command.type, status: step.to })
  return moved
}

/** As `tryMoveCommand`, for a command whose row is locked. */
export async function moveCommand(
  context: Pick<Context, 'news' | 'metrics'>,
  transaction: Transaction,
  command: CommandRow,
  move: CommandMove,
): Promise<CommandRow> {
  const moved = await tryMoveCommand(context, transaction, command, move)
  if (!moved) throw new Error(`command ${command.id} was moved although it was locked`)
  return moved
}

interface Step {
  readonly from: CommandStatus
  readonly to: CommandStatus
  readonly detail: string | null
}

/** The states on the way. A quick agent reports before the flush of its poll was noted: that it ran is told all the same. */
function stepsOf(command: CommandRow, { to, report, detail }: CommandMove): Step[] {
  const reported = report !== undefined && command.status === 'LEASED'
  const path: CommandStatus[] = reported ? ['LEASED', 'RUNNING', to] : [command.status, to]
  return path.slice(1).map((next, index) => {
    const from = path[index]!
    if (!mayMoveCommand(from, next)) throw new Error(`a command cannot move from ${from} to ${next}`)
    return { from, to: next, detail: next === to ? (detail ?? null) : null }
  })
}

/** Locks a command; undefined when there is none. */
export const lockCommand = (transaction: Transaction, id: string): Promise<CommandRow | undefined> =>
  transaction.row<CommandRow>(`select * from command where id = $1 for update`, [id])
