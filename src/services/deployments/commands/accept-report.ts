import type { CommandRow } from '../../../entities/deployments/command.entity.js'
import { mayMoveCommand } from '../../../entities/deployments/command-state.js'
import { noteAudit } from '../../kernel/audit/audit-trail.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { toStorable } from '../../kernel/database/storable-json.js'
import { noteAppStates } from '../app-states/note-app-states.js'
import { readAppStates } from '../app-states/read-app-states.js'
import type { AuthenticatedAgent } from '../agents/authenticate-agent.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { typedResult } from '../results/typed-result.js'
import { redactReport, redactReportBytes } from '../redaction/redact-report.js'
import { decideOutcome, type Report } from './decide-outcome.js'
import { changesApps, keepApps } from './keep-apps.js'
import { tryMoveCommand, type CommandMove } from './move-command.js'
import { storeReport, type StoredReport } from './report-bytes.js'

/** A report as it was read, the bytes that it was read from, and the command that it is about, as far as there is one. */
export interface ReceivedReport {
  readonly report: Report
  readonly bytes: Buffer
  readonly found: Promise<CommandRow | undefined>
}

/** Begins to look its command up, while the request is still being written down; what was taken here is remembered. */
export function receiveReport(
  context: Pick<DeploymentsContext, 'database' | 'commandDesk'>,
  report: Report,
  bytes: Buffer,
): ReceivedReport {
  const id = toStorable(report.command_id)
  const taken = context.commandDesk.taken(id)
  const found = taken ? Promise.resolve(taken) : findCommand(context, id)
  found.catch(() => undefined) // said where it is awaited, if it comes to that
  return { report, bytes, found }
}

/** `changed`: the command moved. Otherwise it was settled before, and the report is only kept. */
export interface AcceptedReport {
  readonly command: CommandRow
  readonly changed: boolean
}

/** How often a command may be moved by others between our look and our write; each time it is looked at again. */
const MAX_LOOKS = 10

/**
 * Keeps a report of the agent's own command, always and byte for byte; a duplicate or stale one changes nothing else. The only report
 * that is turned away is one about a command that is not this agent's: it does not exist for it.
 */
export async function acceptReport(
  context: DeploymentsContext,
  agent: Pick<AuthenticatedAgent, 'deploymentId'>,
  received: ReceivedReport,
): Promise<AcceptedReport> {
  let command = ownOf(context, agent, await received.found)
  // Nothing that looks like a secret is stored or told, not even in what is kept as it came.
  const safe = redactReport(command, received.report)
  const decided = decideOutcome(toStorable(safe))
  const outcome = { ...decided, result: typedResult(command.type, decided.result) }
  const stored = await storeReport(redactReportBytes(received.bytes, received.report, safe))
  for (let look = 0; look < MAX_LOOKS; look++) {
    if (look > 0) command = ownOf(context, agent, await findCommand(context, command.id))
    if (!mayMoveCommand(command.status, outcome.to)) {
      await keepReport(context, command, stored)
      return { command, changed: false }
    }
    const late = command.status === 'LOST' ? { detail: 'reported late' } : {}
    const move = { to: outcome.to, outcome, report: stored, ...late }
    const moved = await moveReported(context, command, move)
    if (!moved) continue
    await noteAppStates(context, moved, readAppStates(outcome.result))
    const { accountId, deploymentHash } = moved
    noteAudit(context, { accountId, actor: deploymentHash, action: 'agent.command_reported', object: deploymentHash })
    return { command: moved, changed: true }
  }
  throw new AppError('UNAVAILABLE', 'The command is being moved by too many at once; report again.')
}

/** What a command has changed about the deployment's applications is written together with its end. */
function moveReported(context: DeploymentsContext, command: CommandRow, move: CommandMove): Promise<CommandRow | null> {
  if (!changesApps(command)) return context.commandDesk.move(command, move)
  context.commandDesk.forget(command.id)
  return context.database.transaction(async (transaction) => {
    const moved = await tryMoveCommand(context, transaction, command, move)
    if (moved) await keepApps(transaction, moved)
    return moved
  })
}

const findCommand = ({ database }: Pick<DeploymentsContext, 'database'>, id: string): Promise<CommandRow | undefined> =>
  database.row<CommandRow>(`select * from command where id = $1`, [id])

function ownOf(
  context: DeploymentsContext,
  { deploymentId }: Pick<AuthenticatedAgent, 'deploymentId'>,
  command: CommandRow | undefined,
): CommandRow {
  if (command?.deploymentId === deploymentId) return command
  // Another deployment's, or none: to the agent it is the same, to an operator worth knowing.
  const failed = { accountId: null, action: 'agent.command_report_failed', object: 'not found' }
  noteAudit(context, { ...failed, actor: deploymentId })
  throw new AppError('NOT_FOUND', 'There is no such command.')
}

/** A report that moves nothing; the first of them stands for the command when none settled it. */
async function keepReport(context: DeploymentsContext, command: CommandRow, stored: StoredReport): Promise<void> {
  await context.database.run(
    `with kept as (
       insert into command_report (id, account_id, command_id, body, encoding) values ($1, $2, $3, $4, $5))
     update command set report_id = $1 where id = $3 and report_id is null`,
    [stored.id, command.accountId, command.id, stored.body, stored.encoding],
  )
}
