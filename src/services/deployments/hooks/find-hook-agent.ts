import { AppError } from '../../kernel/errors/app-error.js'
import { secretsEqual } from '../../kernel/secrets/secret-box.js'
import type { DeploymentsContext } from '../deployments-context.js'
import type { AgentKeys } from '../agents/agent-keys.js'
import { openHook, tieOf } from './hook-secret.js'

/** The agent that a webhook address belongs to, while the token it was made with is good; any other address does not exist. */
export async function findHookAgent(context: DeploymentsContext, secret: string): Promise<AgentKeys> {
  const owner = openHook(context.secrets, secret)
  const keys = owner && (await context.agentKeys.load(owner.agentId))
  const { previous } = keys ?? {}
  const ties = keys ? [keys.tokenHash, ...(previous && previous.until > Date.now() ? [previous.tokenHash] : [])] : []
  if (!keys || !ties.some((hash) => secretsEqual(tieOf(hash), owner.tie)))
    throw new AppError('NOT_FOUND', 'There is no such webhook.')
  return keys
}
