import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { CommandStatus } from '#entities/deployments/command-state.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import * as statements from './command-queue.sql.js'
import type { StoredReport } from '../model/report-bytes.js'
import { dataOf, endsCommand, stepsOf, summaryOf, toTransitioned, typeOf, type Step } from './transition-steps.js'

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
 * Changes commands with one statement; null for each that another process changed first. Each command must occur only
 * once. @param options.quick does not wait for the disk, for changes that a crash may lose
 */
export async function transitionCommands(
  database: Sql,
  requested: readonly TransitionRequest[],
  options: { readonly quick?: boolean } = {},
): Promise<(TransitionedCommand | null)[]> {
  const steps = requested.map(({ command, move }) => stepsOf(database.newId, command, move))
  const published = steps.flatMap((path) => path)
  const reports = requested.map(({ move }) => move.report)
  // Alone, a body goes as the bytes that it is; a list of them is written as text, which is twice as long.
  const [only] = requested.length === 1 ? reports : []
  const rows = await database.rows(statements.transitionCommands, {
    ids: requested.map(({ command }) => command.id),
    statuses: requested.map(({ command }) => command.status),
    attempts: requested.map(({ command }) => command.attempt),
    nextStatuses: requested.map(({ move }) => move.to),
    ends: requested.map(({ move }) => endsCommand(move.to)),
    results: requested.map(({ move }) => (move.outcome?.result == null ? null : JSON.stringify(move.outcome.result))),
    errors: requested.map(({ move }) => (move.outcome?.error ? JSON.stringify(move.outcome.error) : null)),
    warnings: requested.map(({ move }) => (move.outcome ? JSON.stringify(move.outcome.warnings) : null)),
    hasOutcomes: requested.map(({ move }) => move.outcome !== undefined),
    reportIds: reports.map((report) => report?.id ?? null),
    bodies: reports.map((report) => (only ? null : (report?.body ?? null))),
    encodings: reports.map((report) => report?.encoding ?? null),
    redeliveries: requested.map(({ move }) => (move.redelivered ? 1 : 0)),
    eventCounts: steps.map((path) => path.length),
    eventCommandIds: published.map((step) => step.command.id),
    eventIds: published.map((step) => step.eventId),
    eventTypes: published.map(typeOf),
    eventSummaries: published.map(summaryOf),
    eventData: published.map((step) => JSON.stringify(dataOf(step))),
    onlyBody: only?.body ?? null,
    isQuick: options.quick ?? false,
    largeResult: resultBytesOf(requested),
  })
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
