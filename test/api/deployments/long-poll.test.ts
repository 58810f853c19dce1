import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { enqueue, readCommand, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { waitingStatements } from '#test/support/lock-waits.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const STATES = `subscription ($hash: ID!) {
  commandStatus(deploymentId: $hash) { ... on Event { data } }
}`

describe('Long poll of an agent', () => {
  let server: TestServer
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text), poolSize: 5 } })
  })
  afterAll(() => server.close())

  const statusOf = (served: DeploymentWithAgent, id: string) =>
    eventually(
      () => readCommand(server, served.owner, id),
      ({ status }) => !['QUEUED', 'LEASED'].includes(status),
    )
  /** Until the poll is being held: the agent's request was recorded and nothing was there for it. */
  const held = async (agents: number) => {
    const gauge = () => server.app.context.metrics.waitingAgents.get()
    await eventually(gauge, ({ values }) => values[0]!.value === agents)
    await pause(30)
  }

  it("returns one item in the agent's format to a waiting poll", async () => {
    const served = await deploymentWithAgent(server)
    for (let round = 0; round < 5; round++) {
      const poll = served.agent.wait(100)
      await held(1)
      const command = await enqueue(server, served)
      const { status, body } = await poll
      expect(status).toBe(200)
      expect(body.item).toMatchObject({
        command_id: command.id,
        type: 'start',
        deployment_hash: served.hash,
        parameters: { app_code: 'web', deployment_hash: served.hash },
      })
      await served.agent.report({ command_id: command.id, status: 'success' })
    }
  })

  it('returns an empty response at the timeout, and not before, if there is no command', async () => {
    const served = await deploymentWithAgent(server)
    const begin = performance.now()
    const { status, body } = await served.agent.wait(1)
    const took = performance.now() - begin
    expect([status, body.item]).toEqual([200, null])
    expect(took).toBeGreaterThan(950)
    expect((await served.agent.wait(0)).body.item).toBeNull()
  })

  it('uses no database connection and no statements for twenty waiting agents', async () => {
    const waiting = await Promise.all(Array.from({ length: 20 }, () => deploymentWithAgent(server)))
    await Promise.all(waiting.map(({ agent }) => agent.wait(0)))
    // The fallback for a lost NOTIFY reads streams with events of the last seconds. These are older.
    await server.query(`update stream_event set recorded_at = now() - interval '1 minute'`)
    const nonces = () => server.query<{ nonces: number }>(`select count(*)::int as nonces from agent_nonce`)
    const [before] = await nonces()
    const polls = waiting.map(({ agent }) => agent.wait(100))
    await held(20)
    // A poll is counted before it is admitted, and its admission is a statement.
    await eventually(nonces, ([now]) => now!.nonces === before!.nonces + 20)
    await pause(300)
    statements.length = 0
    const begin = performance.now()
    const inTransactions: number[] = []
    for (let look = 0; look < 5; look++) {
      await pause(300)
      const [busy] = await server.query<{ held: number }>(
        `select count(*)::int as held from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'`,
      )
      inTransactions.push(busy!.held)
    }
    // A background job can hold a connection temporarily. Connections held by the polls would show in every check.
    expect(Math.min(...inTransactions)).toBe(0)
    // A statement of each poll would come twenty times at least. Background jobs send theirs at any moment, at most once a second.
    const times = new Map<string, number>()
    // Each of several background jobs begins and commits.
    for (const text of statements)
      if (text !== 'begin' && text !== 'commit') times.set(text, (times.get(text) ?? 0) + 1)
    const seconds = Math.ceil((performance.now() - begin) / 1000)
    expect([...times].filter(([, count]) => count > 1 + Math.max(5, seconds))).toEqual([])
    expect(statements.filter((text) => /agent_nonce|update command|from agent a join/.test(text))).toEqual([])
    const commands = await Promise.all(waiting.map((served) => enqueue(server, served)))
    const items = (await Promise.all(polls)).map(({ body }) => body.item?.command_id)
    expect(items).toEqual(commands.map(({ id }) => id))
  })

  it('delivers by priority, then by age', async () => {
    const served = await deploymentWithAgent(server)
    const ids: Record<string, string> = {}
    for (const [name, priority] of [
      ['low', 'LOW'],
      ['first', 'NORMAL'],
      ['second', 'NORMAL'],
      ['urgent', 'CRITICAL'],
      ['high', 'HIGH'],
    ] as const)
      ids[(await enqueue(server, served, { priority })).id] = name
    const order: string[] = []
    for (;;) {
      const { item } = (await served.agent.wait(0)).body
      if (!item) break
      order.push(ids[item.command_id]!)
      await served.agent.report({ command_id: item.command_id, status: 'success' })
    }
    expect(order).toEqual(['urgent', 'high', 'first', 'second', 'low'])
  })

  it('delivers each of sixty commands exactly once to one of two pollers, one at a time', async () => {
    const served = await deploymentWithAgent(server)
    const enqueued = await Promise.all(Array.from({ length: 60 }, () => enqueue(server, served)))
    const got: string[] = []
    const poller = async () => {
      for (;;) {
        const { item } = (await served.agent.wait(0)).body
        if (!item) return
        got.push(item.command_id)
        await served.agent.report({ command_id: item.command_id, status: 'success' })
      }
    }
    await Promise.all([poller(), poller()])
    expect(got.toSorted()).toEqual(enqueued.map(({ id }) => id).toSorted())
    const rows = await server.query(
      `select status, attempt, count(*)::int as commands from command where deployment_id = $1 group by 1, 2`,
      [served.id],
    )
    expect(rows).toEqual([{ status: 'SUCCEEDED', attempt: 1, commands: 60 }])
  })

  it('wakes both of two waiting polls for one command and gives it to one of them', async () => {
    const served = await deploymentWithAgent(server)
    const polls = [served.agent.wait(1), served.agent.wait(1)]
    await held(2)
    const { id } = await enqueue(server, served)
    const items = (await Promise.all(polls)).map(({ body }) => body.item?.command_id ?? null)
    expect(items).toEqual(expect.arrayContaining([id, null]))
  })

  it('keeps a command LEASED until the response is flushed, then RUNNING for its timeout plus a margin', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served, { timeoutSeconds: 120 })
    await served.agent.wait(1)
    expect((await statusOf(served, id)).status).toBe('RUNNING')
    const [row] = await server.query<{ seconds: number; attempt: number }>(
      `select extract(epoch from lease_until - now())::float8 as seconds, attempt from command where id = $1`,
      [id],
    )
    expect(row!.attempt).toBe(1)
    expect(row!.seconds).toBeGreaterThan(170)
    expect(row!.seconds).toBeLessThanOrEqual(180)
  })

  it('requeues a command if the connection closes before the delivery; the next poll gets it', async () => {
    const served = await deploymentWithAgent(server)
    await served.agent.wait(0)
    const stream = await recordStream<{ data: { status: string; previousStatus: string; detail: string } }>(
      server.url,
      served.owner,
      STATES,
      { hash: served.hash },
    )
    const { id } = await enqueue(server, served)
    // The claim waits for the deployment's row, which this test locks. Then the agent's connection is closed.
    const blocker = new pg.Client({ connectionString: server.databaseUrl })
    await blocker.connect()
    await blocker.query('begin')
    await blocker.query('update deployment set hash = hash where id = $1', [served.id])
    const socket = await rawPoll(served)
    await eventually(
      () => server.query(waitingStatements('with claim as|update "deployment" set "version"')),
      (waits) => waits.length > 0,
    )
    await pause(100)
    socket.destroy()
    await pause(100)
    await blocker.query('commit')
    await blocker.end()
    const events = await stream.until((seen) => seen.length === 3)
    expect(events.map(({ data }) => [data.previousStatus, data.status])).toEqual([
      [null, 'QUEUED'],
      ['QUEUED', 'LEASED'],
      ['LEASED', 'QUEUED'],
    ])
    expect(events[2]!.data.detail).toContain('closed before')
    await stream.stop()
    expect((await served.agent.wait(5)).body.item?.command_id).toBe(id)
    expect(await statusOf(served, id)).toMatchObject({ status: 'RUNNING', attempt: 2 })
  })

  it('claims nothing for a poll that is aborted while it waits', async () => {
    const served = await deploymentWithAgent(server)
    const gone = new AbortController()
    const poll = served.agent.wait(20, { signal: gone.signal }).catch((error: Error) => error.name)
    await held(1)
    gone.abort()
    expect(await poll).toBe('AbortError')
    await held(0)
    const { id } = await enqueue(server, served)
    await pause(100)
    expect((await readCommand(server, served.owner, id)).status).toBe('QUEUED')
  })

  it('claims nothing for a HEAD request', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served)
    const headers = served.agent.headers('')
    const response = await fetch(`${server.url}/api/v1/agent/commands/wait/${served.hash}?timeout=1`, {
      method: 'HEAD',
      headers,
    })
    expect(response.status).toBe(404)
    expect((await readCommand(server, served.owner, id)).status).toBe('QUEUED')
  })

  // The last test, because the server does not leave this state.
  it('ends its polls when it stops, with responses that close the connection', async () => {
    const waiting = await Promise.all(Array.from({ length: 3 }, () => deploymentWithAgent(server)))
    const polls = waiting.map(async ({ hash, agent }) => {
      const response = await fetch(`${server.url}/api/v1/agent/commands/wait/${hash}?timeout=100`, {
        headers: agent.headers(''),
      })
      const { item } = (await response.json()) as { item: unknown }
      return [response.status, response.headers.get('connection'), item]
    })
    await held(3)
    await server.app.context.longPolls.drain(500)
    expect(await Promise.all(polls)).toEqual(waiting.map(() => [200, 'close', null]))
  })

  /** A poll over a bare socket, so that it can be cut at will. */
  async function rawPoll({ agent, hash }: DeploymentWithAgent): Promise<Socket> {
    const { hostname, port } = new URL(server.url)
    const headers = Object.entries(agent.headers('', { 'X-Request-Id': randomUUID() }))
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    await new Promise((ready) => socket.once('connect', ready))
    statements.length = 0
    socket.write(
      `GET /api/v1/agent/commands/wait/${hash}?timeout=20 HTTP/1.1\r\nHost: ${hostname}\r\n` +
        `${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
    return socket
  }
})
