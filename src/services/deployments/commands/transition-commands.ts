import type { CommandRow } from '#entities/deployments/command.entity.js'
import { canTransitionCommand, TERMINAL_STATUSES, type CommandStatus } from '#entities/deployments/command-state.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { newId } from '#services/kernel/ids/ids.js'
import type { StoredReport } from './report-bytes.js'

/** A transition of a command. */
export interface CommandTransition {
  readonly to: CommandStatus
  /** Said with the event, as "the agent polled again without reporting". */
  readonly detail?: string
  /** Report of the agent, if there is one. */
  readonly outcome?: Pick<CommandRow, 'result' | 'error' | 'warnings'> & {
    /** A large result as JSON in UTF-8, in the place of `result`; the row that is returned does not have it. */
    readonly resultBytes?: Buffer
  }
  /** The report that it follows from, kept by the same statement. */
  readonly report?: StoredReport
  /** True if the command is requeued after silence, not because it was never delivered. */
  readonly redelivered?: boolean
}

/** A command as read, and its transition. */
export interface TransitionRequest {
  readonly command: CommandRow
  readonly move: CommandTransition
}

/** A changed command and its events. */
export interface TransitionedCommand {
  readonly command: CommandRow
  readonly events: readonly StreamEventRow[]
}

/**
 * One statement for many commands: the transitions, the reports, the deployments' next sequences and the events. Each
 * is written only if the command is unchanged since it was read. Rows are locked in one order everywhere: commands by
 * ID, then deployments by ID. A poll that arrived while the delivery was being recorded states that the command is not
 * running, so `RUNNING` keeps that mark.
 */
const MOVES = `with quick as materialized (
    select set_config('synchronous_commit', case when $21 then 'off' else current_setting('synchronous_commit') end, true) as mode
  ), item as materialized (
    select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::boolean[], $6::jsonb[], $7::jsonb[], $8::jsonb[], $9::boolean[],
        $10::text[], $11::bytea[], $12::text[], $13::int[], $14::int[])
      as item (id, was, attempt, status, ends, result, error, warnings, has_outcome, report_id, body, encoding, redelivery_count, events)
  ), held as materialized (
    select id from command where id = any($1) order by id for update
  ), moved as (
    update command set status = item.status, superseded_at = case when item.status = 'RUNNING' then superseded_at end,
      lease_until = case when item.status in ('LEASED', 'RUNNING') then lease_until end,
      instance = case when item.status = 'QUEUED' then null else instance end,
      finished_at = case when item.ends then now() end, updated_at = clock_timestamp(),
      parameters_sealed = case when not item.ends then parameters_sealed end,
      result = coalesce(item.result, convert_from($22::bytea, 'UTF8')::jsonb, command.result), error = case when item.has_outcome then item.error else command.error end,
      warnings = command.warnings || coalesce(item.warnings, '[]'), report_id = coalesce(item.report_id, command.report_id),
      redelivery_count = command.redelivery_count + item.redelivery_count
    from item, held where command.id = any($1) and command.id = item.id and held.id = item.id and command.status = item.was and command.attempt = item.attempt
    returning command.id, command.account_id, command.deployment_id, command.lease_until, command.finished_at, command.updated_at, command.warnings, item.events
  ), kept as (
    insert into command_report (id, account_id, command_id, body, encoding)
    select item.report_id, moved.account_id, moved.id, coalesce(item.body, $20::bytea), item.encoding
    from moved join item on item.id = moved.id where item.report_id is not null
  ), spot as materialized (
    select id from deployment where id = any(array(select deployment_id from moved)) order by id for update
  ), place as (
    update deployment set version = deployment.version + taken.events
    from (select deployment_id, sum(events)::int as events from moved group by deployment_id) taken
    where deployment.id = any(array(select id from spot)) and deployment.id = taken.deployment_id
    returning deployment.id, deployment.version - taken.events as base
  ), told as (
    insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at)
    select place.id, place.base + row_number() over (partition by place.id order by event.number), event.id, moved.account_id, event.type,
      event.summary, 'Command', moved.id, false, event.data, now()
    from unnest($15::text[], $16::text[], $17::text[], $18::text[], $19::jsonb[]) with ordinality as event (command_id, id, type, summary, data, number)
      join moved on moved.id = event.command_id join place on place.id = moved.deployment_id
  )
  select moved.id, moved.lease_until, moved.finished_at, moved.updated_at, moved.warnings, place.base, now() as at
  from quick cross join moved join place on place.id = moved.deployment_id`

