import { createHash } from 'node:crypto'
import { deniedItem, refused, refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { invalidKey } from '#services/kernel/idempotency/idempotency.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { enqueueCommand, type CommandOutcome, type EnqueueCommand } from './enqueue-command.js'

interface EnqueuedItems {
  readonly kind: 'items'
  /** In the order of the deployments. */
  readonly items: readonly CommandOutcome[]
}

const MAX_DEPLOYMENTS = 100
/** Deployments that are processed at the same time, so that one call does not use all connections of the database. */
const CONCURRENT = 10

/** Adds the same command to the queues of several deployments. Each of them is decided on its own. */
export async function enqueueCommands(
  context: DeploymentsContext,
  input: Omit<EnqueueCommand, 'deploymentHash'> & { readonly deploymentHashes: readonly string[] },
): Promise<EnqueuedItems | Denied> {
  requireSignedIn(context)
  const { deploymentHashes, ...command } = input
  const keyIssues = invalidKey(input.idempotencyKey)?.issues ?? []
  const [issue, ...issues] = [...hashIssues(deploymentHashes), ...keyIssues]
  if (issue) return denied(refusedInput([issue, ...issues]))
  const items: CommandOutcome[] = []
  for (let start = 0; start < deploymentHashes.length; start += CONCURRENT) {
    const chunk = deploymentHashes.slice(start, start + CONCURRENT)
    items.push(...(await Promise.all(chunk.map((hash, index) => enqueueItem(context, command, hash, start + index)))))
  }
  return { kind: 'items', items }
}

async function enqueueItem(
  context: DeploymentsContext,
  command: Omit<EnqueueCommand, 'deploymentHash'>,
  deploymentHash: string,
  index: number,
): Promise<CommandOutcome> {
  const idempotencyKey = keyOfItem(command.idempotencyKey, deploymentHash)
  try {
    const outcome = await enqueueCommand(context, { ...command, deploymentHash, idempotencyKey })
    return outcome.kind === 'denied'
      ? denied(deniedItem(outcome.denial, { deploymentHash: ['deploymentIds', index] }))
      : outcome
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error
    return denied(refused('NOT_FOUND', error.message, { field: `deploymentIds.${index}` }))
  }
}

function hashIssues(hashes: readonly string[]): InputIssue[] {
  const seen = new Set<string>()
  const issues: InputIssue[] = []
  if (hashes.length < 1 || hashes.length > MAX_DEPLOYMENTS)
    issues.push(invalid(['deploymentIds'], `deploymentIds must contain 1 to ${MAX_DEPLOYMENTS} items.`))
  else
    for (const [index, hash] of hashes.entries()) {
      if (seen.has(hash)) issues.push(invalid(['deploymentIds', index], 'The deployment is named twice.'))
      seen.add(hash)
    }
  return issues
}

const invalid = (path: InputIssue['path'], message: string): InputIssue => ({
  path,
  code: 'INVALID_PARAMETERS',
  message,
})

/**
 * Key of one deployment's command, so that a repetition of the call returns the first command of each, and `operation` finds it. A key
 * that is too long is replaced by its hash.
 */
function keyOfItem(key: string, deploymentHash: string): string {
  const item = `${key}:${deploymentHash}`
  return invalidKey(item)
    ? `bulk:${createHash('sha256').update(`${key}\n${deploymentHash}`).digest('base64url')}`
    : item
}
