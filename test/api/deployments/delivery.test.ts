import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createApp, type App } from '#app.js'
import { readConfig } from '#services/kernel/config/config.js'
import { createLogger } from '#services/kernel/logger/logger.js'
import { enqueue, readCommand, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { ProtocolAgent, type ProtocolAgentOptions } from '#test/support/protocol-agent.js'

/** A thousand in `npm run test:long`. */
const QUEUED = process.env['STACKGATE_LONG'] === '1' ? 1000 : 150
const done = () => ({ status: 'success', result: { stdout: 'ok', exit_code: 0 } })

describe('Delivery', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const agentOf = (served: DeploymentWithAgent, options: Partial<ProtocolAgentOptions> = {}) =>
    new ProtocolAgent({
      dashboardUrl: server.url,
      agentId: served.agent.identity.id,
      token: served.agent.identity.token,
      hash: served.hash,
      pollSeconds: 1,
      secondMs: 20,
      ...options,
    })
  const poll = async (served: DeploymentWithAgent, instance?: string, seconds = 0) => {
    const headers: Record<string, string> = instance ? { 'X-Agent-Instance': instance } : {}
    return (await served.agent.wait(seconds, { headers })).body.item?.command_id ?? null
  }
  const completed = (served: DeploymentWithAgent, id: string, status: string) =>
    eventually(
      () => readCommand(server, served.owner, id),
      (command) => command.status === status,
    )
  const marked = async (id: string) => {
    const [row] = await server.query<{ marked: boolean }>(
      `select superseded_at is not null as marked from command where id = $1`,
      [id],
    )
    return row!.marked
  }
  const graceIsOver = (id: string) =>
    server.query(
      `update command set superseded_at = now() - interval '6 seconds' where id = $1 and superseded_at is not null`,
      [id],
    )
  const cancel = (served: DeploymentWithAgent, id: string) =>
    server.graphql(`mutation ($id: ID!) { cancelCommand(id: $id) { denial { code } } }`, { id }, served.owner)

  describe('an agent that sends an instance ID with its polls', () => {
    it("does not end another instance's command by a poll, only those of the same instance", async () => {
      const served = await deploymentWithAgent(server)
      const { id } = await enqueue(server, served)
      expect(await poll(served, 'one', 5)).toBe(id)
      await completed(served, id, 'RUNNING')
      await poll(served, 'two')
      expect(await marked(id)).toBe(false)
      await poll(served, 'one')
      expect(await marked(id)).toBe(true)
    })

    it('rejects a replayed poll before it ends the open poll of the same instance', async () => {
      const served = await deploymentWithAgent(server)
      const agent = agentOf(served, { instance: 'one' })
      const headers = agent.signed('')
      const wait = () => agent.call('GET', `/api/v1/agent/commands/wait/${served.hash}?timeout=30`, null, headers)
      const held = wait()
      await eventually(
        () => server.query(`select 1 from agent_nonce where request_id = $1`, [headers['X-Request-Id']]),
        (rows) => rows.length === 1,
      )
      expect(await wait()).toMatchObject({ status: 401, body: { code: 'REPLAYED_REQUEST' } })
      const { id } = await enqueue(server, served)
      expect(await held).toMatchObject({ status: 200, body: { item: { command_id: id } } })
    })

    it('supersedes all held commands by a poll without an instance, and commands without an instance by any poll', async () => {
      const served = await deploymentWithAgent(server)
      const named = await enqueue(server, served)
      expect(await poll(served, 'one', 5)).toBe(named.id)
      await completed(served, named.id, 'RUNNING')
      await poll(served)
      expect(await marked(named.id)).toBe(true)
      const other = await deploymentWithAgent(server)
      const unnamed = await enqueue(server, other)
      expect(await poll(other, undefined, 5)).toBe(unnamed.id)
      await completed(other, unnamed.id, 'RUNNING')
      await poll(other, 'one')
      expect(await marked(unnamed.id)).toBe(true)
    })

    it('ends an earlier poll left by a broken connection and gives it no command', async () => {
      const served = await deploymentWithAgent(server)
      const left = poll(served, 'one', 20)
      await pause(150)
      const next = poll(served, 'one', 20)
      expect(await left).toBeNull()
      const { id } = await enqueue(server, served)
      expect(await next).toBe(id)
    })
  })

  it('redelivers a read-only command three times, then marks it LOST with the number of deliveries', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served, { command: { health: {} } })
    for (let delivery = 1; delivery <= 4; delivery++) {
      expect(await poll(served)).toBe(id)
      await completed(served, id, 'RUNNING')
      await poll(served)
      await graceIsOver(id)
      await completed(served, id, delivery < 4 ? 'QUEUED' : 'LOST')
    }
    const { error } = await readCommand(server, served.owner, id)
    expect(error).toMatchObject({ code: 'LOST', message: expect.stringContaining('after 4 deliveries') })
    expect(await poll(served)).toBeNull()
  })

  it('does not redeliver a held command that was canceled', async () => {
    const served = await deploymentWithAgent(server)
    const { id } = await enqueue(server, served, { command: { health: {} } })
    await poll(served)
    await completed(served, id, 'RUNNING')
    await cancel(served, id)
    await poll(served)
    await graceIsOver(id)
    await completed(served, id, 'CANCELED')
    expect(await poll(served)).toBeNull()
  })

  it('expires a command that was not claimed in time, and never delivers it afterwards', async () => {
    const served = await deploymentWithAgent(server)
    const { body } = await server.rest('POST', '/api/v1/commands/enqueue', {
      token: served.owner,
      body: {
        deployment_hash: served.hash,
        command_type: 'restart',
        parameters: { app_code: 'web' },
        expires_in_seconds: 3600,
      },
    })
    const id = (body as { item: { command_id: string } }).item.command_id
    const [row] = await server.query<{ seconds: number }>(
      `select extract(epoch from expires_at - created_at)::float8 as seconds from command where id = $1`,
      [id],
    )
    expect(row!.seconds).toBe(3600)
    const [daily] = await server.query<{ seconds: number }>(
      `select extract(epoch from expires_at - created_at)::float8 as seconds from command where id = $1`,
      [(await enqueue(server, served, { key: 'daily' })).id],
    )
    expect(daily!.seconds).toBe(24 * 3600)
    await server.query(`update command set expires_at = now() where deployment_id = $1`, [served.id])
    expect(await poll(served)).toBeNull()
    expect(await completed(served, id, 'EXPIRED')).toMatchObject({ finishedAt: expect.any(String) })
  })

  it.each([0, 31 * 24 * 3600])('rejects an expiry of %s seconds', async (seconds) => {
    const served = await deploymentWithAgent(server)
    const { status, body } = await server.rest('POST', '/api/v1/commands/enqueue', {
      token: served.owner,
      body: { deployment_hash: served.hash, command_type: 'health', expires_in_seconds: seconds },
    })
    expect([status, body]).toMatchObject([422, { code: 'INVALID_PARAMETERS', field: 'expires_in_seconds' }])
  })

  it('creates one command for twenty calls with one key and denies the key for another input', async () => {
    const served = await deploymentWithAgent(server)
    const key = randomUUID()
    const all = await Promise.all(Array.from({ length: 20 }, () => enqueue(server, served, { key })))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    const other = await enqueue(server, served, { key, command: { health: {} } })
    expect(other.code).toBe('IDEMPOTENCY_MISMATCH')
    const [row] = await server.query<{ commands: number; version: number }>(
      `select (select count(*)::int from command where account_id = d.account_id and deployment_id = d.id) as commands, d.version::int as version from deployment d where id = $1`,
      [served.id],
    )
    const [events] = await server.query<{ sequence: number }>(
      `select max(sequence)::int as sequence from stream_event where stream_id = $1`,
      [served.id],
    )
    // The deployment's sequence has no gap, because denied calls use no number.
    expect(row).toEqual({ commands: 1, version: events!.sequence })
  })

  it('orders commands by deployment, independent of the clocks of the enqueueing machines', async () => {
    const served = await deploymentWithAgent(server)
    const ids: string[] = []
    for (let count = 0; count < 3; count++) ids.push((await enqueue(server, served)).id)
    // As if the first had been queued by a machine whose clock is ahead: its id sorts last.
    const late = `cmd_${'z'.repeat(26)}`
    await server.query(`update command set id = $2 where id = $1`, [ids[0], late])
    const order = [await poll(served), await poll(served), await poll(served)]
    expect(order).toEqual([late, ids[1], ids[2]])
  })

  it('leases each of many commands once to two pollers of one agent', async () => {
    const served = await deploymentWithAgent(server)
    await server.query(
      `insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, queue_position, parameters, status, timeout_seconds, warnings)
       select 'cmd_' || lpad(n::text, 26, '0'), account_id, id, hash, 'restart', 'web', 1, n, '{}', 'QUEUED', 300, '[]'
       from generate_series(1, $2) n, deployment where id = $1`,
      [served.id, QUEUED],
    )
    const got: string[] = []
    const poller = async (instance: string) => {
      const agent = agentOf(served, { instance, pollSeconds: 0 })
      for (;;) {
        const turn = await agent.turn(done)
        if (turn.kind !== 'command') return
        got.push(turn.item.command_id)
        expect(turn.reported).toBe('acknowledged')
      }
    }
    await Promise.all([poller('one'), poller('two')])
    expect([got.length, new Set(got).size]).toEqual([QUEUED, QUEUED])
    const rows = await server.query(
      `select status, attempt, count(*)::int as commands from command where deployment_id = $1 group by 1, 2`,
      [served.id],
    )
    expect(rows).toEqual([{ status: 'SUCCEEDED', attempt: 1, commands: QUEUED }])
  })

  describe('two processes on one database', () => {
    let second: App
    let secondUrl: string
    beforeAll(async () => {
      second = await createApp({
        config: readConfig({
          PORT: '0',
          ROLE: 'api',
          DATABASE_URL: server.databaseUrl,
          DATA_DIR: server.dataDir,
          STRIPE_SECRET_KEY: 'sk_test_sandbox_server',
          STRIPE_WEBHOOK_SECRET: server.webhookSecret,
          STRIPE_API_URL: server.sandbox.url,
        }),
        databaseUrl: server.databaseUrl,
        log: createLogger('silent'),
        verifyToken: null,
        secretsKeys: ['a secrets key of the tests'],
        sandboxClock: null,
        poolSize: 5,
      })
      secondUrl = (await second.listen()).url
    })
    afterAll(() => second.close())

    it('wakes a poll in one process for a command queued in the other', async () => {
      const served = await deploymentWithAgent(server)
      const agent = agentOf(served, { dashboardUrl: secondUrl, pollSeconds: 100 })
      for (let round = 0; round < 5; round++) {
        const turn = agent.turn(done)
        await pause(150)
        const { id } = await enqueue(server, served)
        expect(await turn).toMatchObject({ kind: 'command', reported: 'acknowledged', item: { command_id: id } })
      }
    })

    it('rejects a rotated token in the other process immediately, despite its cache', async () => {
      const served = await deploymentWithAgent(server)
      const there = agentOf(served, { dashboardUrl: secondUrl })
      expect((await there.notifications()).status).toBe(200)
      await server.graphql(
        `mutation ($hash: ID!) { rotateAgentToken(deploymentId: $hash, graceSeconds: 0, key: "r") { denial { code } } }`,
        { hash: served.hash },
        served.owner,
      )
      expect((await there.notifications()).status).toBe(401)
    })

    it('rejects a request in one process as a replay if the other has seen it', async () => {
      const served = await deploymentWithAgent(server)
      const [here, there] = [agentOf(served), agentOf(served, { dashboardUrl: secondUrl })]
      const headers = here.signed('')
      const path = '/api/v1/agent/notifications'
      expect((await here.call('GET', path, null, headers)).status).toBe(200)
      expect(await there.call('GET', path, null, headers)).toMatchObject({
        status: 401,
        body: { code: 'REPLAYED_REQUEST' },
      })
    })
  })
})
