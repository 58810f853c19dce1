import { createHmac, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** Response. `body` is null if it was not JSON. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown> | null
  readonly headers: Record<string, unknown>
}

/** Result of one iteration of the daemon's loop. */
export type Turn =
  | { readonly kind: 'command'; readonly item: Item; readonly reported: Delivery }
  | { readonly kind: 'idle' | 'backoff'; readonly status: number }

/** Result of sending a report. `dropped`: the result is lost permanently, because this agent has no spool. */
export type Delivery = 'acknowledged' | 'dropped'

export interface Item {
  readonly command_id: string
  readonly type: string
  readonly parameters: Record<string, unknown>
  readonly deployment_hash?: string
}

/** Converts a command to the fields of a report other than `command_id`, `deployment_hash` and `completed_at`. */
export type Handler = (item: Item) => Record<string, unknown> | Promise<Record<string, unknown>>

export interface ProtocolAgentOptions {
  readonly dashboardUrl: string
  readonly agentId: string
  readonly token: string
  readonly hash: string
  /** Reads the new token from the environment or the vault after a 401. The agent calls it once per rejected call. */
  readonly refresh?: () => string
  readonly pollSeconds?: number
  /** A second of the sheet in milliseconds: tests do not wait fourteen of them. */
  readonly secondMs?: number
  readonly instance?: string
}

/**
 * Agent as the protocol document describes it: a new connection for each call, URLs joined without normalization, five
 * headers, a signature over the body alone, sorted keys, its own retries, and a result that is dropped after any other
 * 4xx.
 */
export class ProtocolAgent {
  token: string
  /** Every call that it made: method, path, status. */
  readonly calls: [method: string, path: string, status: number][] = []

  constructor(readonly options: ProtocolAgentOptions) {
    this.token = options.token
  }

  /** One turn: poll, execute, report, push the status of an app. */
  async turn(handle: Handler): Promise<Turn> {
    const { hash, pollSeconds = 30 } = this.options
    const answer = await this.withRefresh('GET', `/api/v1/agent/commands/wait/${hash}?timeout=${pollSeconds}`, null)
    if (answer.status === 204) return { kind: 'idle', status: 204 }
    const item = answer.body?.['item']
    if (answer.status !== 200 || answer.body === null) return this.backOff(answer.status)
    if (typeof item !== 'object' || item === null || Object.keys(item).length === 0) {
      const wait = Number((answer.body['meta'] as { next_poll_secs?: unknown } | undefined)?.next_poll_secs ?? 0)
      await pause(wait * this.second)
      return { kind: 'idle', status: 200 }
    }
    const command = item as Item
    if (typeof command.command_id !== 'string') return this.backOff(200)
    const reported = await this.deliver(command, handle)
    return { kind: 'command', item: command, reported }
  }

  /** Executes and reports a command; after a success the state of its app is pushed. */
  async deliver(item: Item, handle: Handler): Promise<Delivery> {
    const report = await handle(item)
    const body = {
      command_id: item.command_id,
      deployment_hash: this.options.hash,
      completed_at: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      error: null,
      ...report,
    }
    const delivery = await this.retried('/api/v1/agent/commands/report', body)
    const result = (report['result'] ?? {}) as Record<string, unknown>
    if (report['status'] === 'success' && ['health', 'logs', 'restart'].includes(String(result['type'])))
      await this.retried('/api/v1/apps/status', {
        deployment_hash: this.options.hash,
        app_code: result['app_code'] ?? 'all',
        status: pushedStatus(result),
        logs: pushedLines(result),
        timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      })
    return delivery
  }

  /**
   * Report and status: one token refresh after 401 or 403, three retries after 5xx or no response, none after any other
   * 4xx.
   */
  async retried(path: string, body: Record<string, unknown>): Promise<Delivery> {
    const text = sortedJson(body)
    for (const delay of [2, 4, 8, null]) {
      const answer = await this.withRefresh('POST', path, text).catch(() => null)
      if (answer && answer.status < 300) return 'acknowledged'
      if (answer && answer.status < 500) return 'dropped'
      if (delay === null) return 'dropped'
      await pause(delay * this.second)
    }
    return 'dropped'
  }

