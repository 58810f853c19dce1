import { createHmac, randomUUID } from 'node:crypto'

/** Command as the server sends it to an agent. */
export interface AgentItem {
  readonly command_id: string
  readonly deployment_hash: string
  readonly type: string
  readonly parameters: Record<string, unknown>
}

export interface AgentIdentity {
  readonly id: string
  readonly token: string
  readonly hash: string
}

export interface AgentAnswer<Body> {
  readonly status: number
  readonly body: Body
}

/** An agent as the real one speaks: its five headers on every call, an HMAC over the raw body, no user agent. */
export class TestAgent {
  constructor(
    private readonly url: string,
    readonly identity: AgentIdentity,
  ) {}

  /** Headers of the real agent for a body. Single ones can be replaced or removed (null) to be rejected. */
  headers(body: string, changed: Record<string, string | null> = {}): Record<string, string> {
    const all: Record<string, string | null> = {
      'X-Agent-Id': this.identity.id,
      'X-Timestamp': String(Math.floor(Date.now() / 1000)),
      'X-Request-Id': randomUUID(),
      'X-Agent-Signature': createHmac('sha256', this.identity.token).update(body).digest('base64'),
      Authorization: `Bearer ${this.identity.token}`,
      ...changed,
    }
    return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null))
  }

  async wait(
    seconds = 5,
    options: { hash?: string; headers?: Record<string, string | null>; signal?: AbortSignal } = {},
  ): Promise<AgentAnswer<{ item: AgentItem | null }>> {
    const response = await fetch(
      `${this.url}/api/v1/agent/commands/wait/${options.hash ?? this.identity.hash}?timeout=${seconds}`,
      {
        headers: this.headers('', options.headers),
        ...(options.signal ? { signal: options.signal } : {}),
      },
    )
    return { status: response.status, body: (await response.json()) as { item: AgentItem | null } }
  }

  async report(
    report: Record<string, unknown>,
    options: { headers?: Record<string, string | null>; path?: string } = {},
  ): Promise<AgentAnswer<Record<string, unknown>>> {
    const body = JSON.stringify({
      completed_at: new Date().toISOString(),
      error: null,
      deployment_hash: this.identity.hash,
      ...report,
    })
    const response = await fetch(`${this.url}${options.path ?? '/api/v1/agent/commands/report'}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...this.headers(body, options.headers) },
      body,
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
}

/** Registers once with the enrollment token, as an installer does. */
export async function enroll(
  url: string,
  hash: string,
  enrolmentToken: string | null,
  capabilities = ['docker', 'logs'],
  hostname = 'test-server',
): Promise<AgentAnswer<{ data: { item: { agent_id: string; agent_token: string } } }>> {
  const response = await fetch(`${url}/api/v1/agent/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      deployment_hash: hash,
      capabilities,
      system_info: { os: 'linux', hostname },
      agent_version: '0.2.1',
      ...(enrolmentToken ? { enrolment_token: enrolmentToken } : {}),
    }),
  })
  return { status: response.status, body: (await response.json()) as never }
}
