import { isDeepStrictEqual } from 'node:util'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { newDeployment, requestDeployment, type TestDeployment } from './deployments.js'
import { openEventSource } from './event-source.js'
import { patientNow } from './patience.js'
import { startSecondServer, type SecondServer } from './second-server-process.js'
import { createSeededRandom } from './seeded-random.js'
import { sequenceOf } from './sequence-of.js'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js'
import { eventually, type TestServer } from './test-server.js'

/** Size of a run, and a seed for its random choices. */
export interface StormOptions {
  readonly seed: number
  /** Milliseconds of changes. */
  readonly milliseconds: number
  /** Kills and restarts of the second server. */
  readonly restarts: number
  /** Clients of each transport and stream. */
  readonly clients: number
}

interface Item {
  readonly cursor: string
  /** Absent in streams without numbers. */
  readonly sequence?: number
  readonly __typename: string
  readonly summary?: string
  readonly deployment?: { readonly id: string }
  readonly data?: { readonly status: string }
  readonly subject?: { readonly id: string }
}

/** A client that has read a page and follows it. */
interface Follower {
  readonly name: string
  readonly stream: StreamName
  readonly page: StreamPage
  readonly items: Item[]
  /** Commands of the page, by the events since. */
  readonly commands: Map<string, string>
  /** ID of the first command that the page, or an event after it, must have. */
  readonly oldest: string
  readonly connections: () => number
  stop(): Promise<void>
}

const COMMANDS = `subscription ($id: ID!, $after: String) { commandStatus(deploymentId: $id, after: $after) {
  __typename cursor ... on Event { sequence data subject { id } } } }`
const BILLING = `subscription ($id: ID!, $after: String) {
  billingEvents(accountId: $id, after: $after, types: ["*", "usage.*"]) { __typename cursor ... on Event { sequence } } }`
const DEPLOYMENTS = `subscription ($id: ID!, $after: String) { deploymentEvents(accountId: $id, after: $after) {
  __typename cursor ... on Event { sequence deployment { id } } } }`
const OPERATORS = `subscription ($after: String) { operatorEvents(after: $after, types: ["dead_letter.*"]) {
  __typename cursor ... on Event { summary } } }`
const QUERIES = { commands: COMMANDS, billing: BILLING, deployments: DEPLOYMENTS, operators: OPERATORS }
type StreamName = keyof typeof QUERIES
const STREAMS = Object.keys(QUERIES) as StreamName[]
const COMMANDS_OF_PAGE = 100
/** Deployments that start during the storm. */
const MORE_DEPLOYMENTS = 2

/** Result of a run. */
export interface StormReport {
  readonly followers: readonly { name: string; expected: string[]; received: string[]; connections: number }[]
  readonly commands: readonly { name: string; expected: [string, string][]; seen: [string, string][] }[]
}

/**
 * Clients read a page, subscribe with the cursor that they read, and continue after the last cursor each time their
 * connection is lost. At the same time two processes write, connections are cut, and one of the processes is killed and started
 * again. Returns what each client should have received, from the tables, and what it received.
 */
