import { AppError } from '#services/kernel/errors/app-error.js'
import type { DeploymentsContext } from '../deployments-context.js'
import type { AgentKeys } from '../agents/agent-keys.js'
import { readHook } from './hook-secret.js'

/** The agent that a webhook address belongs to, while the token it was made with is good; any other address does not exist. */
export async function findHookAgent(context: DeploymentsContext, secret: string): Promise<AgentKeys> {
  const claim = readHook(context.secrets, secret)
  const keys = claim && (await context.agentKeys.load(claim.agentId))
  const now = context.timers.now()
  const tokens = keys ? [keys, ...keys.earlier.filter(({ until }) => until > now)] : []
  if (!keys || !tokens.some((token) => claim.isMadeWith(token))) throw new AppError('NOT_FOUND', 'Webhook not found.')
  return keys
}