interface TransitionedRow extends Pick<CommandRow, 'id' | 'leaseUntil' | 'finishedAt' | 'updatedAt' | 'warnings'> {
  readonly base: number
  readonly at: Date
}

/**
 * Changes commands that no other process changed first; null in the place of the others. Each command must occur only
 * once. @param options.quick does not wait for the disk, for changes that a crash may lose
 */
export async function transitionCommands(
  sql: Sql,
  requested: readonly TransitionRequest[],
  options: { readonly quick?: boolean } = {},
): Promise<(TransitionedCommand | null)[]> {
  const steps = requested.map(({ command, move }) => stepsOf(command, move))
  const published = steps.flatMap((path) => path)
  const reports = requested.map(({ move }) => move.report)
  // Alone, a body goes as the bytes that it is; a list of them is written as text, which is twice as long.
  const [only] = requested.length === 1 ? reports : []
  const rows = await sql.rows<TransitionedRow>(MOVES, [
    requested.map(({ command }) => command.id),
    requested.map(({ command }) => command.status),
    requested.map(({ command }) => command.attempt),
    requested.map(({ move }) => move.to),
    requested.map(({ move }) => TERMINAL_STATUSES.includes(move.to)),
    requested.map(({ move }) => (move.outcome?.result == null ? null : JSON.stringify(move.outcome.result))),
    requested.map(({ move }) => (move.outcome?.error ? JSON.stringify(move.outcome.error) : null)),
    requested.map(({ move }) => (move.outcome ? JSON.stringify(move.outcome.warnings) : null)),
    requested.map(({ move }) => move.outcome !== undefined),
    reports.map((report) => report?.id ?? null),
    reports.map((report) => (only ? null : (report?.body ?? null))),
    reports.map((report) => report?.encoding ?? null),
    requested.map(({ move }) => (move.redelivered ? 1 : 0)),
    steps.map((path) => path.length),
    published.map((step) => step.command.id),
    published.map((step) => step.eventId),
    published.map(typeOf),
    published.map(summaryOf),
    published.map((step) => JSON.stringify(dataOf(step))),
    only?.body ?? null,
    options.quick ?? false,
    resultBytesOf(requested),
  ])
  const byId = new Map(rows.map((row) => [row.id, row]))
  const places = new Map<string, number>()
  return requested.map(({ command, move }, index) => {
    const row = byId.get(command.id)
    if (!row) return null
    const events = steps[index]!.map((step): StreamEventRow => {
      const sequence = (places.get(command.deploymentId) ?? row.base) + 1
      places.set(command.deploymentId, sequence)
      return toEvent(step, sequence, row.at)
    })
    return { command: toTransitioned(command, move, row), events }
  })
}

/** A large result is written by a separate statement as bytes: in a list it would be copied as text. */
function resultBytesOf(requested: readonly TransitionRequest[]): Buffer | null {
  const [large] = requested.flatMap(({ move }) => move.outcome?.resultBytes ?? [])
  if (large && requested.length > 1) throw new Error('a command with a large result must be updated alone')
  return large ?? null
}

/** The row as the statement has left it. */
function toTransitioned(
  command: CommandRow,
  { to, outcome, report, redelivered }: CommandTransition,
  row: TransitionedRow,
): CommandRow {
  const ends = TERMINAL_STATUSES.includes(to)
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

/** One intermediate status and its event. */
interface Step {
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
function stepsOf(command: CommandRow, { to, report, detail }: CommandTransition): Step[] {
  const reported = report !== undefined && command.status === 'LEASED'
  const path: CommandStatus[] = reported ? ['LEASED', 'RUNNING', to] : [command.status, to]
  return path.slice(1).map((next, index) => {
    const from = path[index]!
    if (!canTransitionCommand(from, next)) throw new Error(`a command cannot change from ${from} to ${next}`)
    return { eventId: newId('evt'), command, from, to: next, detail: next === to ? (detail ?? null) : null }
  })
}

const typeOf = ({ to }: Step) => `command.${to.toLowerCase()}`
const summaryOf = ({ command, to }: Step) => `${command.type} is ${to.toLowerCase()}.`
const dataOf = ({ from, to, detail }: Step) => ({ status: to, previousStatus: from, detail })

const toEvent = (step: Step, sequence: number, at: Date): StreamEventRow => ({
  streamId: step.command.deploymentId,
  sequence,
  id: step.eventId,
  accountId: step.command.accountId,
  type: typeOf(step),
  summary: summaryOf(step),
  subjectType: 'Command',
  subjectId: step.command.id,
  changesEntitlements: false,
  data: dataOf(step),
  at,
  recordedAt: at,
})
