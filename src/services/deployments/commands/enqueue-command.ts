import type { CommandPriority, CommandRow } from '../../../entities/deployments/command.entity.js'
import type { DeploymentRow } from '../../../entities/deployments/deployment.entity.js'
import { refused, type RateLimited, type Refused } from '../../kernel/denials/denial.js'
import { fingerprintOf, lookUpKey, type IdempotencyScope } from '../../kernel/idempotency/idempotency.js'
import { denied, oncePerKey, type Denied } from '../../kernel/idempotency/once-per-key.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import { mutationScope } from '../../identity/mutation-scope.js'
import { agentsByDeploymentIds, requireDeployment } from '../queries/deployment-queries.js'
import { commandSpec } from './command-catalogue.js'
import { takeCommandRate } from './command-rate.js'
import type { CommandRequest } from './command-request.js'
import { fitToDeployment } from './fit-to-deployment.js'
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
  /** The plan's rate was taken already, for a call that came to the queue by another way. */
  readonly rateTaken?: boolean
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
export async function enqueueCommand(context: CatalogContext, input: EnqueueCommand): Promise<CommandOutcome> {
  const deployment = await requireDeployment(context, input.deploymentHash, 'commands:write')
  const { command, timeoutSeconds } = input
  const expiresInSeconds = input.expiresInSeconds ?? EXPIRES_IN_SECONDS
  if ('code' in command) return denied(command)
  if (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS)
    return outOfRange('timeoutSeconds', MAX_TIMEOUT_SECONDS)
  if (expiresInSeconds < 1 || expiresInSeconds > MAX_EXPIRY_SECONDS)
    return outOfRange('expiresInSeconds', MAX_EXPIRY_SECONDS)
  const fitted = fitToDeployment(command, deployment)
  if ('code' in fitted) return denied(fitted)
  const unable = await decideRuntime(context, deployment, fitted)
  if (unable) return denied(unable)
  const rest = { priority: input.priority, timeoutSeconds, expiresInSeconds }
  const decided: QueuedCommand = { command: fitted, ...rest }
  const scope = mutationScope(context.caller, deployment.accountId, 'enqueueCommand', input.idempotencyKey)
  const request = { deploymentHash: input.deploymentHash, command, ...rest }
  const limited = input.rateTaken ? null : await takeRateOnce(context, deployment, command, scope, request)
  if (limited) return denied(limited)
  return oncePerKey<Enqueued>(context.database, {
    scope,
    request,
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

/** A call that is repeated under its key was counted the first time, and is answered again whatever the rate is by now. */
async function takeRateOnce(
  context: CatalogContext,
  deployment: DeploymentRow,
  command: CommandRequest,
  scope: IdempotencyScope,
  request: object,
): Promise<RateLimited | null> {
  if (!commandSpec(command.type)?.rate) return null
  const known = await lookUpKey(context.database, scope, fingerprintOf(request))
  return known ? null : takeCommandRate(context, deployment, command)
}

/** Only an agent that says so runs containers in virtual machines of their own; without an agent nobody knows yet. */
async function decideRuntime(
  context: CatalogContext,
  deployment: DeploymentRow,
  { parameters }: CommandRequest,
): Promise<Refused | null> {
  if (parameters['runtime'] !== 'kata') return null
  const [agent] = await agentsByDeploymentIds(context.database, [deployment.id])
  if (!agent || agent.capabilities.includes('kata')) return null
  return refused('COMMAND_NOT_SUPPORTED', "The deployment's agent has no runtime kata.", { field: 'command.runtime' })
}

const outOfRange = (field: string, longest: number) =>
  denied(refused('INVALID_PARAMETERS', `${field} must be between 1 and ${longest}.`, { field }))
