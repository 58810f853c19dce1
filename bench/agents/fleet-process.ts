import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'
import { callOnce, signedHeaders, type Target } from './agent-http.js'
import { roundTrips } from './round-trips.js'
import { agentOf } from './seed.js'

// Load generator: a fleet of agents and the clients that queue their commands, in a separate process.

/** Requests to the fleet process. */
export type FleetRequest =
  | { readonly ask: 'hold'; readonly agents: number; readonly rampSeconds: number; readonly pollSeconds: number }
  | { readonly ask: 'deliver'; readonly perSecond: number; readonly seconds: number }
  | { readonly ask: 'claim'; readonly deployment: number; readonly count: number }
  | { readonly ask: 'round trips'; readonly workers: number; readonly seconds: number }
  | { readonly ask: 'state' }

/** Milliseconds from the enqueue's first byte to the agent that has the command in its hands. */
export interface DeliveryTimes {
  readonly sent: number
  readonly delivered: number
  readonly milliseconds: readonly number[]
}

const url = new URL(process.env['SERVER_URL']!)
const serviceKey = process.env['SERVICE_KEY']!
const target: Target = { host: url.hostname, port: Number(url.port) }
/** Each of 32 workers holds a poll while it queues a command. */
const pool = new Pool(url.origin, { connections: 72 })

/** Ports of one address would run out: ended connections rest for a minute. */
const addressOf = (number: number) => `127.0.0.${2 + (number % 16)}`
const state = { polls: 0, failures: 0, commands: 0, lastFailure: '' }
const queuedAt = new Map<number, number>()
let delivered: number[] = []
let holding = 0

/** Main loop of an agent: polls, and reports each command; each call uses a new connection. */
async function live(number: number, pollSeconds: number): Promise<void> {
  const agent = agentOf(number)
  const path = `/api/v1/agent/commands/wait/${agent.hash}?timeout=${pollSeconds}`
  for (;;) {
    try {
      const answer = await callOnce(target, agent, 'GET', path, '', addressOf(number))
      state.polls++
      const { item } = JSON.parse(answer) as { item: { command_id: string } | null }
      if (!item) continue
      const sent = queuedAt.get(number)
      if (sent !== undefined) delivered.push(performance.now() - sent)
      queuedAt.delete(number)
      const report = JSON.stringify({ command_id: item.command_id, deployment_hash: agent.hash, status: 'success' })
      await callOnce(target, agent, 'POST', '/api/v1/agent/commands/report', report, addressOf(number))
      state.commands++
    } catch (error) {
      state.failures++
      state.lastFailure = (error as Error).message
      await pause(1000)
    }
  }
}

async function hold(agents: number, rampSeconds: number, pollSeconds: number): Promise<void> {
  const begin = performance.now()
  for (; holding < agents;) {
    const due = Math.min(agents, Math.ceil(((performance.now() - begin) / 1000 / rampSeconds) * agents))
    for (; holding < due; holding++) void live(holding + 1, pollSeconds)
    await pause(10)
  }
}

/** A start: restarts, deploys and logs count against a plan's rates. */
async function enqueue(number: number): Promise<void> {
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

/** The first commands of a program that has not queued any yet are not counted: those of two seconds. */
const WARM_UP_SECONDS = 2

/** Enqueues commands at an even rate for idle agents, then waits for the rest. */
async function deliver(perSecond: number, seconds: number): Promise<DeliveryTimes> {
  await send(perSecond, WARM_UP_SECONDS)
  return send(perSecond, seconds)
}

async function send(perSecond: number, seconds: number): Promise<DeliveryTimes> {
  delivered = []
  const total = perSecond * seconds
  const begin = performance.now()
  let sent = 0
  const calls: Promise<void>[] = []
  for (let step = 0; sent < total;) {
    const due = Math.min(total, Math.ceil(((performance.now() - begin) / 1000) * perSecond))
    for (; sent < due; sent++) {
      do step = (step + 7919) % holding
      while (queuedAt.has(step + 1))
      queuedAt.set(step + 1, performance.now())
      calls.push(enqueue(step + 1))
    }
    await pause(1)
  }
  await Promise.all(calls)
  for (let wait = 0; wait < 100 && queuedAt.size > 0; wait++) await pause(50)
  return { sent, delivered: delivered.length, milliseconds: delivered }
}

/** Claims a number of commands of one deployment, one after another over one connection. Returns the seconds. */
async function claim(number: number, count: number): Promise<number> {
  const agent = agentOf(number)
  const begin = performance.now()
  for (let fetched = 0; fetched < count; fetched++) {
    const { body } = await pool.request({
      method: 'GET',
      path: `/api/v1/agent/commands/wait/${agent.hash}?timeout=0`,
      headers: signedHeaders(agent, ''),
    })
    const { item } = (await body.json()) as { item: object | null }
    if (!item) throw new Error('the queue was empty')
  }
  return (performance.now() - begin) / 1000
}

async function answer(question: FleetRequest): Promise<unknown> {
  switch (question.ask) {
    case 'hold':
      await hold(question.agents, question.rampSeconds, question.pollSeconds)
      return state
    case 'deliver':
      return deliver(question.perSecond, question.seconds)
    case 'claim':
      return claim(question.deployment, question.count)
    case 'round trips':
      return roundTrips({ url, serviceKey, pool }, question)
    case 'state':
      return state
  }
}

process.on('message', (question: FleetRequest) => {
  answer(question).then(
    (result) => process.send!(result as object),
    (error: unknown) => {
      process.stderr.write(`${String((error as Error).stack)}\n`)
      process.exit(1)
    },
  )
})