export async function runStorm(server: TestServer, options: StormOptions): Promise<StormReport> {
  const random = createSeededRandom(options.seed)
  const draw = (below: number) => Math.floor(random.next() * below)
  const env = {}
  let second: SecondServer | null = await startSecondServer(server, env)
  const proxies: TcpProxy[] = []
  const proxyTo = async (url: string) => {
    const proxy = await openTcpProxy({ host: '127.0.0.1', port: Number(new URL(url).port) })
    proxies.push(proxy)
    return proxy.through(url).replace(/\/$/, '')
  }
  let urls = [await proxyTo(server.url), await proxyTo(second.url)]
  const deployment = await newDeployment(server)
  const { owner } = deployment
  const [account] = await server.query<{ id: string }>(`select account_id as id from deployment where id = $1`, [
    deployment.id,
  ])
  const accountId = account!.id
  const admin = await server.token('storm-operator@example.com', { roles: ['admin'] })
  const hashes = [deployment.hash]
  const inBackground: Promise<unknown>[] = []
  let operatorEvents = 0

  const storm = new AbortController()
  const ask = (url: string, query: string, variables: object, token = owner) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    }).then((response) => response.json() as Promise<{ data: never }>)
  const write = async (): Promise<void> => {
    while (!storm.signal.aborted) {
      await step(draw(6)).catch(() => undefined)
      await wait(draw(30))
    }
  }
  const step = async (kind: number): Promise<unknown> => {
    const url = urls[draw(urls.length)]!
    if (kind === 0) return recordTestEvent(server, accountId)
    if (kind === 1)
      return ask(
        url,
        `mutation ($id: ID!, $amount: SafeInt!, $key: String!) {
          setTerms(input: { accountId: $id, feature: "deployments", amount: $amount, reason: "storm" }, key: $key) { denial { code } }
        }`,
        { id: accountId, amount: 10 + draw(100), key: randomUUID() },
        admin,
      )
    if (kind === 2) {
      // Transactions that end in another order than they began.
      inBackground.push(recordTestOperatorEvent(server, `storm ${++operatorEvents}`, draw(200)))
      return
    }
    const deploymentHash = kind === 3 ? hashes[draw(hashes.length)]! : deployment.hash
    const { data } = await ask(
      url,
      `mutation ($command: CommandInput!, $deploymentId: ID!, $key: String!, $priority: CommandPriority, $timeoutSeconds: Int) { enqueueCommand(command: $command, deploymentId: $deploymentId, key: $key, priority: $priority, timeoutSeconds: $timeoutSeconds) { command { id } } }`,
      {
        deploymentId: deploymentHash,
        command: { start: { appCode: 'web' } },
        key: random.uuid(),
      },
    )
    const { id } = (data as { enqueueCommand: { id?: string } }).enqueueCommand
    return id && draw(2) === 0
      ? ask(url, `mutation ($id: ID!) { cancelCommand(id: $id) { denial { code } } }`, { id })
      : undefined
  }
  const disturb = async (): Promise<void> => {
    while (!storm.signal.aborted) {
      await wait(150 + draw(400))
      const proxy = proxies[draw(proxies.length)]
      await proxy?.cut()
      await wait(draw(60))
      await proxy?.mend()
    }
  }
  const restart = async (): Promise<void> => {
    for (let count = 0; count < options.restarts; count++) {
      await wait(options.milliseconds / (options.restarts + 2))
      await second!.kill()
      second = null
      urls = [urls[0]!]
      second = await startSecondServer(server, env)
      urls = [urls[0]!, await proxyTo(second.url)]
    }
  }

  const deploy = async (): Promise<void> => {
    await step(1)
    for (let count = 0; count < MORE_DEPLOYMENTS; count++) {
      await wait(options.milliseconds / (MORE_DEPLOYMENTS + 2))
      const started = await requestDeployment(server, owner)
      if (started.deployment) hashes.push(started.deployment.hash)
    }
  }

  const work = [write(), write(), disturb(), restart(), deploy()]
  const followers: Follower[] = []
  const current = () => urls[draw(urls.length)]!
  try {
    for (let client = 0; client < options.clients; client++)
      for (const transport of ['WebSocket', 'Server-Sent Events'] as const)
        for (const stream of STREAMS) {
          await wait(draw(options.milliseconds / (options.clients * STREAMS.length * 4)))
          followers.push(await follow(server, { transport, stream, client, deployment, accountId, admin, current }))
        }
    await wait(options.milliseconds / 2)
    await work[3]
    storm.abort()
    await Promise.all(work)
    await Promise.all(inBackground)
    const read = () => Promise.all(followers.map((follower) => expectedOf(server, follower, deployment, accountId)))
    const until = patientNow() + 30_000
    let expected: string[][] = []
    // Work in the background can record an event after the storm.
    for (let now = await read(); patientNow() < until && !isDeepStrictEqual(expected, now); now = await read()) {
      expected = now
      await eventually(
        () => followers.map((follower) => new Set(receivedBy(follower))),
        (received) => received.every((keys, index) => now[index]!.every((key) => keys.has(key))),
        30_000,
      ).catch(() => undefined)
      // Anything that is received twice arrives now.
      await wait(200)
    }
    const states = await server.query<{ id: string; status: string }>(
      `select id, status from command where deployment_id = $1 order by id`,
      [deployment.id],
    )
    return {
      followers: followers.map((follower, index) => ({
        name: follower.name,
        expected: expected[index]!,
        received: withoutEarlier(follower, receivedBy(follower)),
        connections: follower.connections(),
      })),
      commands: followers
        .filter(({ stream }) => stream === 'commands')
        .map(({ name, commands, oldest }) => ({
          name,
          expected: states.flatMap(({ id, status }): [string, string][] => (id >= oldest ? [[id, status]] : [])),
          seen: [...commands].filter(([id]) => id >= oldest).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        })),
    }
  } finally {
    storm.abort()
    await Promise.all(followers.map((follower) => follower.stop()))
    await Promise.allSettled(work)
    await second?.kill()
    await Promise.all(proxies.map((proxy) => proxy.close()))
  }
}

interface FollowOptions {
  readonly transport: 'WebSocket' | 'Server-Sent Events'
  readonly stream: StreamName
  readonly client: number
  readonly deployment: TestDeployment
  readonly accountId: string
  /** Token of an operator. */
  readonly admin: string
  readonly current: () => string
}