  notifications(hash = this.options.hash): Promise<Answer> {
    return this.withRefresh('GET', `/api/v1/agent/notifications?deployment_hash=${hash}`, null)
  }

  /** A call without the signed headers, as link, login and the webhooks are. */
  bare(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), { 'Content-Type': 'application/json', ...headers })
  }

  /** The signed headers for a body, new for each attempt. */
  signed(body: string): Record<string, string> {
    return {
      'X-Agent-Id': this.options.agentId,
      'X-Timestamp': String(Math.floor(Date.now() / 1000)),
      'X-Request-Id': randomUUID(),
      'X-Agent-Signature': createHmac('sha256', this.token).update(body).digest('base64'),
      Authorization: `Bearer ${this.token}`,
      ...(this.options.instance ? { 'X-Agent-Instance': this.options.instance } : {}),
    }
  }

  /** Any call with the signed headers, once. */
  call(method: string, path: string, body: string | null, changed: Record<string, string> = {}): Promise<Answer> {
    const headers = { ...this.signed(body ?? ''), ...(body === null ? {} : { 'Content-Type': 'application/json' }) }
    return this.send(method, path, body, { ...headers, ...changed })
  }

  private async withRefresh(method: string, path: string, body: string | null): Promise<Answer> {
    const first = await this.call(method, path, body)
    if (first.status !== 401 && first.status !== 403) return first
    this.token = this.options.refresh?.() ?? this.token
    return this.call(method, path, body)
  }

  private async backOff(status: number): Promise<Turn> {
    await pause(5 * this.second)
    return { kind: 'backoff', status }
  }

  private get second(): number {
    return this.options.secondMs ?? 1000
  }

  private send(method: string, path: string, body: string | null, headers: Record<string, string>): Promise<Answer> {
    const { hostname, port, pathname } = new URL(this.options.dashboardUrl)
    // Joined without normalization: a base with a trailing slash results in two slashes.
    const joined = `${pathname === '/' && !this.options.dashboardUrl.endsWith('/') ? '' : pathname}${path}`
    return new Promise((resolve, reject) => {
      const call = request({ hostname, port, method, path: joined, headers, agent: false }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          this.calls.push([method, path, response.statusCode!])
          resolve({
            status: response.statusCode!,
            body: parsed(Buffer.concat(chunks).toString('utf8')),
            headers: response.headers,
          })
        })
      })
      call.on('error', reject)
      call.end(body ?? undefined)
    })
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function sortedJson(value: unknown): string {
  const sorted = (inner: unknown): unknown => {
    if (typeof inner !== 'object' || inner === null) return inner
    if (Array.isArray(inner)) return inner.map(sorted)
    return Object.fromEntries(
      Object.entries(inner)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => [name, sorted(member)]),
    )
  }
  return JSON.stringify(sorted(value))
}

const PUSHED: Readonly<Record<string, string>> = {
  running: 'running',
  starting: 'running',
  paused: 'stopped',
  exited: 'stopped',
  stopped: 'stopped',
}

/** An application whose log was read is running. Otherwise the state of the container decides. */
const pushedStatus = ({ type, container_state: state }: Record<string, unknown>): string =>
  type === 'logs' ? 'running' : (PUSHED[String(state)] ?? 'error')

/** A summary of a look or of a restart; of a log its lines. */
function pushedLines({ type, status, container_state: state, lines }: Record<string, unknown>): string[] {
  if (type === 'logs')
    return (Array.isArray(lines) ? lines : []).map(
      ({ ts, stream, message }: Record<string, unknown>) => `${String(ts)} [${String(stream)}] ${String(message)}`,
    )
  const said = (value: unknown) => (typeof value === 'string' ? value : 'unknown')
  const summary = `status=${said(status)} container_state=${said(state)}`
  return [type === 'restart' ? `restart ${summary}` : summary]
}
