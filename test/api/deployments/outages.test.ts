import { CreateWebhookEndpoint } from '@stackgate/client/documents'
import { markStaleComposeAgents } from '#services/deployments/compose/watch-compose.js'
import { alertOutages } from '#services/deployments/outages/alert-outages.js'
import { beginOutage, endOutage } from '#services/deployments/outages/outage.js'
import { markOffline } from '#services/deployments/presence/set-presence.js'
import { markStaleAgents } from '#services/deployments/presence/watch-presence.js'
import { enqueue, deploymentWithAgent, streamCursor, type DeploymentWithAgent } from '#test/support/deployments.js'
import { operatorList } from '#test/support/operator-list.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startWebhookReceiver } from '#test/support/webhook-receiver.js'
import { execute } from '#test/support/plain-sql.js'
import { ofType } from '#test/support/of-type.js'

describe('Alert for an agent outage', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { ALLOWED_PRIVATE_HOSTS: '127.0.0.1' } })
  })
  afterAll(() => server.close())

  const accountOf = async ({ id }: { readonly id: string }): Promise<string> =>
    (await server.query<{ account_id: string }>(`select account_id from deployment where id = $1`, [id]))[0]!.account_id
  /** Simulates an agent whose last contact was a time ago. */
  const silentFor = (served: DeploymentWithAgent, minutes: number) =>
    server.query(`update agent set last_heartbeat_at = now() - make_interval(mins => $2) where deployment_id = $1`, [
      served.id,
      minutes,
    ])
  const notifier = (served: DeploymentWithAgent) =>
    server.query<{ type: string; kind: string }>(
      `select type, data->>'agentKind' as kind from stream_event
       where type in ('agent.unreachable', 'agent.reachable') and data->>'deploymentHash' = $1 order by id`,
      [served.hash],
    )
  const outbox = (served: DeploymentWithAgent) =>
    server.query<{ type: string }>(
      `select type from outbox_event where type in ('agent.unreachable', 'agent.reachable') and payload->>'deploymentHash' = $1 order by id`,
      [served.hash],
    )
  /** Runs the periodic job, which runs every five seconds, twice. */
  const looks = async () => {
    for (let look = 0; look < 2; look++) {
      await markStaleAgents(server.app.context)
      await alertOutages(server.app.context)
    }
  }

  it('publishes an outage after five minutes of silence as event, outbox entry, metric and log line, and its end once', async () => {
    const served = await deploymentWithAgent(server)
    const quiet = await deploymentWithAgent(server)
    const stream = await recordStream<{ data: { presence: string } }>(
      server.url,
      served.owner,
      `subscription ($hash: ID!, $after: String) { agentPresence(deploymentId: $hash, after: $after) { ... on Event { data } } }`,
      { hash: served.hash, after: await streamCursor(server, served) },
    )
    for (const each of [served, quiet]) await each.agent.wait(0)
    await silentFor(served, 6)
    await silentFor(quiet, 3)
    await looks()
    expect(await notifier(served)).toEqual([{ type: 'agent.unreachable', kind: 'STATUS_PANEL' }])
    expect(await outbox(served)).toEqual([{ type: 'agent.unreachable' }])
    expect(await notifier(quiet)).toEqual([])
    const metrics = (await server.rest('GET', '/metrics')).body as string
    expect(metrics).toContain('stackgate_agent_outages{kind="STATUS_PANEL"} 1')
    expect(server.logLines.filter((line) => line.includes('has been unreachable since'))).toHaveLength(1)
    await served.agent.wait(0)
    await looks()
    expect((await notifier(served))[1]).toEqual({ type: 'agent.reachable', kind: 'STATUS_PANEL' })
    const seen = await stream.until((events) => events.length === 3)
    expect(seen.map(({ data }) => data.presence)).toEqual(['ONLINE', 'OFFLINE', 'ONLINE'])
    await stream.stop()
  })

  it('publishes one alert per outage, with any number of subscribers and processes', async () => {
    const served = await deploymentWithAgent(server)
    const start = await streamCursor(server, served)
    const stream = () =>
      recordStream<{ data: { presence: string } }>(
        server.url,
        served.owner,
        `subscription ($hash: ID!, $after: String) { agentPresence(deploymentId: $hash, after: $after) { ... on Event { data } } }`,
        { hash: served.hash, after: start },
      )
    const streams = await Promise.all(Array.from({ length: 6 }, stream))
    await served.agent.wait(0)
    await enqueue(server, served)
    await served.agent.wait(1)
    await silentFor(served, 10)
    // Its lease ends: every subscriber reads that the agent is free, and finds that it is gone.
    await server.query(`update command set lease_until = now() - interval '1 second' where deployment_id = $1`, [
      served.id,
    ])
    await Promise.all(streams.map((each) => each.until((events) => events.at(-1)?.data.presence === 'OFFLINE', 20_000)))
    const [agent] = await server.query<{ accountId: string; deploymentId: string }>(
      `select account_id as "accountId", deployment_id as "deploymentId" from agent where deployment_id = $1`,
      [served.id],
    )
    const count = async (sql: string) => (await server.query(sql, [served.id])).length
    const gone = `select 1 from stream_event where stream_id = $1 and type = 'agent.offline'`
    const outages = `select 1 from agent_outage where deployment_id = $1`
    expect([await count(gone), await count(outages)]).toEqual([1, 1])
    // Once more, and all at the very same moment, as in many processes.
    await served.agent.wait(0)
    await silentFor(served, 10)
    const { context } = server.app
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? markStaleAgents(context) : markOffline(context, agent!))),
    )
    expect([await count(gone), await count(outages)]).toEqual([2, 2])
    await Promise.all(Array.from({ length: 10 }, () => alertOutages(context)))
    const alerts = (await notifier(served)).filter(({ type }) => type === 'agent.unreachable')
    expect(alerts.length).toBeLessThanOrEqual(2)
    expect(alerts).toHaveLength(await count(`${outages} and alerted_at is not null`))
    expect(await outbox(served)).toHaveLength((await notifier(served)).length)
    for (const each of streams) await each.stop()
  })

  it('keeps a compose agent online that sends a heartbeat during the check', async () => {
    const served = await deploymentWithAgent(server)
    const { database } = server.app.context
    await server.rest('POST', `/api/v1/compose/${served.hash}/register`, {
      token: served.owner,
      body: { url: 'http://127.0.0.1:9', token: 'the-token-of-the-compose-agent' },
    })
    await server.query(
      `update compose_agent set last_heartbeat_at = now() - interval '20 minutes' where deployment_id = $1`,
      [served.id],
    )
    // Its heartbeat is received, but not yet committed, while the outage check runs.
    let looked: Promise<number> | undefined
    await database.transaction(async (transaction) => {
      await execute(transaction, `update compose_agent set last_heartbeat_at = now() where deployment_id = $1`, [
        served.id,
      ])
      looked = markStaleComposeAgents(server.app.context)
      await new Promise((resolve) => setTimeout(resolve, 300))
    })
    await looked
    expect(await server.query(`select 1 from agent_outage where deployment_id = $1`, [served.id])).toEqual([])
  })

  it('ends the outage of a compose agent that registers again', async () => {
    const served = await deploymentWithAgent(server)
    const register = () =>
      server.rest('POST', `/api/v1/compose/${served.hash}/register`, {
        token: served.owner,
        body: { url: 'http://127.0.0.1:9', token: 'the-token-of-the-compose-agent' },
      })
    await register()
    await server.query(
      `update compose_agent set last_heartbeat_at = now() - interval '16 minutes' where deployment_id = $1`,
      [served.id],
    )
    await markStaleComposeAgents(server.app.context)
    await looks()
    expect((await register()).status).toBe(201)
    await looks()
    expect((await notifier(served)).map(({ type }) => type)).toEqual(['agent.unreachable', 'agent.reachable'])
  })

  it('alerts a compose agent after fifteen minutes, independently of the other kind', async () => {
    const served = await deploymentWithAgent(server)
    const { database } = server.app.context
    const [row] = await server.query<{ account_id: string }>(`select account_id from deployment where id = $1`, [
      served.id,
    ])
    const begin = (minutes: number) =>
      database.transaction((transaction) =>
        beginOutage(transaction, {
          deploymentId: served.id,
          accountId: row!.account_id,
          kind: 'COMPOSE_AGENT',
          since: new Date(Date.now() - minutes * 60_000),
        }),
      )
    await begin(14)
    await begin(20) // an outage that is known is not begun again
    await looks()
    expect(await notifier(served)).toEqual([])
    await server.query(`update agent_outage set started_at = now() - interval '901 seconds' where deployment_id = $1`, [
      served.id,
    ])
    await looks()
    const ended = { deploymentId: served.id, accountId: await accountOf(served) }
    await database.transaction((transaction) => endOutage(transaction, ended, 'COMPOSE_AGENT'))
    await looks()
    expect((await notifier(served)).map(({ kind }) => kind)).toEqual(['COMPOSE_AGENT', 'COMPOSE_AGENT'])
  })

  it('reports no outage while a command runs, however long the silence', async () => {
    const served = await deploymentWithAgent(server)
    await enqueue(server, served)
    await served.agent.wait(0)
    await silentFor(served, 60)
    await looks()
    expect(await notifier(served)).toEqual([])
    const { body } = await server.rest('GET', `/api/v1/deployments/${served.hash}/capabilities`, {
      token: served.owner,
    })
    expect((body as { item: { status: string } }).item.status).toBe('online')
  })

  it('sends one signed webhook to the account and one to the operator per compose outage, and per recovery', async () => {
    const receiver = await startWebhookReceiver()
    try {
      const served = await deploymentWithAgent(server)
      const stranger = await deploymentWithAgent(server)
      const operator = await server.token('watch@example.com', { roles: ['admin'] })
      const listen = async (token: string, path: string, allAccounts: boolean) => {
        const { data, errors } = await server.graphql(
          CreateWebhookEndpoint,
          {
            input: { url: `${receiver.url}${path}`, types: ['agent.unreachable', 'agent.reachable'], allAccounts },
            key: 'e',
          },
          token,
        )
        expect(errors).toBeUndefined()
        return ofType(data.createWebhookEndpoint, 'WebhookEndpointPayload').secret
      }
      const secrets = {
        '/theirs': await listen(served.owner, '/theirs', false),
        '/stranger': await listen(stranger.owner, '/stranger', false),
        '/operator': await listen(operator, '/operator', true),
      }
      const token = 'the-token-of-the-compose-agent'
      await server.rest('POST', `/api/v1/compose/${served.hash}/register`, {
        token: served.owner,
        body: { url: 'http://127.0.0.1:9', token },
      })
      await server.query(
        `update compose_agent set last_heartbeat_at = now() - interval '16 minutes' where deployment_id = $1`,
        [served.id],
      )
      const { context } = server.app
      for (let look = 0; look < 3; look++) {
        await markStaleComposeAgents(context)
        await alertOutages(context)
      }
      const heard = (path: keyof typeof secrets) => receiver.verified(secrets[path], path)
      await eventually(
        () => [heard('/theirs'), heard('/operator')],
        (both) => both.every((list) => list.length === 1),
        15_000,
      )
      expect(heard('/theirs')).toMatchObject([
        {
          type: 'agent.unreachable',
          data: { deploymentHash: served.hash, agentKind: 'COMPOSE_AGENT', beganAt: expect.any(String), endedAt: null },
        },
      ])
      await server.rest('POST', `/api/v1/compose/${served.hash}/heartbeat`, { token, body: { status: 'healthy' } })
      await looks()
      await eventually(
        () => [heard('/theirs'), heard('/operator')],
        (both) => both.every((list) => list.length === 2),
        15_000,
      )
      expect(heard('/operator').map(({ type }) => type)).toEqual(['agent.unreachable', 'agent.reachable'])
      expect(heard('/stranger')).toEqual([])
    } finally {
      await receiver.close()
    }
  })

  it('lists open and ended outages for operators', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const lasting = await deploymentWithAgent(server, { email: 'lasting@example.com' })
    const over = await deploymentWithAgent(server, { email: 'over@example.com' })
    const since = new Date(Date.now() - 600_000)
    for (const [{ id }, kind] of [
      [lasting, 'STATUS_PANEL'],
      [lasting, 'COMPOSE_AGENT'],
      [over, 'STATUS_PANEL'],
    ] as const) {
      const accountId = await accountOf({ id })
      await server.app.context.database.transaction((transaction) =>
        beginOutage(transaction, { deploymentId: id, accountId, kind, since }),
      )
    }
    const past = { deploymentId: over.id, accountId: await accountOf(over) }
    await server.app.context.database.transaction((transaction) => endOutage(transaction, past, 'STATUS_PANEL'))
    const list = operatorList<{ id: string; kind: string; deployment: { hash: string } }>(
      server,
      operator,
      'outages',
      'id kind startedAt endedAt deployment { hash } account { name }',
    )
    const ofLasting = 'account: "person:lasting@example.com"'
    const kinds = async (args: string) => (await list.all(args)).map(({ kind }) => kind)
    expect(await kinds(`filter: { ${ofLasting} }`)).toEqual(['COMPOSE_AGENT', 'STATUS_PANEL'])
    expect(await kinds(`filter: { ${ofLasting} }, reverse: true`)).toEqual(['STATUS_PANEL', 'COMPOSE_AGENT'])
    expect(await kinds(`filter: { ${ofLasting}, kinds: [COMPOSE_AGENT], open: true }`)).toEqual(['COMPOSE_AGENT'])
    expect(await kinds(`filter: { ${ofLasting}, open: false }`)).toEqual([])
    const ended = await list.page('filter: { account: "person:over@example.com", open: false }')
    expect(ended).toMatchObject({ totalCount: 1, nodes: [{ deployment: { hash: over.hash } }] })
    const node = `query ($id: ID!) { node(id: $id) { __typename id } }`
    const id = ended.nodes[0]!.id
    expect((await server.graphql(node, { id }, operator)).data).toEqual({ node: { __typename: 'Outage', id } })
    expect((await server.graphql(node, { id }, over.owner)).data).toEqual({ node: null })
  })
})
