import { enqueue, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Shape {
  readonly name: string
  readonly fields: {
    readonly name: string
    readonly type: { readonly kind: string; readonly name: string | null; readonly ofType: unknown }
  }[]
}

const AT = '2026-01-15T10:00:00Z'
/** Command of each kind, an agent's report, and the client's view of it. */
const STORIES: [command: object, result: object, view: object][] = [
  [
    { health: { appCode: 'web' } },
    {
      type: 'health',
      app_code: 'web',
      status: 'unhealthy',
      container_state: 'exited',
      last_heartbeat_at: AT,
      metrics: { mem_usage_mb: 64 },
    },
    {
      __typename: 'HealthResult',
      scope: 'APP',
      healthStatus: 'UNHEALTHY',
      containerStatus: 'EXITED',
      lastHeartbeatAt: '2026-01-15T10:00:00.000Z',
      metrics: { memMb: 64 },
    },
  ],
  [
    { logs: { appCode: 'web' } },
    { app_code: 'web', lines: [{ ts: AT, stream: 'console', message: 'm' }], truncated: true },
    { __typename: 'LogsResult', truncated: true, lines: [{ stream: 'console', message: 'm', redacted: false }] },
  ],
  [
    { start: { appCode: 'web' } },
    { status: 'ok', container_state: 'running' },
    { __typename: 'AppActionResult', outcome: 'OK', containerStatus: 'RUNNING' },
  ],
  [
    { listContainers: {} },
    { containers: [{ name: 'web-1', mem_limit_bytes: 2 ** 40 }] },
    { __typename: 'ListContainersResult', containers: [{ name: 'web-1', memLimitBytes: 2 ** 40 }] },
  ],
  [
    { configDiff: {} },
    { has_drift: true, summary: { drifted: 1 }, configs: [{ status: 'missing' }] },
    { __typename: 'ConfigDiffResult', hasDrift: true, drifted: 1, configs: [{ driftStatus: 'MISSING' }] },
  ],
  [
    { serverResources: {} },
    { memory_total_bytes: 2 ** 70, cpu_usage_pct: 3.5, collected_at: 'soon' },
    { __typename: 'ServerResourcesResult', memoryTotalBytes: null, cpuUsagePercent: 3.5, at: expect.any(String) },
  ],
  [
    { other: { type: 'uname -sr', parameters: {} } },
    { stdout: 'Linux', stderr: '', exit_code: 0 },
    { __typename: 'ExecResult', stdout: 'Linux', exitCode: 0 },
  ],
  [
    { other: { type: 'backup', parameters: {} } },
    { archive: '/tmp/a' },
    { __typename: 'UntypedResult', value: { archive: '/tmp/a' } },
  ],
]

describe('Command.typedResult', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  /** Every field of each member of the union, with all fields below it. */
  let fields: Record<string, string> = {}
  /** Types of each field name, over all members. */
  const types = new Map<string, Set<string>>()
  beforeAll(async () => {
    server = await startTestServer({ env: { ALLOWED_COMMANDS: 'uname,backup' } })
    served = await deploymentWithAgent(server)
    fields = await selections()
  })
  afterAll(() => server.close())

  async function selections(): Promise<Record<string, string>> {
    const { data } = await server.graphql<{
      __schema: { types: Shape[] }
      __type: { possibleTypes: { name: string }[] }
    }>(
      `{ __schema { types { name fields { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
         __type(name: "CommandReport") { possibleTypes { name } } }`,
    )
    const shapes = new Map(data.__schema.types.map((type) => [type.name, type]))
    const named = (type: { name: string | null; ofType: unknown }): string =>
      type.name ?? named(type.ofType as { name: string | null; ofType: unknown })
    const fieldsOf = (name: string): string =>
      shapes
        .get(name)!
        .fields.map(({ name: field, type }) => {
          const inner = named(type)
          return shapes.get(inner)?.fields ? `${field} { ${fieldsOf(inner)} }` : field
        })
        .join(' ')
    for (const { name } of data.__type.possibleTypes)
      for (const { name: field, type } of shapes.get(name)!.fields)
        types.set(field, (types.get(field) ?? new Set()).add(JSON.stringify(type)))
    return Object.fromEntries(data.__type.possibleTypes.map(({ name }) => [name, fieldsOf(name)]))
  }
  const report = async (command: object, result: unknown, status = 'success') => {
    const { id } = await enqueue(server, served, { command })
    await served.agent.wait(5)
    expect((await served.agent.report({ command_id: id, status, result })).status).toBe(200)
    return id
  }
  const ask = async (id: string, selected: string) => {
    const { data, errors } = await server.graphql<{ command: { typedResult: Record<string, unknown> | null } }>(
      `query ($id: ID!) { command(id: $id) { typedResult { __typename ${selected} } } }`,
      { id },
      served.owner,
    )
    expect(errors).toBeUndefined()
    return data.command.typedResult
  }
  const read = async (id: string) => {
    const name = (await ask(id, ''))?.['__typename'] as string | undefined
    return name === undefined ? null : ask(id, `... on ${name} { ${fields[name]} }`)
  }

  it.each(STORIES)('%j', async (command, result, view) => {
    expect(await read(await report(command, result))).toMatchObject(view)
  })

  it.each<[string, command: object, result: object, view: object]>([
    [
      'how two configurations differ',
      { configDiff: { includeDiff: true } },
      {
        type: 'config_diff',
        deployment_hash: 'h',
        has_drift: true,
        configs: [{ app_code: 'web', status: 'drifted', diff: { vault_lines: 2, deployed_lines: 3 } }],
      },
      { more: null, configs: [{ diff: { vault_lines: 2, deployed_lines: 3 }, more: null }] },
    ],
    [
      'the route that was deleted',
      { configureProxy: { appCode: 'web', action: 'DELETE', domainNames: ['a.example'], forwardPort: 80 } },
      { status: 'success', action: 'delete', deleted_proxy_host_id: 7, deleted_at: AT },
      { deletedProxyHostId: 7, deletedAt: '2026-01-15T10:00:00.000Z', more: null },
    ],
    [
      'why a route was skipped',
      { configureProxy: { appCode: 'web', domainNames: ['a.example'], forwardPort: 80 } },
      { status: 'skipped', reason: 'not_proxy_owner', managed: false },
      { outcome: 'SKIPPED', reason: 'not_proxy_owner', managed: false, more: null },
    ],
    [
      'members that nobody knows, and what is of another kind than its member',
      { start: { appCode: 'web' } },
      { status: 'ok', container_state: 'running', app_code: 7, took_ms: 12 },
      { outcome: 'OK', appCode: null, more: { took_ms: 12, app_code: 7 } },
    ],
  ])('loses nothing: %s', async (_what, command, result, view) => {
    expect(await read(await report(command, result))).toMatchObject(view)
  })

  it('returns warnings and the executor of an installation as fields of the command', async () => {
    const { id } = await enqueue(server, served, { command: { deployApp: { appCode: 'web' } } })
    await served.agent.wait(5)
    const warning = { code: 'image_pull_failed', message: 'the local image was used' }
    const result = { status: 'deployed', warnings: [warning] }
    await served.agent.report({ command_id: id, status: 'success', result, executed_by: 'compose_agent' })
    const { data } = await server.graphql<{ command: unknown }>(
      `query ($id: ID!) { command(id: $id) { status executor warnings { code message } } }`,
      { id },
      served.owner,
    )
    expect(data.command).toEqual({ status: 'SUCCEEDED', executor: 'compose_agent', warnings: [warning] })
  })

  it('can be read by one query that selects every field of every type without aliases', async () => {
    const id = await report({ restart: { appCode: 'web' } }, { status: 'ok', container_state: 'running' })
    const fragments = Object.entries(fields).map(([name, selected]) => `... on ${name} { ${selected} }`)
    const outcome = 'appCode at outcome errors { code message details }'
    expect(await ask(id, `${outcome} ${fragments.join(' ')}`)).toMatchObject({
      outcome: 'OK',
      containerStatus: 'RUNNING',
    })
    expect(fragments.length).toBeGreaterThan(12)
    expect([...types].filter(([, of]) => of.size > 1)).toEqual([])
  })

  it('is null without a result object or report; both stay readable unchanged', async () => {
    for (const result of ['text', [1], 7, null]) {
      const id = await report({ start: { appCode: 'web' } }, result)
      expect(await read(id)).toBeNull()
    }
  })

  it('is also set for a failure, with the fields that the agent sent', async () => {
    const id = await report(
      { deployApp: { appCode: 'web' } },
      { status: 'failed', container_state: 'failed' },
      'failed',
    )
    expect(await read(id)).toMatchObject({
      __typename: 'AppActionResult',
      outcome: 'FAILED',
      containerStatus: 'FAILED',
    })
  })
})
