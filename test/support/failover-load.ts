import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { DeploymentWithAgent } from './deployments.js'
import { stripeEvent, stripeSignature } from './signed-event.js'
import { TestAgent } from './test-agent.js'
import { USAGE_FEATURE } from './usage-catalog.js'

/** Knowledge of clients at the end: everything here was acknowledged. */
export interface Acknowledged {
  /** Idempotency keys of consumptions of one unit. */
  readonly consumptions: ReadonlySet<string>
  /** IDs of provider events. */
  readonly events: ReadonlySet<string>
  /** IDs of commands. */
  readonly commands: ReadonlySet<string>
  /** IDs of commands with a report. */
  readonly reports: ReadonlySet<string>
  /** IDs of commands that an agent received again after their report was acknowledged. */
  readonly again: readonly string[]
  /** Responses that are neither a result nor a request to try again. */
  readonly unexpected: readonly string[]
  /** Attempts that ended without a result. */
  readonly attempts: number
}

/** Clients of several kinds. Each repeats an operation under its key until it is acknowledged. */
export interface FailoverLoad {
  /** Resolves at the first acknowledgment of a consumption that was sent after this time. Returns the time. */
  servedAfter(time: number): Promise<number>
  /** Ends new work, waits for the agents to finish, and returns what was acknowledged. */
  stop(): Promise<Acknowledged>
}

export interface LoadTargets {
  /** The processes that serve. */
  readonly urls: readonly string[]
  readonly serviceKey: string
  readonly accountIds: readonly string[]
  readonly deployments: readonly DeploymentWithAgent[]
  readonly webhookSecret: string
}

interface Answer {
  readonly status: number
  readonly body: string
}

const CALLERS = 6
/** Pauses keep the load below what a shared machine can do, so that downtime is not the time of a queue. */
const BETWEEN_MS = { consumptions: 20, events: 100, commands: 150 }
const AGAIN_MS = 100
const POLL_SECONDS = 5
/** Ends a call that would hang forever: every call must end by itself long before. */
const GIVE_UP_MS = 60_000

const CONSUME = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } denial { code } } }`
const ENQUEUE = `mutation ($deploymentId: ID!, $command: CommandInput!, $key: String!) {
  enqueueCommand(deploymentId: $deploymentId, command: $command, key: $key) { command { id } }
}`

export function startFailoverLoad(targets: LoadTargets): FailoverLoad {
  const { urls, serviceKey, accountIds, deployments, webhookSecret } = targets
  const consumptions = new Set<string>()
  const events = new Set<string>()
  const commands = new Set<string>()
  const reports = new Set<string>()
  const again: string[] = []
  const unexpected: string[] = []
  let attempts = 0
  let turn = 0
  const ending = new AbortController()
  const agentsEnding = new AbortController()
  let waiting: { after: number; resolve: (time: number) => void }[] = []

  const url = () => urls[turn++ % urls.length]!
  const graphql = (query: string, variables: object, token: string): Promise<Answer> =>
    send(`${url()}/graphql`, JSON.stringify({ query, variables }), { authorization: `Bearer ${token}` })
  /** Repeats a call until it has a result. Returns it with the time of the attempt, or null if the load ended. */
  async function untilDone(
    attempt: () => Promise<Answer>,
    resultOf: (answer: Answer) => string | null,
    signal: AbortSignal,
  ): Promise<{ result: string; sent: number } | null> {
    for (;;) {
      const sent = performance.now()
      const answer = await attempt().catch((error: Error) => ({
        status: 0,
        body: `${error.message} ${String(error.cause)}`,
      }))
      const result = resultOf(answer)
      if (result !== null) return { result, sent }
      attempts++
      if (answer.status !== 503 && !answer.body.includes('"UNAVAILABLE"'))
        unexpected.push(`${answer.status} ${answer.body}`.slice(0, 500))
      if (signal.aborted) return null
      await pause(AGAIN_MS)
    }
  }
  const repeat = async (signal: AbortSignal, work: () => Promise<unknown>, milliseconds = 0): Promise<void> => {
    while (!signal.aborted) {
      await work()
      await pause(milliseconds)
    }
  }

  let number = 0
  async function consume(): Promise<void> {
    const accountId = accountIds[number++ % accountIds.length]!
    const input = { accountId, feature: USAGE_FEATURE, amount: 1 }
    const key = randomUUID()
    const done = await untilDone(
      () => graphql(CONSUME, { input, key }, serviceKey),
      ({ body }) => (body.includes('"consumption":{') ? body : null),
      ending.signal,
    )
    if (!done) return
    consumptions.add(key)
    for (const { after, resolve } of waiting) if (done.sent >= after) resolve(performance.now())
    waiting = waiting.filter(({ after }) => done.sent < after)
  }
  async function deliverEvent(): Promise<void> {
    const event = { ...stripeEvent('customer.subscription.updated', { object: 'subscription', id: 'sub_unknown' }) }
    const id = `evt_failover_${randomUUID()}`
    const body = JSON.stringify({ ...event, id })
    const done = await untilDone(
      () => send(`${url()}/webhooks/stripe`, body, { 'stripe-signature': stripeSignature(body, webhookSecret) }),
      ({ status }) => (status === 200 ? id : null),
      ending.signal,
    )
    if (done) events.add(id)
  }
  async function enqueue(): Promise<void> {
    const { hash, owner } = deployments[number++ % deployments.length]!
    const variables = { deploymentId: hash, command: { start: { appCode: 'web' } }, key: randomUUID() }
    const done = await untilDone(
      () => graphql(ENQUEUE, variables, owner),
      ({ body }) => /"id":"(cmd_\w+)"/.exec(body)?.[1] ?? null,
      ending.signal,
    )
    if (done) commands.add(done.result)
  }
  /** Polls and reports, as an agent does. */
  async function act({ agent: { identity } }: DeploymentWithAgent): Promise<void> {
    const agent = () => new TestAgent(url(), identity)
    const poll = await untilDone(
      async () => {
        const { status, body } = await agent().wait(POLL_SECONDS)
        return { status, body: JSON.stringify(body) }
      },
      ({ status, body }) => (status === 200 ? body : null),
      agentsEnding.signal,
    )
    const id = poll && (JSON.parse(poll.result) as { item: { command_id: string } | null }).item?.command_id
    if (!id) return
    if (reports.has(id)) again.push(id)
    const done = await untilDone(
      async () => {
        const { status, body } = await agent().report({ command_id: id, status: 'success' })
        return { status, body: JSON.stringify(body) }
      },
      ({ status }) => (status === 200 ? id : null),
      agentsEnding.signal,
    )
    if (done) reports.add(id)
  }

  const clients = [
    ...Array.from({ length: CALLERS }, () => repeat(ending.signal, consume, BETWEEN_MS.consumptions)),
    repeat(ending.signal, deliverEvent, BETWEEN_MS.events),
    repeat(ending.signal, enqueue, BETWEEN_MS.commands),
  ]
  const agents = deployments.map((deployment) => repeat(agentsEnding.signal, () => act(deployment)))
  return {
    servedAfter: (after) => new Promise((resolve) => waiting.push({ after, resolve })),
    async stop() {
      ending.abort()
      await Promise.all(clients)
      // The last commands are queued: the agents need one more poll to receive each of them.
      for (let size = -1; size !== reports.size;) {
        size = reports.size
        await pause(POLL_SECONDS * 1_000)
      }
      agentsEnding.abort()
      await Promise.all(agents)
      return { consumptions, events, commands, reports, again, unexpected, attempts }
    },
  }
}

async function send(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(GIVE_UP_MS),
  })
  return { status: response.status, body: await response.text() }
}
