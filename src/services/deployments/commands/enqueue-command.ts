import type { CommandPriority, CommandRow } from '../../../entities/deployments/command.entity.js'
import { PRIORITY_RANK } from '../../../entities/deployments/command.entity.js'
import type { DeploymentRow } from '../../../entities/deployments/deployment.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'
import { denied, oncePerKey, type Denied } from '../../kernel/idempotency/once-per-key.js'
import { newId } from '../../kernel/ids/ids.js'
import type { IdentityContext } from '../../identity/caller.js'
import { mutationScope } from '../../identity/mutation-scope.js'
import { requireDeployment } from '../queries/deployment-queries.js'
import { recordDeploymentEvent } from '../raise-sequence.js'
import type { CommandRequest } from './command-request.js'
import { sealParameters } from './secret-parameters.js'

export interface EnqueueCommand {
  readonly deploymentHash: string
  /** What was read from the caller's input, or why it is no command: said only to those who may see the deployment. */
  readonly command: CommandRequest | Refused
  readonly priority: CommandPriority
  readonly timeoutSeconds: number
  readonly idempotencyKey: string
}

interface Enqueued {
  readonly kind: 'command'
  readonly command: CommandRow
}

export type CommandOutcome = Enqueued | Denied

const MAX_TIMEOUT_SECONDS = 24 * 3600

/** Puts a command in the deployment's queue. Nothing is called out: the agent fetches it. */
export async function enqueueCommand(context: IdentityContext, input: EnqueueCommand): Promise<CommandOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'commands:write')
  const { command, timeoutSeconds, idempotencyKey, ...rest } = input
  if ('code' in command) return denied(command)
  if (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS)
    return denied(
      refused('INVALID_PARAMETERS', `timeoutSeconds must be between 1 and ${MAX_TIMEOUT_SECONDS}.`, {
        field: 'timeoutSeconds',
      }),
    )
  return oncePerKey<Enqueued>(context.database, {
    scope: mutationScope(context.caller, deployment.accountId, 'enqueueCommand', idempotencyKey),
    request: { ...rest, command, timeoutSeconds },
    repeat: async (transaction, { id }) => ({
      kind: 'command',
      command: (await transaction.row<CommandRow>(`select * from command where id = $1`, [id]))!,
    }),
    first: async (transaction) => {
      if (await isStopped(transaction, deployment.id))
        return denied(
          refused('INVALID_TRANSITION', 'The deployment is stopped: nobody would run the command.', {
            field: 'deploymentHash',
          }),
        )
      const queued = await insertCommand(context, transaction, deployment, { ...input, command })
      return { value: { kind: 'command', command: queued }, reference: { __typename: 'Command', id: queued.id } }
    },
  })
}

/** Looks under the deployment's lock, so that what is enqueued while it is being stopped is either cancelled with the rest or refused. */
async function isStopped(transaction: Transaction, deploymentId: string): Promise<boolean> {
  const row = await transaction.row<Pick<DeploymentRow, 'status'>>(
    `select status from deployment where id = $1 for update`,
    [deploymentId],
  )
  return row?.status === 'STOPPED'
}

async function insertCommand(
  context: IdentityContext,
  transaction: Transaction,
  deployment: DeploymentRow,
  input: EnqueueCommand & { readonly command: CommandRequest },
): Promise<CommandRow> {
  const { type, appCode } = input.command
  const id = newId('cmd')
  const { shown, sealed } = sealParameters(context.secrets, id, input.command)
  const createdBy = context.caller.kind === 'user' ? context.caller.userId : null
  const command = await transaction.row<CommandRow>(
    `insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, parameters, parameters_sealed, status, timeout_seconds, warnings, created_by_user_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'QUEUED', $10, '[]', $11) returning *`,
    [
      id,
      deployment.accountId,
      deployment.id,
      deployment.hash,
      type,
      appCode,
      PRIORITY_RANK[input.priority],
      shown,
      sealed,
      input.timeoutSeconds,
      createdBy,
    ],
  )
  await recordDeploymentEvent(transaction, deployment, context.clock.now(), {
    type: 'command.queued',
    summary: `${type} was queued.`,
    subject: { __typename: 'Command', id },
    data: { status: 'QUEUED', previousStatus: null, detail: null },
  })
  context.metrics.commands.inc({ type, status: 'QUEUED' })
  return command!
}
