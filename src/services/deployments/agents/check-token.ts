import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { acceptedKey } from './agent-keys.js'

/**
 * Checks that a token is the agent's, before a large body is read. It admits nothing: `authenticateAgent` decides when the
 * body is there.
 */
export async function checkToken(
  context: DeploymentsContext,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Promise<void> {
  const agentId = String(headers['x-agent-id'] ?? '')
  const token = /^Bearer +(\S+)$/i.exec(String(headers['authorization'] ?? ''))?.[1] ?? ''
  const known = context.agentKeys.known(agentId)
  if (known && acceptedKey(context.timers, known, token)) return
  const loaded = await context.agentKeys.load(agentId)
  if (loaded && acceptedKey(context.timers, loaded, token)) return
  context.metrics.agentAuthFailures.inc({ reason: 'bad_token' })
  bufferAudit(context, { accountId: null, actor: 'an agent', action: 'agent.auth_failure', object: 'bad_token' })
  throw new AppError('INVALID_TOKEN', 'Unknown agent or token.')
}
