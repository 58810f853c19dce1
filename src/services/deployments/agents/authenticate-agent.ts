import type { AgentRow } from '../../../entities/deployments/agent.entity.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { hashSecret, hmacBase64, secretsEqual } from '../../kernel/secrets/secret-box.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { setPresence } from '../presence/set-presence.js'

/** An agent whose request was verified, with the deployment that is its own. */
export interface AuthenticatedAgent extends AgentRow {
  readonly deploymentHash: string
}

type Headers = Readonly<Record<string, string | string[] | undefined>>
type Reason = 'missing_header' | 'unknown_agent' | 'bad_token' | 'skew' | 'bad_signature' | 'replay'

const MAX_SKEW_SECONDS = 300
const SAFE_ID = /^[\x21-\x7e]{1,128}$/

/**
 * Checks an agent's request by the machine clock: token, timestamp, signature over the raw body, and a request id that was never
 * used. Whatever is wrong with it is 401, so that the agent refreshes; trouble of our own is 503 and never 401.
 */
export async function authenticateAgent(
  context: DeploymentsContext,
  headers: Headers,
  rawBody: Buffer,
): Promise<AuthenticatedAgent> {
  const refuse = (
    reason: Reason,
    code: 'UNAUTHENTICATED' | 'INVALID_TOKEN' | 'INVALID_SIGNATURE' | 'CLOCK_SKEW' | 'REPLAYED_REQUEST',
    message: string,
  ): never => {
    context.metrics.agentAuthFailures.inc({ reason })
    throw new AppError(
      code,
      message,
      code === 'CLOCK_SKEW' ? { details: { server_time: Math.floor(Date.now() / 1000) } } : {},
    )
  }
  const agentId = header(headers, 'x-agent-id')
  const timestamp = header(headers, 'x-timestamp')
  const requestId = header(headers, 'x-request-id')
  const signature = header(headers, 'x-agent-signature')
  const token = /^Bearer +(\S+)$/i.exec(header(headers, 'authorization') ?? '')?.[1]
  if (!agentId || !timestamp || !requestId || !signature || !token || !SAFE_ID.test(requestId))
    return refuse(
      'missing_header',
      'UNAUTHENTICATED',
      'An agent sends X-Agent-Id, X-Timestamp, X-Request-Id, X-Agent-Signature and Authorization.',
    )

  const agent = await findAgent(context, agentId)
  if (!agent) return refuse('unknown_agent', 'INVALID_TOKEN', 'The agent or its token is not known here.')
  const key = acceptedKey(context, agent, token)
  if (!key) return refuse('bad_token', 'INVALID_TOKEN', 'The agent or its token is not known here.')
  const skew = Math.abs(Date.now() / 1000 - Number(timestamp))
  if (!/^\d{1,12}$/.test(timestamp) || skew > MAX_SKEW_SECONDS)
    return refuse(
      'skew',
      'CLOCK_SKEW',
      `X-Timestamp is more than ${MAX_SKEW_SECONDS} seconds off; the server's time is ${Math.floor(Date.now() / 1000)}.`,
    )
  if (!secretsEqual(signature, hmacBase64(key, rawBody)))
    return refuse('bad_signature', 'INVALID_SIGNATURE', 'The signature does not match the body.')

  const outcome = await context.agentTraffic.record({ agentId, requestId })
  if (!outcome.fresh) return refuse('replay', 'REPLAYED_REQUEST', 'This X-Request-Id was used before.')
  if (outcome.cameOnline) await setPresence(context, agent, 'ONLINE')
  return agent
}

const header = (headers: Headers, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

async function findAgent(context: DeploymentsContext, agentId: string): Promise<AuthenticatedAgent | undefined> {
  return context.database.row<AuthenticatedAgent>(
    `select a.*, d.hash as deployment_hash from agent a join deployment d on d.id = a.deployment_id where a.id = $1`,
    [agentId],
  )
}

/** The key for the signature: the present token, or the one before while its grace lasts. Null when the bearer is neither. */
function acceptedKey(context: DeploymentsContext, agent: AgentRow, token: string): string | null {
  const hash = hashSecret(token)
  if (secretsEqual(hash, agent.tokenHash)) return context.secrets.open(agent.tokenSealed, `agent:${agent.id}`)
  const inGrace = agent.previousTokenUntil !== null && agent.previousTokenUntil.getTime() > Date.now()
  if (inGrace && agent.previousTokenHash && secretsEqual(hash, agent.previousTokenHash))
    return context.secrets.open(agent.previousTokenSealed!, `agent:${agent.id}`)
  return null
}
