import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { callOnce, type Target } from '../agents/agent-http.js'
import { agentOf } from '../agents/seed.js'

// Load generator: a part of the agents that wait at two processes, and the client that queues their commands.

/** Requests to the process. */
export type HerdRequest =
  | {
      readonly ask: 'hold'
      readonly first: number
      readonly agents: number
      readonly rampSeconds: number
      readonly pollSeconds: number
    }
  /** Addresses of the processes; null while the proxy considers one as down. */
  | { readonly ask: 'targets'; readonly urls: readonly (string | null)[] }
  /** Begins to queue commands. */
  | { readonly ask: 'deliver'; readonly perSecond: number; readonly seconds: number }
  /** Waits until these commands have arrived. */
  | { readonly ask: 'delivery' }
  | { readonly ask: 'state' }

/** Commands of a part of the agents, with the milliseconds from their request to their arrival. */
export interface HerdDelivery {
  readonly sent: number
  readonly delivered: number
  readonly milliseconds: readonly number[]
}

export interface HerdState {
  readonly polls: number
  readonly failures: number
  readonly lastFailure: string
}

const serviceKey = process.env['SERVICE_KEY']!
/** Ports of one address would run out: ended connections rest for a minute. */
const addressOf = (number: number) => `127.0.0.${2 + (number % 16)}`
const DELIVERY_LIMIT_MS = 60_000
/** Waiting times of the protocol: after a poll that failed, and before each repetition of a report. */
const BACKOFF_MS = 5_000
const REPORT_MS = [2_000, 4_000, 8_000]

let targets: readonly (Target | null)[] = []
let origins: readonly (string | null)[] = []
const pools = new Map<string, Pool>()
const state = { polls: 0, failures: 0, lastFailure: '' }
const queuedAt = new Map<number, number>()
let delivered: number[] = []
let first = 0
let holding = 0
let delivery: Promise<HerdDelivery> | null = null

/** Each agent has a process by its number, as HAProxy distributes them by the hash; another one serves it while that is down. */
const targetOf = (number: number): Target => {
  const target = targets[number % targets.length] ?? targets.find((each) => each !== null)
  if (!target) throw new Error('no process is up')
  return target
}

/** Between half and all of a time, so that agents that failed together do not return together. */
const randomPause = (milliseconds: number) => pause(milliseconds * (0.5 + Math.random() / 2))

function failed(error: unknown): void {
  state.failures++
  state.lastFailure = (error as Error).message
}

async function live(number: number, pollSeconds: number): Promise<void> {
  const agent = agentOf(number)
  const path = `/api/v1/agent/commands/wait/${agent.hash}?timeout=${pollSeconds}`
  for (;;) {
    try {
      const answer = await callOnce(targetOf(number), agent, 'GET', path, '', addressOf(number))
      state.polls++
      const { item } = JSON.parse(answer) as { item: { command_id: string } | null }
      if (!item) continue
      const sent = queuedAt.get(number)
      if (sent !== undefined) delivered.push(performance.now() - sent)
      queuedAt.delete(number)
      await report(number, item.command_id)
    } catch (error) {
      failed(error)
      await randomPause(BACKOFF_MS)
    }
  }
}

/** Repeated until it is acknowledged: the next poll would say that the command is not running. */
async function report(number: number, commandId: string): Promise<void> {
  const agent = agentOf(number)
  const body = JSON.stringify({ command_id: commandId, deployment_hash: agent.hash, status: 'success' })
  for (let attempt = 0; ; attempt++)
    try {
      await callOnce(targetOf(number), agent, 'POST', '/api/v1/agent/commands/report', body, addressOf(number))
      return
    } catch (error) {
      failed(error)
      await randomPause(REPORT_MS[Math.min(attempt, REPORT_MS.length - 1)]!)
    }
}

async function hold(request: Extract<HerdRequest, { ask: 'hold' }>): Promise<void> {
  const begin = performance.now()
  first = request.first
  while (holding < request.agents) {
    const share = (performance.now() - begin) / 1000 / request.rampSeconds
    const due = Math.min(request.agents, Math.ceil(share * request.agents))
    for (; holding < due; holding++) void live(first + holding, request.pollSeconds)
    await pause(10)
  }
}

/** A start: restarts, deploys and logs count against a plan's rates. */
async function enqueue(number: number): Promise<void> {
  const origin = origins.find((each) => each !== null)!
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 16 })
  pools.set(origin, pool)
  const { body, statusCode } = await pool.request({
    method: 'POST',
    path: '/api/v1/commands/enqueue',
    headers: { authorization: `Bearer ${serviceKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      deployment_hash: agentOf(number).hash,
      command_type: 'start',
      parameters: { app_code: 'web' },
    }),
  })
  await body.dump()
  if (statusCode !== 202) throw new Error(`enqueue was answered ${statusCode}`)
}

async function deliver(perSecond: number, seconds: number): Promise<HerdDelivery> {
  delivered = []
  const total = perSecond * seconds
  const begin = performance.now()
  let sent = 0
  const calls: Promise<void>[] = []
  for (let step = 0; sent < total;) {
    const due = Math.min(total, Math.ceil(((performance.now() - begin) / 1000) * perSecond))
    // An agent has one command at a time.
    for (; sent < due && queuedAt.size < holding; sent++) {
      do step = (step + 7919) % holding
      while (queuedAt.has(first + step))
      queuedAt.set(first + step, performance.now())
      calls.push(enqueue(first + step))
    }
    await pause(5)
  }
  await Promise.all(calls)
  for (const until = performance.now() + DELIVERY_LIMIT_MS; queuedAt.size > 0 && performance.now() < until;)
    await pause(50)
  return { sent, delivered: delivered.length, milliseconds: delivered }
}

async function answer(request: HerdRequest): Promise<unknown> {
  switch (request.ask) {
    case 'hold':
      await hold(request)
      return state
    case 'targets':
      origins = request.urls
      targets = request.urls.map((url) => {
        if (url === null) return null
        const { hostname, port } = new URL(url)
        return { host: hostname, port: Number(port) }
      })
      return {}
    case 'deliver':
      delivery = deliver(request.perSecond, request.seconds)
      return {}
    case 'delivery':
      return delivery
    case 'state':
      return state
  }
}

process.on('message', (request: HerdRequest) => {
  answer(request).then(
    (result) => process.send!(result as object),
    (error: unknown) => {
      process.stderr.write(`${String((error as Error).stack)}\n`)
      process.exit(1)
    },
  )
})
