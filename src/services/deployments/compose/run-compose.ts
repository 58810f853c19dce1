import type { CommandRow } from '#entities/deployments/command.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { consumeCommandRate } from '../commands/command-rate.js'
import { validateForDeployment } from '../commands/validate-for-deployment.js'
import { runCommand } from '../commands/run-command.js'
import type { DeploymentsContext } from '../deployments-context.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireDeployment } from '../model/deployment-queries.js'
import { callCompose } from './call-compose.js'
import type { ComposeFallbackReason } from '../model/compose-availability.js'
import { toPullCommand, type ComposeRequest } from './compose-operation.js'

export type ComposeOutcome =
  | { readonly kind: 'compose'; readonly result: unknown }
  | { readonly kind: 'pull'; readonly reason: ComposeFallbackReason; readonly command: CommandRow }
  /** It may or may not have happened. */
  | { readonly kind: 'unknown'; readonly detail: string }
  | Denied

/**
 * Calls the compose agent of a deployment; without a usable one, enqueues a command for the polling agent, with the
 * reason.
 */
export async function runCompose(
  context: DeploymentsContext & IdentityContext,
  deploymentHash: string,
  request: ComposeRequest,
  waitMs: number,
): Promise<ComposeOutcome> {
  const deployment = await requireDeployment(context, deploymentHash, 'commands:write')
  const command = toPullCommand(request)
  if ('code' in command) return denied(command)
  const fitted = validateForDeployment(command, deployment)
  if ('code' in fitted) return denied(fitted)
  const limited = await consumeCommandRate(context, deployment, command)
  if (limited) return denied(limited)
  if (request.operation === 'restart')
    await recordAudit(context.database, {
      accountId: deployment.accountId,
      actor: context.caller.principal,
      action: 'compose_agent.restart',
      object: deployment.hash,
      details: { app_code: request.appCode },
    })
  const answer = await callCompose(context, deployment, request)
  if (answer.kind === 'answered') return { kind: 'compose', result: answer.result }
  if (answer.kind === 'unknown') return answer
  const outcome = await runCommand(context, { deploymentHash, command, rateTaken: true }, waitMs)
  return outcome.kind === 'denied' ? outcome : { kind: 'pull', reason: answer.reason, command: outcome.command }
}
