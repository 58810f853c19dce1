import { createHash, createHmac } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Timers } from '#services/kernel/time/timers.js'
import { demonstrationResult, type DemonstrationCommand, type DemonstrationState } from './demonstration-results.js'

/** The registration of an agent was refused. */
export interface RefusedRegistration {
  readonly status: number
  readonly body: unknown
}

interface RunningAgent {
  readonly agentId: string
  readonly token: string
  readonly hash: string
  readonly state: DemonstrationState
  isStopped: boolean
}

const POLL_SECONDS = 20
/** Long enough for people to see that a command is running. */
const WORK_MS = 1_500
const BACKOFF_MS = 2_000
/** After these, the agent is revoked, or its deployment is stopped. */
const ENDED = new Set([401, 403, 404, 410])

/**
 * Agents of the sandbox that run in this process and pretend three containers. They call the same routes with the same signatures as an agent
 * on a server, without a network.
 */
export class DemonstrationAgents {
  readonly #app: FastifyInstance
  readonly #timers: Timers
  readonly #createRequestId: () => string
  readonly #running = new Map<string, RunningAgent>()

  constructor(app: FastifyInstance, timers: Timers, createRequestId: () => string) {
    this.#app = app
    this.#timers = timers
    this.#createRequestId = createRequestId
    app.addHook('preClose', (done) => {
      for (const hash of this.#running.keys()) this.stop(hash)
      done()
    })
  }

  /** Registers an agent with the enrollment token of a deployment, and starts it. */
  async start(hash: string, enrolmentToken: string): Promise<{ readonly agentId: string } | RefusedRegistration> {
    const response = await this.#app.inject({
      method: 'POST',
      url: '/api/v1/agent/register',
      payload: {
        deployment_hash: hash,
        enrolment_token: enrolmentToken,
        capabilities: ['docker', 'logs', 'compose', 'backup'],
        system_info: { hostname: 'demonstration', os: 'linux', arch: 'x86_64', demonstration: true },
        agent_version: 'demonstration-1',
      },
    })
    const answer = response.json<{ data?: { item: { agent_id: string; agent_token: string } } }>()
    if (response.statusCode !== 201 || !answer.data) return { status: response.statusCode, body: answer }
    const { agent_id: agentId, agent_token: token } = answer.data.item
    this.stop(hash)
    const agent: RunningAgent = { agentId, token, hash, state: { stopped: new Set(), restarts: 0 }, isStopped: false }
    this.#running.set(hash, agent)
    void this.#serve(agent)
    return { agentId }
  }

  /** Ends an agent as a failure of its server would. Returns false if there is none. */
  stop(hash: string): boolean {
    const agent = this.#running.get(hash)
    if (!agent) return false
    agent.isStopped = true
    return this.#running.delete(hash)
  }

  async #serve(agent: RunningAgent): Promise<void> {
    while (!agent.isStopped) {
      const status = await this.#poll(agent).catch(() => 500)
      if (ENDED.has(status)) this.stop(agent.hash)
      else if (status >= 300) await this.#timers.delay(BACKOFF_MS)
    }
  }

  /** Waits for one command and executes it. Returns the status of the last response. */
  async #poll(agent: RunningAgent): Promise<number> {
    const polled = await this.#call(agent, 'GET', `/api/v1/agent/commands/wait/${agent.hash}?timeout=${POLL_SECONDS}`)
    if (polled.statusCode !== 200 || agent.isStopped) return polled.statusCode
    const { item } = polled.json<{ item?: DemonstrationCommand | null }>()
    if (!item) return polled.statusCode
    await this.#timers.delay(WORK_MS)
    const now = new Date(this.#timers.now())
    const report = {
      command_id: item.command_id,
      deployment_hash: agent.hash,
      status: 'success',
      completed_at: now.toISOString(),
      executed_by: 'demonstration_agent',
      error: null,
      result: demonstrationResult(item, agent.hash, agent.state, now),
    }
    return (await this.#call(agent, 'POST', '/api/v1/agent/commands/report', JSON.stringify(report))).statusCode
  }

  #call({ agentId, token }: RunningAgent, method: 'GET' | 'POST', url: string, body = '') {
    const timestamp = String(Math.floor(this.#timers.now() / 1000))
    const requestId = this.#createRequestId()
    const sign = (text: string) => createHmac('sha256', token).update(text).digest('base64')
    const bodyHash = createHash('sha256').update(body).digest('hex')
    return this.#app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        'x-agent-id': agentId,
        'x-timestamp': timestamp,
        'x-request-id': requestId,
        'x-agent-signature': sign(body),
        'x-agent-signature-v2': sign(['v2', method, url, timestamp, requestId, bodyHash].join('\n')),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { payload: body } : {}),
    })
  }
}
