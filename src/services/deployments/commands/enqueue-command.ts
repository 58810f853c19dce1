import type { CommandPriority, CommandRow } from '../../../entities/deployments/command.entity.js'
import { PRIORITY_RANK } from '../../../entities/deployments/command.entity.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'
import { claimKey, completeKey, fingerprintOf } from '../../kernel/idempotency/idempotency.js'
import { newId } from '../../kernel/ids/ids.js'
import type { IdentityContext } from '../../identity/caller.js'
import { requireDeployment } from '../queries/deployment-queries.js'
import { recordDeploymentEvent } from '../raise-sequence.js'
import type { CommandRequest } from './command-request.js'

export interface EnqueueCommand {
  readonly deploymentHash: string
  readonly request: CommandRequest
  readonly priority: CommandPriority
  readonly timeoutSeconds: number
  readonly idempotencyKey: string
}

export type CommandOutcome =
  | { readonly kind: 'command'; readonly command: CommandRow }
  | { readonly kind: 'denied'; readonly denial: Refused }

const MAX_TIMEOUT_SECONDS = 24 * 3600

/** Puts a command in the deployment's queue. Nothing is called out: the agent fetches it. */
export async function enqueueCommand(context: IdentityContext, input: EnqueueCommand): Promise<CommandOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'commands:write')
  if (input.timeoutSeconds < 1 || input.timeoutSeconds > MAX_TIMEOUT_SECONDS)
    return {
      kind: 'denied',
      denial: refused('INVALID_PARAMETERS', `timeoutSeconds must be between 1 and ${MAX_TIMEOUT_SECONDS}.`, {
        field: 'timeoutSeconds',
      }),
    }
  if (deployment.status === 'STOPPED')
    return {
      kind: 'denied',
      denial: refused('INVALID_TRANSITION', 'The deployment is stopped: nobody would run the command.', {
        field: 'deploymentHash',
      }),
    }
  const scope = {
    principal: context.caller.principal,
    accountId: deployment.accountId,
    mutation: 'enqueueCommand',
    key: input.idempotencyKey,
  }
  return context.database.transaction(async (transaction): Promise<CommandOutcome> => {
    const claim = await claimKey(transaction, scope, fingerprintOf(input))
    if (claim.kind === 'mismatch') return { kind: 'denied', denial: claim.denial }
    if (claim.kind === 'repeat')
      return {
        kind: 'command',
        command: (await transaction.row<CommandRow>(`select * from command where id = $1`, [claim.result.id]))!,
      }
    const { type, appCode, parameters } = input.request
    const id = newId('cmd')
    const command = await transaction.row<CommandRow>(
      `insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, parameters, status, timeout_seconds, warnings, created_by_user_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'QUEUED', $9, '[]', $10) returning *`,
      [
        id,
        deployment.accountId,
        deployment.id,
        deployment.hash,
        type,
        appCode,
        PRIORITY_RANK[input.priority],
        parameters,
        input.timeoutSeconds,
        context.caller.kind === 'user' ? context.caller.userId : null,
      ],
    )
    await recordDeploymentEvent(transaction, deployment, context.clock.now(), {
      type: 'command.queued',
      summary: `${type} was queued.`,
      subject: { __typename: 'Command', id },
      data: { status: 'QUEUED', previousStatus: null, detail: null },
    })
    await completeKey(transaction, scope, { __typename: 'Command', id })
    context.metrics.commands.inc({ type, status: 'QUEUED' })
    return { kind: 'command', command: command! }
  })
}
