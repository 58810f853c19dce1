import { Deployment } from '@stackgate/client/documents'
import {
  enqueue,
  newDeployment,
  rowCounts,
  deploymentWithAgent,
  type DeploymentWithAgent,
} from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface RestCommand {
  readonly id: string
  readonly status: string
  readonly type: string
  readonly parameters: Record<string, unknown>
  readonly result: Record<string, unknown> | null
  readonly updated_at: string
}

interface Body {
  readonly item: Record<string, never> & RestCommand
  readonly list: readonly RestCommand[]
  readonly meta: { readonly next_after: number; readonly has_more: boolean }
  readonly code: string
  readonly field?: string
}

describe('REST routes of dashboards and integrations', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  let stranger: string
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text) } })
    served = await deploymentWithAgent(server, { capabilities: ['docker', 'logs'] })
    stranger = await server.token('stranger@example.com')
  })
  afterAll(() => server.close())

  const rest = async (
    method: string,
    path: string,
    options: { token?: string | null; body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const { token = served.owner, ...rest_ } = options
    const answer = await server.rest(method, path, { token, ...rest_ })
    return { status: answer.status, headers: answer.headers, body: answer.body as Body }
  }
  /** Runs the next command of the queue and reports. */
  const work = async (of: DeploymentWithAgent, result: object, status = 'success') => {
    const { body } = await of.agent.wait(5)
    await of.agent.report({ command_id: body.item!.command_id, status, result })
    return body.item!
  }

  it('enqueues a health command, waits, and returns the report', async () => {
    const path = `/api/health/deployment/${served.hash}/app/web`
    const requested = rest('GET', path)
    await work(served, {
      type: 'health',
      app_code: 'web',
      status: 'ok',
      container_state: 'running',
      last_heartbeat_at: '2026-01-15T10:00:00Z',
      metrics: { cpu_pct: 0.12, mem_usage_mb: 256 },
    })
    const { status, body } = await requested
    expect([status, body]).toMatchObject([
      200,
      {
        app_code: 'web',
        status: 'ok',
        container_state: 'running',
        last_heartbeat_at: '2026-01-15T10:00:00Z',
        metrics: { cpu_pct: 0.12, mem_mb: 256 },
        errors: [],
      },
    ])
    expect((await rest('GET', path, { token: stranger })).status).toBe(404)
    expect((await rest('GET', `/api/health/deployment/${served.hash}/app/nope`)).status).toBe(404)
  })

  it('returns `unknown` after ten seconds if the agent does not poll; repeated calls queue nothing', async () => {
    const silent = await deploymentWithAgent(server)
    const path = `/api/health/deployment/${silent.hash}/app/web`
    const begin = performance.now()
    const answers = await Promise.all(
      [1, 2, 3].map(async () => {
        await new Promise((wake) => setTimeout(wake, 30 * Math.random()))
        return rest('GET', path, { token: silent.owner })
      }),
    )
    const took = performance.now() - begin
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [200, expect.objectContaining({ status: 'unknown', container_state: 'unknown' })]),
    )
    expect(took).toBeGreaterThan(9_500)
    const again = rest('GET', path, { token: silent.owner })
    await eventually(
      async () => statements.length,
      (count) => count > 0,
    )
    const [{ count }] = (await server.query<{ count: number }>(
      `select count(*)::int as count from command where deployment_id = $1`,
      [silent.id],
    )) as [{ count: number }]
    expect(count).toBeLessThanOrEqual(3)
    await work(silent, { type: 'health', app_code: 'web', status: 'unhealthy', container_state: 'exited' })
    const rest_ = await again
    expect(['unhealthy', 'unknown']).toContain(
      rest_.body.item === undefined ? (rest_.body as unknown as { status: string }).status : '',
    )
  })

  it.each([
    ['POST', '/containers/web/start', undefined, 'start', { status: 'ok', container_state: 'running' }],
    ['POST', '/containers/stop', { app_code: 'web', timeout: 5 }, 'stop', { status: 'ok', container_state: 'exited' }],
    ['POST', '/containers/web/restart', { force: true }, 'restart', { status: 'ok', container_state: 'running' }],
    [
      'GET',
      '/containers/web/logs?limit=2',
      undefined,
      'logs',
      { lines: [{ ts: 't', stream: 'stdout', message: 'm', redacted: false }], cursor: 'next', truncated: true },
    ],
    [
      'GET',
      '/containers/logs?app_code=web&cursor=next',
      undefined,
      'logs',
      { lines: [], cursor: null, truncated: false },
    ],
  ] as const)(
    'legacy %s %s enqueues, waits for the report and returns it',
    async (method, path, body, type, result) => {
      const requested = rest(method, `/api/v1/deployments/${served.hash}${path}`, body ? { body } : {})
      expect(await work(served, { type, app_code: 'web', ...result })).toMatchObject({
        type,
        parameters: { app_code: 'web' },
      })
      const answer = await requested
      expect([answer.status, answer.body.item]).toMatchObject([200, { status: 'succeeded', type, result }])
    },
  )

  it('returns 202 with the command if no report arrives in time; denies unknown apps and unauthorized callers', async () => {
    const silent = await deploymentWithAgent(server)
    const base = `/api/v1/deployments/${silent.hash}/containers`
    const late = await rest('POST', `${base}/web/start`, { token: silent.owner, body: { wait_ms: 50 } })
    expect([late.status, late.body.item.status]).toEqual([202, 'queued'])
    expect((await rest('POST', `${base}/nope/start`, { token: silent.owner })).body).toMatchObject({
      code: 'INVALID_PARAMETERS',
    })
    expect((await rest('POST', `${base}/web/start`, { token: stranger })).status).toBe(404)
  })

  it('limits restarts by the plan per deployment, app and type, with the time to wait', async () => {
    const limited = await deploymentWithAgent(server)
    const restart = (key?: string) =>
      rest('POST', '/api/v1/commands', {
        token: limited.owner,
        body: {
          deployment_hash: limited.hash,
          command_type: 'restart',
          parameters: { app_code: 'web' },
          ...(key ? { idempotency_key: key } : {}),
        },
      })
    const first = await restart('kept')
    for (let count = 1; count < 5; count++) expect((await restart()).status).toBe(202)
    const refused = await restart()
    expect([refused.status, refused.body]).toMatchObject([
      429,
      { code: 'RATE_LIMITED', retry_after_ms: expect.any(Number) },
    ])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // A repeated accepted request gets the same response at any rate. Other types and deployments have separate rates.
    expect((await restart('kept')).body.item.id).toBe(first.body.item.id)
    expect(await enqueue(server, limited, { command: { logs: { appCode: 'web' } } })).toMatchObject({
      __typename: 'Command',
    })
    expect(await enqueue(server, limited, { command: { restart: { appCode: 'web' } } })).toMatchObject({
      __typename: 'Denial',
      code: 'RATE_LIMITED',
    })
    const [{ count }] = (await server.query<{ count: number }>(
      `select count(*)::int as count from command where deployment_id = $1 and type = 'restart'`,
      [limited.id],
    )) as [{ count: number }]
    expect(count).toBe(5)
  })

  it('lists commands newest first, with results on request; since and wait_ms return changes', async () => {
    const own = await deploymentWithAgent(server)
    const path = `/api/v1/commands/${own.hash}`
    const token = own.owner
    const { id } = await enqueue(server, own)
    await work(own, { type: 'start', status: 'ok', container_state: 'running' })
    expect((await rest('GET', path, { token })).body.list).toMatchObject([{ id, status: 'succeeded', result: null }])
    const [before] = (await rest('GET', `${path}?include_results=true`, { token })).body.list
    expect(before!.result).toMatchObject({ status: 'ok' })
    const since = `${path}?since=${encodeURIComponent(before!.updated_at)}`
    expect((await rest('GET', since, { token })).body.list).toEqual([])
    const waiting = rest('GET', `${since}&wait_ms=5000`, { token })
    const later = await enqueue(server, own)
    const ids = (await waiting).body.list.map((command) => command.id)
    expect(ids).toEqual([later.id])
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=501', 'limit'],
      ['wait_ms=30001', 'wait_ms'],
      ['since=yesterday', 'since'],
      ['include_results=maybe', 'include_results'],
    ])
      expect([query, await rest('GET', `${path}?${query}`, { token })]).toMatchObject([
        query,
        { status: 400, body: { field } },
      ])
  })

  it('returns and cancels one command: problem 12', async () => {
    const { id } = await enqueue(server, served)
    const path = `/api/v1/commands/${served.hash}/${id}`
    expect((await rest('GET', path)).body.item).toMatchObject({ id, status: 'queued', priority: 'normal' })
    const other = await newDeployment(server)
    for (const [method, url, token] of [
      ['GET', path, stranger],
      ['POST', `${path}/cancel`, stranger],
      ['GET', `/api/v1/commands/${other.hash}/${id}`, other.owner],
    ] as const)
      expect([url, (await rest(method, url, { token })).status]).toEqual([url, 404])
    expect((await rest('POST', `${path}/cancel`)).body.item).toMatchObject({ id, status: 'cancelled' })
    expect((await served.agent.wait(0)).body.item).toBeNull()
  })

  it("problem 1: denies enqueueing for another account, even for another deployment's agent", async () => {
    const before = await rowCounts(server)
    const body = { deployment_hash: served.hash, command_type: 'exec', parameters: { app_code: 'web', command: 'id' } }
    expect((await rest('POST', '/api/v1/commands', { token: stranger, body })).status).toBe(404)
    const other = await deploymentWithAgent(server)
    const raw = JSON.stringify(body)
    const byAgent = await rest('POST', '/api/v1/commands', { token: null, body, headers: other.agent.headers(raw) })
    expect(byAgent.status).toBe(401)
    expect((await rowCounts(server))['command']).toBe(before['command'])
  })

  it('restricts the snapshot to members and the own agent, without secrets: problem 9', async () => {
    await enqueue(server, served, {
      command: {
        deployApp: {
          appCode: 'web',
          envVars: { KEY: 'zz-secret-zz' },
          registryAuth: { registry: 'r', username: 'u', password: 'zz-secret-zz' },
        },
      },
    })
    const listing = {
      type: 'list_containers',
      containers: [{ name: 'shop-web-1', status: 'running', image: 'nginx', app_code: 'web' }],
    }
    await enqueue(server, served, { command: { listContainers: {} }, priority: 'CRITICAL' })
    await work(served, listing)
    for (const path of [
      `/api/v1/agent/deployments/${served.hash}`,
      `/api/v1/deployments/${served.hash}/state`,
      `/api/v1/agent/deployments/${served.hash}/events`,
    ]) {
      expect([path, (await rest('GET', path, { token: stranger })).status]).toEqual([path, 404])
      const mine = await rest('GET', path)
      expect([path, mine.status, JSON.stringify(mine.body).includes('zz-secret-zz')]).toEqual([path, 200, false])
      const agents = await rest('GET', path, { token: null, headers: served.agent.headers('') })
      expect([path, agents.status]).toEqual([path, 200])
      const other = await deploymentWithAgent(server)
      expect([path, (await rest('GET', path, { token: null, headers: other.agent.headers('') })).status]).toEqual([
        path,
        404,
      ])
    }
    const { body } = await rest('GET', `/api/v1/agent/deployments/${served.hash}?command_limit=1`)
    expect(body.item).toMatchObject({
      agent: { id: served.agent.identity.id, deployment_hash: served.hash, capabilities: ['docker', 'logs'] },
      containers: [{ app: 'web', state: 'running', image: 'nginx', name: 'shop-web-1' }],
      apps: [{ code: 'web', name: 'web', container_name: null }],
    })
    expect((body.item as unknown as { commands: unknown[] }).commands).toHaveLength(1)
    const state = (await rest('GET', `/api/v1/deployments/${served.hash}/state`)).body.item
    expect(state).toMatchObject({
      schemaVersion: 'stackgate.v1',
      drift: false,
      runtime: { containers: [{ name: 'shop-web-1' }] },
    })
  })

  it('lists events in one gap-free sequence, page by page: problem 13', async () => {
    const path = `/api/v1/deployments/${served.hash}/events`
    const seen: { sequence: number; kind: string; commandId?: string }[] = []
    for (let after = 0, more = true; more;) {
      const { body } = await rest('GET', `${path}?after=${after}&limit=7`)
      seen.push(...(body.item as unknown as { events: typeof seen }).events)
      after = body.meta.next_after
      more = body.meta.has_more
    }
    expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, index) => index + 1))
    expect(seen.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'deployment.started',
        'agent.registered',
        'command.queued',
        'command.leased',
        'command.succeeded',
      ]),
    )
  })

  it('returns deployments by list, ID, hash and project, and 404 for others', async () => {
    const [row] = await server.query<{ template: string }>(
      `select template_id as template from deployment where id = $1`,
      [served.id],
    )
    const item = {
      id: served.id,
      deployment_hash: served.hash,
      project_id: served.id,
      template_id: row!.template,
      status: 'active',
    }
    expect((await rest('GET', '/api/v1/deployments')).body.list).toMatchObject([item])
    for (const [query, list] of [
      [`project_id=${served.id}`, [item]],
      [`template_id=${row!.template}`, [item]],
      ['project_id=other', []],
      ['template_id=other', []],
    ] as const)
      expect((await rest('GET', `/api/v1/deployments?${query}`)).body.list).toMatchObject(list)
    for (const path of [`/${served.id}`, `/hash/${served.hash}`, `/project/${served.id}`]) {
      expect((await rest('GET', `/api/v1/deployments${path}`)).body.item).toMatchObject(item)
      expect([path, (await rest('GET', `/api/v1/deployments${path}`, { token: stranger })).status]).toEqual([path, 404])
    }
  })

  it('returns capabilities to the agent itself, but not those of another', async () => {
    const path = (hash: string) => `/api/v1/deployments/${hash}/capabilities`
    const own = await rest('GET', path(served.hash), { token: null, headers: served.agent.headers('') })
    expect([own.status, own.body.item]).toMatchObject([
      200,
      { agent_id: served.agent.identity.id, compose_agent: false, fallback_reason: 'missing_registration' },
    ])
    const other = await newDeployment(server)
    expect((await rest('GET', path(other.hash), { token: null, headers: served.agent.headers('') })).status).toBe(404)
    expect(
      (
        await rest('GET', path(served.hash), {
          token: null,
          headers: served.agent.headers('', { 'X-Agent-Signature': 'x' }),
        })
      ).status,
    ).toBe(401)
  })

  it('updates the app list after deploy_app and remove_app', async () => {
    const own = await deploymentWithAgent(server)
    const apps = async () =>
      (await server.graphql(Deployment, { id: own.hash }, own.owner)).data.deployment!.apps.map(({ code }) => code)
    await enqueue(server, own, { command: { deployApp: { appCode: 'cache' } } })
    expect(await apps()).toEqual(['web'])
    await work(own, { type: 'deploy_app', app_code: 'cache', status: 'deployed' })
    expect(await apps()).toEqual(['web', 'cache'])
    await enqueue(server, own, { command: { removeApp: { appCode: 'web' } } })
    // [D20] Errors beside a success are warnings, and the application is gone all the same.
    const { body } = await own.agent.wait(5)
    await own.agent.report({
      command_id: body.item!.command_id,
      status: 'success',
      result: { type: 'remove_app', status: 'removed' },
      errors: [{ code: 'volume', message: 'still there' }],
    })
    expect(await apps()).toEqual(['cache'])
    expect(await enqueue(server, own, { command: { start: { appCode: 'web' } } })).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['command', 'appCode'] }],
    })
  })

  it("allows additional types by the operator's list, and denies them without it over REST and GraphQL", async () => {
    expect(
      (await rest('POST', '/api/v1/commands', { body: { deployment_hash: served.hash, command_type: 'uname -sr' } }))
        .body,
    ).toMatchObject({ code: 'UNKNOWN_COMMAND' })
    expect(await enqueue(server, served, { command: { other: { type: 'exec', parameters: {} } } })).toMatchObject({
      code: 'INVALID_PARAMETERS',
    })
  })

  it('reads many commands with as few statements as one', async () => {
    const own = await deploymentWithAgent(server)
    const ids: string[] = []
    for (let count = 0; count < 12; count++) ids.push((await enqueue(server, own)).id)
    const count = async (some: string[]) => {
      const counts: number[] = []
      for (let attempt = 0; attempt < 4; attempt++) {
        statements.length = 0
        await server.graphql(
          `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { id status } } }`,
          { ids: some },
          own.owner,
        )
        counts.push(statements.filter((text) => /from "command" where "id" = any|from "?account/.test(text)).length)
      }
      return Math.min(...counts)
    }
    expect(await count(ids)).toBe(await count(ids.slice(0, 1)))
    statements.length = 0
    await server.graphql(
      `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { id } } }`,
      { ids },
      own.owner,
    )
    expect(statements.filter((text) => text.includes('from "command" where "id" = any'))).toHaveLength(1)
  })
})
