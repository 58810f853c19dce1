import type { CommandRow } from '#entities/deployments/command.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { awaitCommand } from './await-command.js'
import { isObject } from '../model/parameter-tree.js'
import { namedCommand } from './command-request.js'
import { REPORT_WAIT_MS, runCommand } from './run-command.js'

/** The health of one application, as its agent says; `unknown` when it has not said in time. */
export interface AppHealth {
  readonly status: string
  readonly containerState: string
  readonly lastHeartbeatAt: string | null
  readonly metrics: unknown
  readonly errors: readonly unknown[]
  readonly commandId: string
}

const TIMEOUT_SECONDS = 60

/**
 * Requests the health of an application from its agent and waits at most ten seconds. An open health command is joined
 * instead of repeated, so that probing an offline agent does not fill its queue.
 */
export async function appHealth(
  context: DeploymentsContext & IdentityContext,
  request: { deploymentHash: string; appCode: string; waitMs?: number },
): Promise<{ readonly kind: 'health'; readonly health: AppHealth } | Denied> {
  const { deploymentHash, appCode, waitMs = REPORT_WAIT_MS } = request
  const deployment = await requireDeployment(context, deploymentHash, 'commands:write')
  if (appCode === 'all' || (deployment.apps.length > 0 && !deployment.apps.some(({ code }) => code === appCode)))
    throw new AppError('NOT_FOUND', `The deployment has no application '${appCode}'.`)
  const open = await context.database.query
    .selectFrom('command')
    .selectAll()
    .where('deploymentId', '=', deployment.id)
    .where('accountId', '=', deployment.accountId)
    .where('appCode', '=', appCode)
    .where('type', '=', 'health')
    .where('status', 'in', ['QUEUED', 'LEASED', 'RUNNING'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (open) return { kind: 'health', health: toHealth(await awaitCommand(context, open, waitMs)) }
  const requested = {
    deploymentHash,
    command: namedCommand('health', { app_code: appCode }),
    timeoutSeconds: TIMEOUT_SECONDS,
  }
  const outcome = await runCommand(context, requested, waitMs)
  return outcome.kind === 'denied' ? outcome : { kind: 'health', health: toHealth(outcome.command) }
}

/** Pure: what a report says; anything but a report says nothing. */
export function toHealth(command: Pick<CommandRow, 'id' | 'status' | 'result' | 'error' | 'warnings'>): AppHealth {
  const said = isObject(command.result) ? command.result : {}
  const text = (name: string) => (typeof said[name] === 'string' ? said[name] : null)
  const found = Array.isArray(said['errors']) && said['errors'].length > 0 ? said['errors'] : null
  return {
    status: text('status') ?? 'unknown',
    containerState: text('container_state') ?? 'unknown',
    lastHeartbeatAt: text('last_heartbeat_at'),
    metrics: said['metrics'] ?? null,
    errors: found ?? (command.error ? [command.error] : command.warnings),
    commandId: command.id,
  }
}
