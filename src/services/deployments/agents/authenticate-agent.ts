import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { secretsEqual } from '#services/kernel/secrets/secret-box.js'
import type { Claimant } from '../commands/claim-commands.js'
import type { DeploymentsContext } from '../deployments-context.js'
import { acceptedKey, type AgentKeys } from './agent-keys.js'
import { expectedSignatures, type Signatures } from './request-signature.js'

type Headers = Readonly<Record<string, string | string[] | undefined>>
type Reason = 'missing_header' | 'unknown_agent' | 'bad_token' | 'skew' | 'bad_signature' | 'replay'
type RejectionCode = 'UNAUTHENTICATED' | 'INVALID_TOKEN' | 'INVALID_SIGNATURE' | 'CLOCK_SKEW' | 'REPLAYED_REQUEST'

/** A request as an agent sent it. */
export interface AgentCall {
  readonly method: string
  /** Path and query, without prefix and repeated slashes. */
  readonly path: string
  readonly headers: Headers
  /** Time at which the headers had arrived, by the process's own clock. */
  readonly arrivedAt: number
  readonly body: Buffer
}

/** An agent whose request was verified, with the deployment that is its own. */
export interface AuthenticatedAgent {
  readonly id: string
  readonly accountId: string
  readonly deploymentId: string
  readonly deploymentHash: string
}

/** A poll that was let in. */
export interface AuthenticatedPoll {
  readonly agent: AuthenticatedAgent
  /** Milliseconds for which its replaced token is still accepted. Null for the present token. */
  readonly graceMs: number | null
  /** Something waits in its queue. */
  readonly hasWork: boolean
}

const MAX_SKEW_SECONDS = 300
const UNKNOWN_AGENT = 'Unknown agent or token.'
const FULLY_BEFORE =
  'X-Agent-Signature-V2 is required because this agent has sent it before. rotateAgentToken with allowPlainSignature lifts the requirement.'
const SAFE_ID = /^[\x21-\x7e]{1,128}$/

interface Credentials {
  readonly agentId: string
  readonly timestamp: string
  readonly requestId: string
  readonly signature: string
  readonly fullSignature: string | undefined
  readonly token: string
}

/**
 * Checks an agent's request by the machine clock: token, timestamp, signature over the raw body, and a request id that was never
 * used. Whatever is wrong with it is 401, so that the agent refreshes; trouble of our own is 503 and never 401. `onSigned` is called
 * when the signature holds and before the request id is written down: what is only read may begin there.
 */
export async function authenticateAgent(
  context: DeploymentsContext,
  call: AgentCall,
  onSigned: () => void = () => undefined,
): Promise<AuthenticatedAgent> {
  const { agent } = await admit(context, call, () => {
    onSigned()
    return null
  })
  return agent
}

/**
 * Like `authenticateAgent`, for a poll of the commands of `hash`; another deployment is not found. `enter` is called
 * when the signature is valid and before the queue is read, so that no command is missed in between. The poll can still
 * be rejected afterwards, for example because its request ID was used.
 */
export async function authenticatePoll(
  context: DeploymentsContext,
  call: AgentCall,
  hash: string,
  enter: (claimant: Claimant) => void,
): Promise<AuthenticatedPoll> {
  const instance = safe(header(call.headers, 'x-agent-instance'))
  const { agent, graceMs, hasWork } = await admit(context, call, (known, tokenHash) => {
    if (known.deploymentHash !== hash) return null
    const { accountId, deploymentId, id: agentId } = known
    enter({ accountId, deploymentId, agentId, tokenHash, instance })
    return { instance }
  })
  if (agent.deploymentHash !== hash) throw new AppError('NOT_FOUND', 'Deployment not found.')
  return { agent, graceMs, hasWork }
}

/**
 * Checks what is known before the body of a request has arrived: all headers are there, the token is the agent's, and the time
 * is right. Returns the ID of the agent. It admits nothing: `authenticateAgent` decides when the body has arrived.
 */
export async function verifyHeaders(
  context: DeploymentsContext,
  { headers, arrivedAt }: Pick<AgentCall, 'headers' | 'arrivedAt'>,
): Promise<string> {
  const { agentId, token, timestamp } = readCredentials(context, headers)
  const isAccepted = (keys: AgentKeys | undefined) => keys && acceptedKey(context.timers, keys, token)
  if (!isAccepted(context.agentKeys.known(agentId)) && !isAccepted(await context.agentKeys.load(agentId)))
    return refuse(context, 'bad_token', 'INVALID_TOKEN', UNKNOWN_AGENT)
  checkTime(context, timestamp, arrivedAt)
  return agentId
}

/** Ends a held poll whose token has been replaced or revoked. */
export const refuseEndedToken = (context: DeploymentsContext): never =>
  refuse(context, 'bad_token', 'INVALID_TOKEN', UNKNOWN_AGENT)

type PollOf = (agent: AgentKeys, tokenHash: string) => { instance: string | null } | null

interface Admitted {
  readonly agent: AgentKeys
  readonly graceMs: number | null
  readonly hasWork: boolean
}

