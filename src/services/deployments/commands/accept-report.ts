import { sql } from 'kysely'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import { canTransitionCommand } from '#entities/deployments/command-state.js'
import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { toPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { recordAppStates } from '../app-states/record-app-states.js'
import type { AuthenticatedAgent } from '../agents/authenticate-agent.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { toSample } from '../hooks/read-measurement.js'
import { storeSample } from '../hooks/store-sample.js'
import { MASK } from '#services/kernel/redaction/redaction-rules.js'
import { findCommand } from '../model/select-commands.js'
import type { Outcome } from './decide-outcome.js'
import { interpretReport, type InterpretedReport, type OpenedReport } from './interpret-report.js'
import { changesApps, syncDeploymentApps } from './sync-deployment-apps.js'
import { tryTransitionCommand, type CommandMove } from './transition-command.js'
import { openReport } from './open-report.js'
import { storeReport, type StoredReport } from '../model/report-bytes.js'

/** A report small enough to be parsed immediately, and its command, if it has one. */
export interface ReceivedReport {
  readonly opened: OpenedReport
  readonly found: Promise<CommandRow | undefined>
}

type Finding = Pick<DeploymentsContext, 'database' | 'commandQueue'>

/** Parses a small report and starts to read its command while the request is recorded. */
export function receiveReport(context: Finding, body: Buffer): ReceivedReport {
  const opened = openReport(body)
  const found = commandOf(context, opened.report.command_id)
  found.catch(() => undefined) // reported where it is awaited, if it comes to that
  return { opened, found }
}

/** Commands that were claimed through this process are cached. */
function commandOf(context: Finding, commandId: string): Promise<CommandRow | undefined> {
  const id = toPostgresSafe(commandId)
  const taken = context.commandQueue.inFlight(id)
  return taken ? Promise.resolve(taken) : findCommand(context.database, id)
}

/**
 * `changed` is true if the report changed the command. Otherwise it had already ended and the report is only stored.
 */
export interface AcceptedReport {
  readonly command: CommandRow
  readonly changed: boolean
}

/** Maximum attempts if others change the command between our read and our write. Each attempt reads it again. */
const MAX_LOOKS = 10

type Reporting = Pick<AuthenticatedAgent, 'deploymentId'>

/**
 * Stores a report of the agent's own command; a duplicate or late one changes nothing else. Only a report for another
 * agent's command is rejected: it is not found.
 */
export async function acceptReport(
  context: DeploymentsContext,
  agent: Reporting,
  { opened, found }: ReceivedReport,
): Promise<AcceptedReport> {
  const command = ownOf(context, agent, await found)
  const afterHidden = await followsHiddenLine(context, command)
  const { kept, ...read } = interpretReport(opened, { ...command, afterHidden })
  return closeCommand(context, agent, command, {
    ...read,
    report: await storeReport(context.database.newId, kept),
  })
}

/** Does the same as `acceptReport` for a report that would block the main thread. The bytes must not be used afterwards. */
export async function acceptLargeReport(
  context: DeploymentsContext,
  agent: Reporting,
  body: Buffer,
): Promise<AcceptedReport> {
  const { command, packed } = await context.reportReader.read(body, async (id) => {
    const own = ownOf(context, agent, await commandOf(context, id))
    return { ...own, afterHidden: await followsHiddenLine(context, own) }
  })
  const { outcome, kept, result, ...read } = packed
  const report: StoredReport = { id: context.database.newId('rep'), body: bytesOf(kept), encoding: 'GZIP' }
  return closeCommand(context, agent, command, {
    ...read,
    outcome: { ...outcome, result: null, ...(result ? { resultBytes: bytesOf(result) } : {}) },
    report,
  })
}

/** True if the command reads a log whose previous page ends with a hidden line: a key can continue in the next page. */
async function followsHiddenLine({ database }: Finding, command: CommandRow): Promise<boolean> {
  if (command.type !== 'logs') return false
  const page = await database.query
    .selectFrom('command')
    .select(sql<string | null>`result -> 'lines' -> -1 ->> 'message'`.as('lastLine'))
    .where('accountId', '=', command.accountId)
    .where('deploymentId', '=', command.deploymentId)
    .where('appCode', 'is not distinct from', command.appCode)
    .where('type', '=', command.type)
    .where('id', '<', command.id)
    .where('result', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return page?.lastLine === MASK
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

interface ReadReport extends Pick<InterpretedReport, 'apps' | 'measurement'> {
  readonly outcome: Outcome & NonNullable<CommandMove['outcome']>
  readonly report: StoredReport
}

async function closeCommand(
  context: DeploymentsContext,
  agent: Reporting,
  found: CommandRow,
  { outcome, apps, measurement, report }: ReadReport,
): Promise<AcceptedReport> {
  let command = found
  for (let look = 0; look < MAX_LOOKS; look++) {
    if (look > 0) command = ownOf(context, agent, await findCommand(context.database, command.id))
    if (!canTransitionCommand(command.status, outcome.to)) {
      await saveReport(context, command, report)
      return { command, changed: false }
    }
    const late = command.status === 'LOST' ? { detail: 'reported late' } : {}
    const marked = command.status === 'LOST' ? markedLate(outcome) : outcome
    const moved = await transitionReported(context, command, { to: outcome.to, outcome: marked, report, ...late })
    if (!moved) continue
    await recordAppStates(context, moved, apps)
    if (measurement) await storeSample(context.database, moved, toSample(measurement, new Date(context.timers.now())))
    const { accountId, deploymentHash } = moved
    bufferAudit(context, { accountId, actor: deploymentHash, action: 'agent.command_reported', object: deploymentHash })
    return { command: moved, changed: true }
  }
  throw new AppError('UNAVAILABLE', 'The command is being updated concurrently. Send the report again.')
}

/** Adds a warning: the command had the status `LOST` before its report came. */
const markedLate = <Reported extends Outcome>(outcome: Reported): Reported => ({
  ...outcome,
  warnings: [
    ...outcome.warnings,
    { code: 'REPORTED_LATE', message: 'The report arrived after the command had become LOST.', details: null },
  ],
})

/** Changes of a deployment's applications are written together with the end of the command. */
function transitionReported(
  context: DeploymentsContext,
  command: CommandRow,
  move: CommandMove,
): Promise<CommandRow | null> {
  if (!changesApps(command)) return context.commandQueue.move(command, move)
  context.commandQueue.evict(command.id)
  return context.database.transaction(async (transaction) => {
    const moved = await tryTransitionCommand(context, transaction, command, move)
    if (moved) await syncDeploymentApps(transaction, moved)
    return moved
  })
}

function ownOf(
  context: DeploymentsContext,
  { deploymentId }: Pick<AuthenticatedAgent, 'deploymentId'>,
  command: CommandRow | undefined,
): CommandRow {
  if (command?.deploymentId === deploymentId) return command
  // Another deployment's, or none: to the agent it is the same, to an operator worth knowing.
  const failed = { accountId: null, action: 'agent.command_report_failed', object: 'not found' }
  bufferAudit(context, { ...failed, actor: deploymentId })
  throw new AppError('NOT_FOUND', 'Command not found.')
}

/** Stores a report that does not change the command. The first one becomes the command's report if it has none. */
async function saveReport(context: DeploymentsContext, command: CommandRow, stored: StoredReport): Promise<void> {
  await context.database.query
    .with('stored', (query) =>
      query.insertInto('command_report').values({ ...stored, accountId: command.accountId, commandId: command.id }),
    )
    .updateTable('command')
    .set({ reportId: stored.id })
    .where('id', '=', command.id)
    .where('accountId', '=', command.accountId)
    .where('reportId', 'is', null)
    .execute()
}
