import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { awaitCommand } from './await-command.js'
import { enqueueCommand, type EnqueueCommand } from './enqueue-command.js'

/** Maximum time that a plain request waits for an agent's report. */
export const REPORT_WAIT_MS = 10_000

/**
 * Enqueues a command and waits for its end. A command that has not ended by then continues and can be read by its ID.
 */
export async function runCommand(
  context: DeploymentsContext & IdentityContext,
  requested: Pick<EnqueueCommand, 'deploymentHash' | 'command'> & Partial<EnqueueCommand>,
  waitMs = REPORT_WAIT_MS,
): Promise<{ readonly kind: 'command'; readonly command: CommandRow } | Denied> {
  const outcome = await enqueueCommand(context, {
    priority: 'NORMAL',
    timeoutSeconds: 300,
    idempotencyKey: context.database.newId('cmd'),
    ...requested,
  })
  if (outcome.kind === 'denied') return outcome
  return { kind: 'command', command: await awaitCommand(context, outcome.command, waitMs) }
}