/** Reads the page, then follows it until `stop`. */
async function follow(server: TestServer, options: FollowOptions): Promise<Follower> {
  const { stream, transport, deployment, current } = options
  const page = await readPage(server, options)
  const commands = new Map(page.commands.map(({ id, status }) => [id, status]))
  const items: Item[] = []
  let after = page.cursor
  const end = new AbortController()
  let connections = 0
  let close: () => void = () => undefined
  const query = QUERIES[stream]
  const id = stream === 'commands' ? deployment.hash : options.accountId
  const receive = (item: Item) => {
    items.push(item)
    after = item.cursor
    if (item.subject) commands.set(item.subject.id, item.data!.status)
  }
  const open = transport === 'WebSocket' ? openSocket : openEvents
  const running = (async () => {
    while (!end.signal.aborted) {
      connections += 1
      await open(
        {
          url: current(),
          token: stream === 'operators' ? options.admin : deployment.owner,
          query,
          id,
          first: page.cursor,
          after,
          receive,
        },
        (closing) => (close = closing),
      ).catch(() => undefined)
      await wait(20)
    }
  })()
  return {
    name: `${transport} ${stream} ${options.client}`,
    stream,
    page,
    items,
    commands,
    oldest: page.commands.length < COMMANDS_OF_PAGE ? '' : page.commands.at(-1)!.id,
    connections: () => connections,
    stop: async () => {
      end.abort()
      close()
      await running
    },
  }
}

interface StreamPage {
  readonly cursor: string
  readonly commands: readonly { id: string; status: string }[]
  /** Numbers of the deployments' streams, read after the cursor. */
  readonly sequences: ReadonlyMap<string, number>
  /** Operator events that were recorded before the page was complete. */
  readonly earlier: ReadonlySet<string>
}

interface PageAnswer {
  readonly cursor?: string
  readonly commands?: { readonly nodes: readonly { id: string; status: string }[] }
  readonly deployments?: {
    readonly cursor: string
    readonly nodes: readonly { id: string; cursor: string }[]
  }
}

const PAGES: Record<Exclude<StreamName, 'operators'>, string> = {
  commands: `query ($id: ID!) { page: deployment(id: $id) {
    cursor commands(first: ${COMMANDS_OF_PAGE}) { nodes { id status } } } }`,
  billing: `query ($id: ID!) { page: account(id: $id) { cursor } }`,
  deployments: `query ($id: ID!) { page: account(id: $id) {
    deployments(first: 100) { cursor nodes { id cursor } } } }`,
}

/** The page and its cursor, in one request. Operators begin with the start of their stream. */
async function readPage(server: TestServer, options: FollowOptions): Promise<StreamPage> {
  const { stream, deployment, accountId } = options
  if (stream === 'operators') return operatorPage(server, options)
  const { data } = await server.graphql<{ page: PageAnswer }>(
    PAGES[stream],
    { id: stream === 'commands' ? deployment.hash : accountId },
    deployment.owner,
  )
  const { cursor, commands, deployments } = data.page
  return {
    cursor: cursor ?? deployments!.cursor,
    commands: commands?.nodes ?? [],
    sequences: new Map(deployments?.nodes.map(({ id, cursor: own }) => [id, sequenceOf(own)])),
    earlier: new Set(),
  }
}

async function operatorPage(server: TestServer, { admin, current, accountId }: FollowOptions): Promise<StreamPage> {
  for (;;) {
    let cursor: string | null = null
    const query = OPERATORS.replace('($after: String) ', '').replace('after: $after, ', '')
    const connection = { url: current(), token: admin, query, id: accountId, first: '', after: '' }
    let close: () => void = () => undefined
    const receive = (item: Item) => {
      cursor ??= item.cursor
      close()
    }
    await openSocket({ ...connection, receive }, (end) => (close = end)).catch(() => undefined)
    if (cursor)
      return { cursor, commands: [], sequences: new Map(), earlier: new Set(await recordedOperatorEvents(server)) }
    await wait(20)
  }
}

/** Keys of the events that a client received. Those of one deployment are in the order in which they were received. */
function receivedBy({ stream, items }: Follower): string[] {
  if (stream === 'operators') return items.map(({ summary }) => summary!).toSorted(byNumber)
  if (stream !== 'deployments') return items.map(({ sequence }) => String(sequence))
  return items
    .toSorted((a, b) => (a.deployment!.id < b.deployment!.id ? -1 : a.deployment!.id > b.deployment!.id ? 1 : 0))
    .map(({ deployment, sequence }) => `${deployment!.id} ${sequence}`)
}