/** Uses the cached agent, otherwise the database: only the latter rejects a token. */
async function admit(context: DeploymentsContext, call: AgentCall, pollOf: PollOf): Promise<Admitted> {
  const sent = readCredentials(context, call.headers)
  const remembered = context.agentKeys.known(sent.agentId)
  const admitted = remembered && (await admitWith(context, remembered, sent, call, pollOf))
  if (admitted) return admitted
  const keys = await context.agentKeys.load(sent.agentId)
  if (!keys) return refuse(context, 'unknown_agent', 'INVALID_TOKEN', UNKNOWN_AGENT)
  return (
    (await admitWith(context, keys, sent, call, pollOf)) ?? refuse(context, 'bad_token', 'INVALID_TOKEN', UNKNOWN_AGENT)
  )
}

/** Null: the token is not the agent's, as far as these keys go. */
async function admitWith(
  context: DeploymentsContext,
  keys: AgentKeys,
  sent: Credentials,
  call: AgentCall,
  pollOf: PollOf,
): Promise<Admitted | null> {
  const accepted = acceptedKey(context.timers, keys, sent.token)
  if (!accepted) return null
  checkTime(context, sent.timestamp, call.arrivedAt)
  const { agentId, requestId, timestamp } = sent
  const expected = expectedSignatures(accepted.signing, { ...call, timestamp, requestId }, Boolean(sent.fullSignature))
  checkSignatures(context, sent, expected instanceof Promise ? await expected : expected)
  const { tokenHash } = accepted
  const outcome = await context.agentHeartbeats.record({
    agentId,
    accountId: keys.accountId,
    deploymentId: keys.deploymentId,
    requestId,
    tokenHash,
    signedFully: sent.fullSignature !== undefined,
    poll: pollOf(keys, tokenHash),
  })
  if (outcome.tokenIsStale) return null
  if (outcome.needsFullSignature) return refuse(context, 'bad_signature', 'INVALID_SIGNATURE', FULLY_BEFORE)
  if (!outcome.fresh) return refuse(context, 'replay', 'REPLAYED_REQUEST', 'This X-Request-Id was already used.')
  if (outcome.graceMs !== null) auditAgent(context, keys, 'agent.auth_warning', { reason: 'previous token' })
  if (outcome.cameOnline) {
    auditAgent(context, keys, 'agent.auth_success')
    await context.agentHeartbeats.markOnline(keys)
  }
  return { agent: keys, graceMs: outcome.graceMs, hasWork: outcome.hasWork }
}

function readCredentials(context: DeploymentsContext, headers: Headers): Credentials {
  const agentId = header(headers, 'x-agent-id')
  const timestamp = header(headers, 'x-timestamp')
  const requestId = safe(header(headers, 'x-request-id'))
  const signature = header(headers, 'x-agent-signature')
  const token = /^Bearer +(\S+)$/i.exec(header(headers, 'authorization') ?? '')?.[1]
  if (!agentId || !timestamp || !requestId || !signature || !token)
    return refuse(
      context,
      'missing_header',
      'UNAUTHENTICATED',
      'The headers X-Agent-Id, X-Timestamp, X-Request-Id, X-Agent-Signature and Authorization are required.',
    )
  return { agentId, timestamp, requestId, signature, token, fullSignature: header(headers, 'x-agent-signature-v2') }
}

function checkTime(context: DeploymentsContext, timestamp: string, arrivedAt: number): void {
  if (/^\d{1,12}$/.test(timestamp) && Math.abs(arrivedAt / 1000 - Number(timestamp)) <= MAX_SKEW_SECONDS) return
  const now = Math.floor(context.timers.now() / 1000)
  const message = `X-Timestamp differs by more than ${MAX_SKEW_SECONDS} s. Server time is ${now}.`
  refuse(context, 'skew', 'CLOCK_SKEW', message, { server_time: now })
}

function checkSignatures(
  context: DeploymentsContext,
  { signature, fullSignature }: Credentials,
  { plain, full }: Signatures,
): void {
  if (!secretsEqual(signature, plain))
    refuse(context, 'bad_signature', 'INVALID_SIGNATURE', 'The signature does not match the body.')
  if (fullSignature && full !== null && !secretsEqual(fullSignature, full))
    refuse(context, 'bad_signature', 'INVALID_SIGNATURE', 'X-Agent-Signature-V2 does not match the request.')
}

function refuse(
  context: DeploymentsContext,
  reason: Reason,
  code: RejectionCode,
  message: string,
  details: Record<string, unknown> = {},
): never {
  context.metrics.agentAuthFailures.inc({ reason })
  bufferAudit(context, { accountId: null, actor: 'an agent', action: 'agent.auth_failure', object: reason })
  throw new AppError(code, message, { details })
}

/** Not every request: coming back after silence, and calls with a token that is about to end. */
function auditAgent(context: DeploymentsContext, agent: AgentKeys, action: string, details = {}): void {
  const { id, accountId, deploymentHash } = agent
  bufferAudit(context, { accountId, actor: id, action, object: deploymentHash, details })
}

const header = (headers: Headers, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

const safe = <Text extends string | undefined>(text: Text) => (text && SAFE_ID.test(text) ? text : null)
