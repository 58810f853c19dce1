import type { CommandPriority, CommandRow } from '../../../entities/deployments/command.entity.js'
import { refused, type Refused } from '../../kernel/denials/denial.js'
import { denied, oncePerKey, type Denied } from '../../kernel/idempotency/once-per-key.js'
import type { IdentityContext } from '../../identity/caller.js'
import { mutationScope } from '../../identity/mutation-scope.js'
import { requireDeployment } from '../queries/deployment-queries.js'
import type { CommandRequest } from './command-request.js'
import { queueCommand, type QueuedCommand } from './queue-command.js'

export interface EnqueueCommand {
  readonly deploymentHash: string
  /** What was read from the caller's input, or why it is no command: said only to those who may see the deployment. */
  readonly command: CommandRequest | Refused
  readonly priority: CommandPriority
  readonly timeoutSeconds: number
  /** For how many seconds somebody wants it: still queued after that, it expires. Left out: a day. */
  readonly expiresInSeconds?: number | null
  readonly idempotencyKey: string
}

interface Enqueued {
  readonly kind: 'command'
  readonly command: CommandRow
}

export type CommandOutcome = Enqueued | Denied

const MAX_TIMEOUT_SECONDS = 24 * 3600
/** A command that waited a day for an offline agent is more likely to surprise than to help. */
const EXPIRES_IN_SECONDS = 24 * 3600
const MAX_EXPIRY_SECONDS = 30 * 24 * 3600

/** Puts a command in the deployment's queue. Nothing is called out: the agent fetches it. */
export async function enqueueCommand(context: IdentityContext, input: EnqueueCommand): Promise<CommandOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'commands:write')
  const { command, timeoutSeconds } = input
  const expiresInSeconds = input.expiresInSeconds ?? EXPIRES_IN_SECONDS
  if ('code' in command) return denied(command)
  if (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS)
    return outOfRange('timeoutSeconds', MAX_TIMEOUT_SECONDS)
  if (expiresInSeconds < 1 || expiresInSeconds > MAX_EXPIRY_SECONDS)
    return outOfRange('expiresInSeconds', MAX_EXPIRY_SECONDS)
  const decided: QueuedCommand = { command, priority: input.priority, timeoutSeconds, expiresInSeconds }
  const scope = mutationScope(context.caller, deployment.accountId, 'enqueueCommand', input.idempotencyKey)
  return oncePerKey<Enqueued>(context.database, {
    scope,
    request: { deploymentHash: input.deploymentHash, ...decided },
    atOnce: async (fingerprint) => {
      const queued = await queueCommand(context, context.database, deployment, decided, { scope, fingerprint })
      return queued && { kind: 'command', command: queued }
    },
    repeat: async (transaction, { id }) => ({
      kind: 'command',
      command: (await transaction.row<CommandRow>(`select * from command where id = $1`, [id]))!,
    }),
    first: async (transaction) => {
      // Under the deployment's lock, so that what comes while it is being stopped is either cancelled with the rest or refused.
      const queued = await queueCommand(context, transaction, deployment, decided)
      if (!queued)
        return denied(
          refused('INVALID_TRANSITION', 'The deployment is stopped: nobody would run the command.', {
            field: 'deploymentHash',
          }),
        )
      return { value: { kind: 'command', command: queued }, reference: { __typename: 'Command', id: queued.id } }
    },
  })
}

const outOfRange = (field: string, longest: number) =>
  denied(refused('INVALID_PARAMETERS', `${field} must be between 1 and ${longest}.`, { field }))
