import type { CommandPriority, CommandRow } from '#entities/deployments/command.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import {
  refused,
  refusedInput,
  type InputIssue,
  type RateLimited,
  type Refused,
} from '#services/kernel/denials/denial.js'
import { fingerprintOf, findCompletedKey, type IdempotencyScope } from '#services/kernel/idempotency/idempotency.js'
import { runIdempotent, unlessKeyTaken } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { agentsByDeploymentIds, requireOnDeployment } from '../model/deployment-queries.js'
import { findCommand } from '../model/select-commands.js'
import { commandSpec } from './definitions/command-registry.js'
import { consumeCommandRate } from './command-rate.js'
import type { CommandRequest } from './command-request.js'
import type { CachedDeployment } from './deployment-cache.js'
import { fillValues } from './fill-values.js'
import { validateForDeployment } from './validate-for-deployment.js'
import { insertCommands, type CommandToInsert } from './insert-commands.js'
import { queueTopic } from '../model/queue-topic.js'

export interface EnqueueCommand {
  readonly deploymentHash: string
  /** The parsed command, or a denial. The denial is returned only to callers that can see the deployment. */
  readonly command: CommandRequest | Refused
  readonly priority: CommandPriority
  readonly timeoutSeconds: number
  /** Seconds after which a queued command expires. Default: one day. */
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

type EnqueueContext = DeploymentsContext

const MAX_TIMEOUT_SECONDS = 24 * 3600
/** A command that waited a day for an offline agent is more likely to surprise than to help. */
const EXPIRES_IN_SECONDS = 24 * 3600
const MAX_EXPIRY_SECONDS = 30 * 24 * 3600

/**
 * Adds a command to the deployment's queue. No connection is opened: the agent polls. The decision uses cached data as
 * far as the writing statement verifies it, otherwise current data of the database.
 */
export async function enqueueCommand(context: EnqueueContext, input: EnqueueCommand): Promise<CommandOutcome> {
  requireSignedIn(context)
  const { deployments } = context.commandQueue
  const known = deployments.get(input.deploymentHash)
  const remembered = known && (await decide(context, input, known))
  if (remembered?.kind === 'decided') {
    const limited = await takeRateOnce(context, input, remembered)
    if (limited) return denied(limited)
    const { scope, request } = remembered
    const keyed = withKey(remembered, fingerprintOf(request))
    const command = await unlessKeyTaken(scope.key, () => context.commandQueue.enqueue(keyed))
    if (command) return { kind: 'command', command }
  }
  const decided = await decide(context, input, await deployments.refresh(input.deploymentHash))
  if (decided.kind === 'denied') return decided
  const limited = remembered?.kind === 'decided' ? null : await takeRateOnce(context, input, decided)
  return limited ? denied(limited) : writeOnce(context, decided)
}

interface Decided {
  readonly kind: 'decided'
  readonly scope: IdempotencyScope
  /** Input that identifies a repeated call. */
  readonly request: object
  readonly queued: Omit<CommandToInsert, 'once'>
}

/** Rows to write, or a denial: from the caller's permissions, the input, and the known deployment. */
async function decide(
  context: EnqueueContext,
  input: EnqueueCommand,
  deployment: CachedDeployment | undefined,
): Promise<Decided | Denied> {
  await requireOnDeployment(context, deployment, 'commands:write')
  const { command, timeoutSeconds, priority } = input
  const expiresInSeconds = input.expiresInSeconds ?? EXPIRES_IN_SECONDS
  const times = [
    ...outOfRange('timeoutSeconds', timeoutSeconds, MAX_TIMEOUT_SECONDS),
    ...outOfRange('expiresInSeconds', expiresInSeconds, MAX_EXPIRY_SECONDS),
  ]
  if ('code' in command) return denied(times.length ? withIssues(command, times) : command)
  if (times[0]) return denied(refusedInput([times[0], ...times.slice(1)]))
  const fitted = validateForDeployment(command, deployment!)
  if ('code' in fitted) return denied(fitted)
  const unable = await decideRuntime(context, deployment!, fitted)
  if (unable) return denied(unable)
  const rest = { priority, timeoutSeconds, expiresInSeconds }
  const userId = context.caller.kind === 'user' ? context.caller.userId : null
  return {
    kind: 'decided',
    scope: idempotencyScope(context.caller, deployment!.accountId, 'enqueueCommand', input.idempotencyKey),
    request: { deploymentHash: input.deploymentHash, command, ...rest },
    queued: { deployment: deployment!, command: await fillValues(context, deployment!, fitted), userId, ...rest },
  }
}

const withKey = ({ queued, scope }: Decided, fingerprint: string): CommandToInsert => ({
  ...queued,
  once: { scope, fingerprint },
})

/** Immediately if possible; otherwise under the lock of the key. */
function writeOnce(context: EnqueueContext, decided: Decided): Promise<CommandOutcome> {
  const { scope, request, queued } = decided
  return runIdempotent<Enqueued>(context.database, {
    scope,
    request,
    fastPath: async (fingerprint) => {
      const command = await context.commandQueue.enqueue(withKey(decided, fingerprint))
      return command && { kind: 'command', command }
    },
    replay: async (transaction, { id }) => ({
      kind: 'command',
      command: (await findCommand(transaction, id))!,
    }),
    execute: async (transaction) => {
      // Under the deployment lock, so that a command that arrives while the deployment is being stopped is either
      // canceled with the others or denied.
      const [made] = await insertCommands(transaction, context.secrets, [{ ...queued, once: null }])
      if (!made) return denied(await denialOf(transaction, { id: queued.deployment.id, accountId: scope.accountId }))
      for (const topic of [made.command.deploymentId, queueTopic(made.command.deploymentId)])
        transaction.announce(topic)
      context.metrics.commands.inc({ type: made.command.type, status: 'QUEUED' })
      return {
        value: { kind: 'command', command: made.command },
        reference: { __typename: 'Command', id: made.command.id },
      }
    },
  })
}

/** Why nothing was queued although it had been decided on. */
async function denialOf(
  transaction: Transaction,
  { id, accountId }: { readonly id: string; readonly accountId: string },
): Promise<Refused> {
  const deployment = await transaction.query
    .selectFrom('deployment')
    .select('status')
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  if (deployment?.status !== 'STOPPED')
    throw new AppError('UNAVAILABLE', "The deployment's applications are being updated. Try again.")
  return refused('INVALID_TRANSITION', 'The deployment is stopped.', {
    field: 'deploymentHash',
  })
}

/** A call that is repeated under its key was counted the first time, and is answered again whatever the rate is by now. */
async function takeRateOnce(
  context: EnqueueContext,
  input: EnqueueCommand,
  { queued, scope, request }: Decided,
): Promise<RateLimited | null> {
  if (input.rateTaken || !commandSpec(queued.command.type)?.rate) return null
  const known = await findCompletedKey(context.database, scope, fingerprintOf(request))
  return known
    ? null
    : consumeCommandRate(context, { id: queued.deployment.id, accountId: scope.accountId }, queued.command)
}

/** The kata runtime requires an agent that supports it. Without an agent the support is unknown. */
async function decideRuntime(
  context: EnqueueContext,
  deployment: Pick<CachedDeployment, 'id'>,
  { parameters }: CommandRequest,
): Promise<Refused | null> {
  if (parameters['runtime'] !== 'kata') return null
  const [agent] = await agentsByDeploymentIds(context.database, [deployment.id])
  if (!agent || agent.capabilities.includes('kata')) return null
  return refused('COMMAND_NOT_SUPPORTED', "The deployment's agent does not support the kata runtime.", {
    field: 'command.runtime',
  })
}

const outOfRange = (field: string, value: number, maximum: number): InputIssue[] =>
  value >= 1 && value <= maximum
    ? []
    : [{ path: [field], code: 'INVALID_PARAMETERS', message: `${field} must be between 1 and ${maximum}.` }]

/** The denial of a command with further problems of the input. */
function withIssues(denial: Refused, issues: readonly InputIssue[]): Refused {
  const [first, ...more] = [...denial.issues, ...issues]
  return refusedInput([first!, ...more])
}