/** Without events that happened while the page was read: it may have them, and they may be emitted again. */
function withoutEarlier({ stream, page }: Follower, keys: readonly string[]): string[] {
  if (stream === 'operators') return keys.filter((key) => !page.earlier.has(key))
  if (stream !== 'deployments') return [...keys]
  return keys.filter((key) => {
    const [id, sequence] = key.split(' ')
    return Number(sequence) > (page.sequences.get(id!) ?? 0)
  })
}

const byNumber = (a: string, b: string): number => Number(a.split(' ')[1]) - Number(b.split(' ')[1])

const recordedOperatorEvents = async (server: TestServer): Promise<string[]> =>
  (await server.query<{ summary: string }>(`select summary from operator_event where type = 'dead_letter.added'`))
    .map(({ summary }) => summary)
    .toSorted(byNumber)

interface Connection {
  readonly url: string
  readonly token: string
  readonly query: string
  readonly id: string
  /** Cursor of the page, which an event source repeats. */
  readonly first: string
  /** Cursor of the last event. */
  readonly after: string
  readonly receive: (item: Item) => void
}

/** One connection by WebSocket, until it is lost. */
async function openSocket(connection: Connection, onOpen: (end: () => void) => void): Promise<void> {
  const client = createClient({
    url: `${connection.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { Authorization: `Bearer ${connection.token}` },
  })
  onOpen(() => void client.dispose())
  const variables = { id: connection.id, after: connection.after }
  for await (const { data } of client.iterate<Record<string, Item>>({ query: connection.query, variables }))
    if (data) connection.receive(Object.values(data)[0]!)
}

/** One response of Server-Sent Events, until it is lost. Repeats the request unchanged, except for `Last-Event-ID`. */
async function openEvents(connection: Connection, onOpen: (end: () => void) => void): Promise<void> {
  const { first, after } = connection
  const stream = await openEventSource(
    connection.url,
    { query: connection.query, variables: { id: connection.id, after: first } },
    { authorization: `Bearer ${connection.token}`, ...(after === first ? {} : { 'last-event-id': after }) },
  )
  onOpen(() => stream.close())
  for (let event = await stream.next(); event && event.event === 'next'; event = await stream.next()) {
    const { data } = JSON.parse(event.data) as { data?: Record<string, Item> }
    if (!data) continue
    const item = Object.values(data)[0]!
    if (event.id !== item.cursor) throw new Error(`id ${event.id} is not the cursor ${item.cursor}`)
    connection.receive(item)
  }
}

/** Keys of the events after the page, from the tables. */
async function expectedOf(
  server: TestServer,
  follower: Follower,
  deployment: TestDeployment,
  accountId: string,
): Promise<string[]> {
  const { stream, page } = follower
  if (stream === 'operators') return withoutEarlier(follower, await recordedOperatorEvents(server))
  if (stream === 'deployments') {
    const rows = await server.query<{ id: string; version: number }>(
      `select id, version::int as version from deployment where account_id = $1 order by id`,
      [accountId],
    )
    return rows.flatMap(({ id, version }) =>
      numbersAfter(page.sequences.get(id) ?? 0, version).map((n) => `${id} ${n}`),
    )
  }
  const isCommands = stream === 'commands'
  const streamId = isCommands ? deployment.id : accountId
  const [row] = await server.query<{ version: number }>(
    `select version::int as version from ${isCommands ? 'deployment' : 'account'} where id = $1`,
    [streamId],
  )
  const all = numbersAfter(sequenceOf(page.cursor), row!.version).map(String)
  if (!isCommands) return all
  const others = await server.query<{ sequence: string }>(
    `select sequence::text as sequence from stream_event where stream_id = $1 and type not like 'command.%'`,
    [streamId],
  )
  const skipped = new Set(others.map(({ sequence }) => sequence))
  return all.filter((sequence) => !skipped.has(sequence))
}

const numbersAfter = (from: number, upto: number): number[] =>
  Array.from({ length: upto - from }, (_, index) => from + index + 1)

/** An event for operators in a transaction that stays open for a while. */
function recordTestOperatorEvent(server: TestServer, summary: string, openForMs: number): Promise<void> {
  return server.app.context.database.transaction(async (transaction) => {
    await recordOperatorEvent(transaction, { type: 'dead_letter.added', summary, accountId: null })
    await wait(openForMs)
  })
}

/** An event of the account, written by the first process. */
function recordTestEvent(server: TestServer, accountId: string): Promise<number> {
  const { database, clock } = server.app.context
  return database.transaction((transaction) =>
    recordAccountEvent(transaction, accountId, clock.now(), { type: 'credits.granted', summary: 'A test.' }),
  )
}

/** A seed that no other run uses. */
export const newSeed = (): number => Number.parseInt(randomUUID().slice(0, 8), 16)
