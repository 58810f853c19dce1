import { deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startComposeAgent, startVault } from '#test/support/stub-servers.js'
import { markStaleComposeAgents } from '#services/deployments/compose/watch-compose.js'
import { alertOutages } from '#services/deployments/outages/alert-outages.js'

const TOKEN = 'the-token-of-the-compose-agent'

interface Item {
  readonly via: string
  readonly compose_agent: boolean
  readonly fallback_reason: string | null
  readonly result: Record<string, unknown>
  readonly status: string
  readonly command_id: string
}

/** The same stories, whichever store keeps the tokens. */
describe.each(['database', 'vault'] as const)('Compose path, with tokens in the %s', (store) => {
  let server: TestServer
  let compose: Awaited<ReturnType<typeof startComposeAgent>>
  let vault: Awaited<ReturnType<typeof startVault>>
  let served: DeploymentWithAgent
  beforeAll(async () => {
    compose = await startComposeAgent(TOKEN)
    vault = await startVault('vault-root')
    server = await startTestServer({
      env: {
        ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
        ...(store === 'vault' ? { VAULT_ADDR: vault.url, VAULT_TOKEN: 'vault-root' } : {}),
      },
    })
    served = await deploymentWithAgent(server)
  })
  afterAll(async () => {
    await server.close()
    await compose.close()
    await vault.close()
  })
  beforeEach(() => {
    compose.calls.length = 0
    compose.answer = () => ({ status: 200, body: { ok: true } })
  })

  const call = async (
    method: string,
    path: string,
    options: { token?: string | null; body?: unknown; of?: DeploymentWithAgent } = {},
  ) => {
    const { of = served, token = of.owner, body } = options
    const answer = await server.rest(method, `/api/v1/compose/${of.hash}${path}`, {
      token,
      ...(body === undefined ? {} : { body }),
    })
    return { status: answer.status, ...(answer.body as { item: Item; code?: string; message: string }) }
  }
  const register = (of = served, token = TOKEN, url = compose.url) =>
    call('POST', '/register', { of, body: { url, token } })
  const capabilities = async (of = served) => {
    const { body } = await server.rest('GET', `/api/v1/deployments/${of.hash}/capabilities`, { token: of.owner })
    const { compose_agent: used, fallback_reason: reason } = (
      body as { item: { compose_agent: boolean; fallback_reason: string | null } }
    ).item
    return [used, reason]
  }

  it('uses the pulling agent without a compose agent and names the reason', async () => {
    expect(await capabilities()).toEqual([false, 'missing_registration'])
    const requested = call('GET', '/status?app_code=web')
    const { body } = await served.agent.wait(5)
    expect(body.item).toMatchObject({ type: 'health', parameters: { app_code: 'web', include_metrics: false } })
    await served.agent.report({
      command_id: body.item!.command_id,
      status: 'success',
      result: { type: 'health', app_code: 'web', status: 'ok', container_state: 'running' },
    })
    expect(await requested).toMatchObject({
      status: 200,
      item: {
        via: 'status_panel',
        compose_agent: false,
        fallback_reason: 'missing_registration',
        result: { status: 'ok' },
      },
    })
    expect(compose.calls).toEqual([])
  })

  it('calls the compose agent with its own token and queues nothing', async () => {
    expect(await register()).toMatchObject({ status: 201 })
    expect(await capabilities()).toEqual([true, null])
    compose.answer = (path) => ({ status: 200, body: { requested: path, note: 'password=zz1' } })
    for (const [method, path, seen] of [
      ['GET', '/status', '/api/v1/status'],
      ['GET', '/logs?app_code=web&limit=5', '/api/v1/logs?app_code=web&limit=5'],
      ['GET', '/metrics?app_code=web', '/api/v1/metrics?app_code=web'],
    ] as const)
      expect(await call(method, path)).toMatchObject({
        status: 200,
        item: {
          via: 'compose_agent',
          compose_agent: true,
          fallback_reason: null,
          result: { requested: seen, note: 'password=[REDACTED]' },
        },
      })
    expect(await call('POST', '/restart', { body: { app_code: 'web', force: true } })).toMatchObject({
      status: 200,
      item: { via: 'compose_agent' },
    })
    expect(compose.calls.at(-1)).toEqual({
      method: 'POST',
      path: '/api/v1/restart',
      body: '{"app_code":"web","force":true}',
    })
    const [queued] = await server.query(`select 1 from command where deployment_id = $1 and status = 'QUEUED'`, [
      served.id,
    ])
    expect(queued).toBeUndefined()
  })

  it('stores the token in clear text only in the Vault, not in the log', async () => {
    const rows = await server.query<{ text: string }>(
      `select t::text as text from compose_agent t union all select t::text from stored_secret t`,
    )
    expect(rows.filter(({ text }) => text.includes(TOKEN))).toEqual([])
    expect(rows).toHaveLength(store === 'vault' ? 1 : 2)
    if (store === 'vault')
      expect(vault.secrets.get(`agent/${served.hash}/compose_agent_token`)).toEqual({ token: TOKEN })
    expect(server.logLines.join('\n')).not.toContain(TOKEN)
  })

  it('denies an unknown application and an unauthorized caller before any call', async () => {
    expect(await call('GET', '/logs?app_code=nope')).toMatchObject({ status: 422, code: 'INVALID_PARAMETERS' })
    const stranger = await server.token('stranger@example.com')
    for (const [method, path, body] of [
      ['GET', '/status'],
      ['POST', '/restart', { app_code: 'web' }],
      ['POST', '/register', { url: compose.url, token: TOKEN }],
    ] as const)
      expect([path, (await call(method, path, { token: stranger, body })).status]).toEqual([path, 404])
    expect(
      (
        await call('POST', '/register', {
          token: await server.serviceKey(['commands:write']),
          body: { url: compose.url, token: TOKEN },
        })
      ).status,
    ).toBe(403)
    expect(compose.calls).toEqual([])
  })

  it('falls back to the pulling agent if the compose agent rejects the token', async () => {
    const other = await deploymentWithAgent(server)
    await register(other, 'another-token-than-it-expects')
    const answer = await call('GET', '/status?wait_ms=0', { of: other })
    expect(answer).toMatchObject({
      status: 202,
      item: { via: 'status_panel', fallback_reason: 'token_fetch_failure', status: 'queued' },
    })
    expect(await capabilities(other)).toEqual([false, 'token_fetch_failure'])
    await register(other)
    expect(await capabilities(other)).toEqual([true, null])
    const lost = () => server.query(`delete from stored_secret where path like $1`, [`%${other.hash}%`])
    if (store === 'vault') vault.sealed = true
    else await lost()
    expect(await call('GET', '/status?wait_ms=0', { of: other })).toMatchObject({
      item: { fallback_reason: 'token_fetch_failure' },
    })
    vault.sealed = false
  })

  it('skips a failing compose agent until its next contact and does not repeat a restart without a response', async () => {
    const other = await deploymentWithAgent(server)
    await register(other)
    compose.answer = () => ({ status: 500 })
    expect(await call('POST', '/restart', { of: other, body: { app_code: 'web' } })).toMatchObject({
      status: 503,
      code: 'UNAVAILABLE',
    })
    expect(compose.calls.filter(({ path }) => path === '/api/v1/restart')).toHaveLength(1)
    expect(await server.query(`select 1 from command where deployment_id = $1`, [other.id])).toEqual([])
    compose.calls.length = 0
    expect(await call('GET', '/status?wait_ms=0', { of: other })).toMatchObject({
      item: { fallback_reason: 'unhealthy_heartbeat' },
    })
    expect(compose.calls).toEqual([])
    expect((await call('POST', '/heartbeat', { of: other, token: TOKEN, body: {} })).status).toBe(200)
    compose.answer = () => ({ status: 200 })
    expect(await call('GET', '/status', { of: other })).toMatchObject({ item: { via: 'compose_agent' } })
    expect((await call('POST', '/heartbeat', { of: other, token: 'a-wrong-token-of-somebody' })).status).toBe(401)
    expect((await call('POST', '/heartbeat', { of: other, token: TOKEN, body: { status: 'unhealthy' } })).status).toBe(
      200,
    )
    expect(await capabilities(other)).toEqual([false, 'unhealthy_heartbeat'])
  })

  it('rejects a URL that is not public', async () => {
    for (const url of ['http://10.0.0.1', 'http://169.254.169.254/', 'http://[::1]:1', 'http://0x7f000002/'])
      expect([url, await register(served, TOKEN, url)]).toMatchObject([url, { status: 400, code: 'INVALID_URL' }])
  })

  it("lets the deployment's own agent register it, but no other deployment's", async () => {
    const other = await deploymentWithAgent(server)
    const body = JSON.stringify({ url: compose.url, token: TOKEN })
    const post = async (hash: string) =>
      (
        await fetch(`${server.url}/api/v1/compose/${hash}/register`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...other.agent.headers(body) },
          body,
        })
      ).status
    expect([await post(other.hash), await post(served.hash)]).toEqual([201, 404])
  })

  it('publishes one alert per outage after fifteen minutes of silence, and one on recovery', async () => {
    const other = await deploymentWithAgent(server)
    await register(other)
    const { context } = server.app
    const silentFor = async (minutes: number) => {
      await server.query(
        `update compose_agent set last_heartbeat_at = now() - make_interval(mins => $2) where deployment_id = $1`,
        [other.id, minutes],
      )
      await server.query(
        `update agent_outage set started_at = now() - make_interval(mins => $2) where deployment_id = $1 and ended_at is null`,
        [other.id, minutes],
      )
      for (let look = 0; look < 3; look++) {
        await markStaleComposeAgents(context)
        await alertOutages(context)
      }
    }
    const published = async () =>
      (
        await server.query<{ type: string }>(
          `select e.type from stream_event e where e.subject_id = $1 and e.type like 'agent.%reachable' and e.data ->> 'agentKind' = 'COMPOSE_AGENT' order by e.sequence`,
          [other.id],
        )
      ).map(({ type }) => type)
    await silentFor(14)
    expect(await published()).toEqual([])
    await silentFor(16)
    await silentFor(17)
    expect(await published()).toEqual(['agent.unreachable'])
    await call('POST', '/heartbeat', { of: other, token: TOKEN })
    await alertOutages(context)
    expect(await published()).toEqual(['agent.unreachable', 'agent.reachable'])
    await silentFor(20)
    expect(await published()).toEqual(['agent.unreachable', 'agent.reachable', 'agent.unreachable'])
  })

  it('counts calls, retries and failures in /metrics by upstream and route', async () => {
    const { body } = await server.rest('GET', '/metrics')
    expect(body).toContain('stackgate_upstream_calls_total{upstream="compose_agent",route="status",outcome="ok"}')
    expect(body).toContain('outcome="auth_failure"')
    if (store === 'vault') expect(body).toContain('stackgate_upstream_retries_total{upstream="vault",route="kv get"}')
  })

  it('records registration and restart in the audit log', async () => {
    const entries = await eventually(
      () => server.query<{ action: string }>(`select action from audit_entry where object = $1`, [served.hash]),
      (rows) => rows.some(({ action }) => action === 'agent.command_reported'),
    )
    const actions = entries.map(({ action }) => action)
    expect(actions).toEqual(
      expect.arrayContaining([
        'agent.registered',
        'compose_agent.registered',
        'compose_agent.restart',
        'agent.command_polled',
      ]),
    )
  })

  it('deletes the tokens of a deleted account from every store, retrying while the Vault is down', async () => {
    const other = await deploymentWithAgent(server, { email: 'gone@example.com' })
    await register(other)
    const kept = async () => [
      ...(await server.query<{ path: string }>(`select path from stored_secret`)).map(({ path }) => path),
      ...vault.secrets.keys(),
    ]
    const ofOther = async () => (await kept()).filter((path) => path.includes(other.hash))
    expect((await ofOther()).sort()).toEqual(
      (store === 'vault' ? ['compose_agent_token', 'status_panel_token', 'token'] : ['compose_agent_token']).map(
        (name) => `agent/${other.hash}/${name}`,
      ),
    )
    const { data } = await server.graphql<{ task: { __typename: string } }>(
      `mutation { task: deleteAccount(key: "gone") { denial { code } } }`,
      {},
      other.owner,
    )
    expect(data.task.__typename).toBe('AccountJob')
    vault.sealed = true
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 15 * 86_400_000).toISOString())
    await eventually(
      () =>
        server.query<{ state: string; attempts: number }>(
          `select state, attempts from outbox_event where type = 'account.deleted'`,
        ),
      ([event]) => (store === 'vault' ? event !== undefined && event.attempts > 1 : event?.state === 'RELAYED'),
      30_000,
    )
    expect(await ofOther()).toHaveLength(store === 'vault' ? 3 : 0)
    vault.sealed = false
    await eventually(ofOther, (paths) => paths.length === 0, 60_000)
    // Objects of other deployments still exist.
    expect((await kept()).filter((path) => path.includes(served.hash))).toContain(
      `agent/${served.hash}/compose_agent_token`,
    )
  })
})
