import { createHash, createHmac, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { readSettings, type Settings } from './settings.ts'

/** Longest seconds before each repetition of a report after a 5xx or no response. */
const RETRY_SECONDS = [2, 4, 8]

/**
 * Waits a random time between half and all of these seconds. Agents that lost their connections at the same moment must
 * not return together.
 */
export const randomPause = (seconds: number): Promise<void> => pause(seconds * (0.5 + Math.random() / 2) * 1000)

/** A poll was refused. */
export class RefusedPoll extends Error {
  /** Seconds for which the server wants no other poll. */
  readonly retryAfter: number

  constructor(status: number, body: string, retryAfter: number) {
    super(`the server answered ${status}: ${body}`)
    this.retryAfter = retryAfter
  }
}

/** A command as the server hands it out. */
export interface Command {
  readonly command_id: string
  readonly type: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** Result of sending a report. `later`: the server did not respond successfully, and the report must be sent again. */
export type Delivery = 'acknowledged' | 'refused' | 'later'

/** The headers of a request: the five that every agent sends, and the stronger signature and instance that this one can. */
function headersFor({ agentId, token, instance }: Settings, method: string, path: string, body: string) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const requestId = randomUUID()
  const sign = (text: string) => createHmac('sha256', token).update(text).digest('base64')
  const bodyHash = createHash('sha256').update(body).digest('hex')
  return {
    Authorization: `Bearer ${token}`,
    'X-Agent-Id': agentId,
    'X-Timestamp': timestamp,
    'X-Request-Id': requestId,
    'X-Agent-Signature': sign(body),
    'X-Agent-Signature-V2': sign(['v2', method, path, timestamp, requestId, bodyHash].join('\n')),
    'X-Agent-Instance': instance,
    ...(body ? { 'Content-Type': 'application/json' } : {}),
  }
}

/** One signed call; after a 401 or 403 the settings are read again and it is repeated once, with a new request id. */
async function call(
  settings: Settings,
  method: string,
  path: string,
  body: string,
  timeoutMs: number,
): Promise<Response> {
  const send = (by: Settings) =>
    fetch(`${by.server}${path}`, {
      method,
      headers: headersFor(by, method, path, body),
      signal: AbortSignal.timeout(timeoutMs),
      ...(body ? { body } : {}),
    })
  const response = await send(settings)
  return response.status === 401 || response.status === 403 ? send(readSettings()) : response
}

/** Waits for the next command. Null if none arrived in time. Throws if the server is unreachable or refuses the poll. */
export async function nextCommand(settings: Settings): Promise<Command | null> {
  const path = `/api/v1/agent/commands/wait/${settings.hash}?timeout=${settings.pollSeconds}`
  const response = await call(settings, 'GET', path, '', (settings.pollSeconds + 5) * 1000)
  if (response.status === 204) return null
  if (response.status !== 200)
    throw new RefusedPoll(response.status, await response.text(), Number(response.headers.get('retry-after')) || 0)
  const { item } = (await response.json()) as { item?: Command | null }
  return item && typeof item.command_id === 'string' ? item : null
}

/** Sends a report, and again after at most 2, 4 and 8 seconds on errors of the server. */
export async function sendReport(settings: Settings, report: object): Promise<Delivery> {
  const body = JSON.stringify(report)
  for (const delay of [...RETRY_SECONDS, null]) {
    const response = await call(settings, 'POST', '/api/v1/agent/commands/report', body, 60_000).catch(() => null)
    if (response?.ok) return 'acknowledged'
    if (response && response.status < 500 && response.status !== 401 && response.status !== 429) return 'refused'
    if (delay !== null) await randomPause(delay)
  }
  return 'later'
}

/**
 * Registers once with the enrollment token of a deployment. Returns the environment with the agent ID and the token.
 */
export async function register(server: string, hash: string, enrolmentToken: string): Promise<string> {
  const response = await fetch(`${server.replace(/\/+$/, '')}/api/v1/agent/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      deployment_hash: hash,
      enrolment_token: enrolmentToken,
      capabilities: ['docker', 'logs'],
      system_info: { hostname: hostname(), platform: process.platform, node: process.version },
      agent_version: 'reference-1',
    }),
  })
  const answer = (await response.json()) as { data?: { item: { environment: string } }; message?: string }
  if (response.status !== 201) throw new Error(`not registered: ${response.status} ${answer.message ?? ''}`)
  return answer.data!.item.environment
}
