import { PRIORITY_RANK, type CommandPriority, type CommandRow } from '#entities/deployments/command.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { IdempotencyScope } from '#services/kernel/idempotency/idempotency.js'
import type { SecretBox } from '#services/kernel/secrets/secret-box.js'
import type { CommandRequest } from './command-request.js'
import * as statements from './command-queue.sql.js'
import type { CachedDeployment } from './deployment-cache.js'
import type { TransitionedCommand } from './transition-commands.js'
import { sealParameters } from './secret-parameters.js'

/** A decided command for one deployment. */
export interface CommandToInsert {
  readonly deployment: Pick<CachedDeployment, 'id' | 'accountId' | 'appsMark'>
  readonly command: CommandRequest
  readonly priority: CommandPriority
  readonly timeoutSeconds: number
  readonly expiresInSeconds: number
  readonly userId: string | null
  /** The idempotency key that is taken by the same statement; null: it was taken before. */
  readonly once: { readonly scope: IdempotencyScope; readonly fingerprint: string } | null
}

/**
 * Enqueues commands with one statement. Null for a command whose deployment has other applications by now, or is stopped. A key that is
 * taken fails all of them.
 */
export async function insertCommands(
  database: Sql,
  secrets: SecretBox,
  requested: readonly CommandToInsert[],
): Promise<(TransitionedCommand | null)[]> {
  const made = requested.map((item) => {
    const id = database.newId('cmd')
    return { ...item, id, eventId: database.newId('evt'), ...sealParameters(secrets, id, item.command) }
  })
  const rows = await database.rows(statements.insertCommands, {
    deploymentIds: made.map(({ deployment }) => deployment.id),
    appsMarks: made.map(({ deployment }) => deployment.appsMark),
    ids: made.map(({ id }) => id),
    types: made.map(({ command }) => command.type),
    appCodes: made.map(({ command }) => command.appCode),
    priorities: made.map(({ priority }) => PRIORITY_RANK[priority]),
    parameters: made.map(({ shown }) => JSON.stringify(shown)),
    sealedParameters: made.map(({ sealed }) => sealed),
    timeoutSeconds: made.map(({ timeoutSeconds }) => timeoutSeconds),
    expiresInSeconds: made.map(({ expiresInSeconds }) => expiresInSeconds),
    userIds: made.map(({ userId }) => userId),
    eventIds: made.map(({ eventId }) => eventId),
    principals: made.map(({ once }) => once?.scope.principal ?? null),
    accountIds: made.map(({ once }) => once?.scope.accountId ?? null),
    mutations: made.map(({ once }) => once?.scope.mutation ?? null),
    keys: made.map(({ once }) => once?.scope.key ?? null),
    fingerprints: made.map(({ once }) => once?.fingerprint ?? null),
  })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return made.map(({ id, eventId }) => {
    const command = byId.get(id)
    return command ? { command, events: [toEvent(command, eventId)] } : null
  })
}

const toEvent = (command: CommandRow, id: string): StreamEventRow => ({
  streamId: command.deploymentId,
  sequence: command.queuePosition,
  id,
  accountId: command.accountId,
  type: 'command.queued',
  summary: `${command.type} was queued.`,
  subjectType: 'Command',
  subjectId: command.id,
  changesEntitlements: false,
  data: { status: 'QUEUED', previousStatus: null, detail: null },
  at: command.createdAt,
  recordedAt: command.createdAt,
})
