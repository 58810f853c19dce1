import { deploymentWithAgent, enqueue, type DeploymentWithAgent } from '#test/support/deployments.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const OBSERVED = `containers { containerId appCode status image name cpuPercent memoryUsedBytes memoryLimitBytes observedAt } configDrift`
const MEBIBYTE = 1_048_576
const NOT_MEASURED = { cpuPercent: null, memoryUsedBytes: null, memoryLimitBytes: null }

interface Container {
  readonly containerId: string | null
  readonly appCode: string | null
  readonly status: string
  readonly image: string | null
  readonly name: string | null
  readonly cpuPercent: number | null
  readonly memoryUsedBytes: number | null
  readonly memoryLimitBytes: number | null
  readonly observedAt: string
}

interface Observed {
  readonly containers: Container[]
  readonly configDrift: boolean | null
}

interface RestContainer {
  readonly id: string | null
  readonly app: string | null
  readonly observed_at: string
}

describe('containers and configuration drift of a deployment', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    served = await deploymentWithAgent(server, { capabilities: ['docker', 'logs'], email: 'observer@example.com' })
  })
  afterAll(() => server.close())

  const observed = async (): Promise<Observed> => {
    const { data, errors } = await server.graphql<{ deployment: Observed }>(
      `query ($hash: ID!) { deployment(id: $hash) { ${OBSERVED} } }`,
      { hash: served.hash },
      served.owner,
    )
    expect(errors).toBeUndefined()
    return data.deployment
  }
  const report = async (command: object, result: object): Promise<string> => {
    const { id } = await enqueue(server, served, { command })
    const { body } = await served.agent.wait(5)
    expect(body.item?.command_id).toBe(id)
    await served.agent.report({ command_id: id, status: 'success', result })
    return id
  }
  const state = async () => {
    const { status, body } = await server.rest('GET', `/api/v1/deployments/${served.hash}/state`, {
      token: served.owner,
    })
    expect(status).toBe(200)
    return (body as { item: { drift: boolean; runtime: { containers: RestContainer[] } } }).item
  }

  it('are empty and null before the first report', async () => {
    expect(await observed()).toEqual({ containers: [], configDrift: null })
    expect(await state()).toMatchObject({ drift: false, runtime: { containers: [] } })
  })

  it('are those of the latest reports, in GraphQL as in REST', async () => {
    await report(
      { listContainers: {} },
      { type: 'list_containers', containers: [{ name: 'old-web-1', status: 'exited', app_code: 'web' }] },
    )
    await report(
      { listContainers: {} },
      {
        type: 'list_containers',
        containers: [
          { id: 'c1', container_name: 'shop-web-1', name: 'web', container_state: 'running', image: 'nginx' },
          { container_id: 'c2', name: 'cache', state: 7, image: null, app: 'cache' },
          'none',
        ],
      },
    )
    await report({ configDiff: {} }, { type: 'config_diff', has_drift: true, configs: [] })
    const { containers, configDrift } = await observed()
    expect(configDrift).toBe(true)
    expect(containers).toEqual([
      {
        containerId: 'c1',
        appCode: 'web',
        status: 'running',
        image: 'nginx',
        name: 'shop-web-1',
        ...NOT_MEASURED,
        observedAt: expect.any(String),
      },
      {
        containerId: 'c2',
        appCode: 'cache',
        status: 'unknown',
        image: null,
        name: 'cache',
        ...NOT_MEASURED,
        observedAt: expect.any(String),
      },
    ])
    const { drift, runtime } = await state()
    expect([drift, runtime.containers]).toEqual([
      true,
      containers.map(({ containerId: id, appCode: app, status: state, image, name, observedAt }) => ({
        id,
        app,
        state,
        image,
        name,
        observed_at: observedAt,
      })),
    ])
  })

  it('have the processor and memory of the latest listing or health, and null for impossible values', async () => {
    const list = (containers: object[]) =>
      report(
        { listContainers: {} },
        { type: 'list_containers', containers: containers.map((each) => ({ name: 'web', ...each })) },
      )
    const measured = async () =>
      (await observed()).containers.map(({ cpuPercent, memoryUsedBytes, memoryLimitBytes }) => [
        cpuPercent,
        memoryUsedBytes,
        memoryLimitBytes,
      ])
    await list([
      { cpu_pct: 231.5, mem_usage_bytes: 5 * MEBIBYTE, mem_limit_bytes: 64 * MEBIBYTE },
      { cpu_pct: 0, mem_usage_bytes: 0, mem_limit_bytes: Number.MAX_SAFE_INTEGER },
      { cpu_pct: -1, mem_usage_bytes: -1, mem_limit_bytes: -1 },
      { cpu_pct: 1e300, mem_usage_bytes: 1e300, mem_limit_bytes: 2 ** 53 },
      { cpu_pct: 'NaN', mem_usage_bytes: true, mem_limit_bytes: { value: 1 } },
      { cpu_pct: null, mem_usage_bytes: 1.5 },
    ])
    expect(await measured()).toEqual([
      [231.5, 5 * MEBIBYTE, 64 * MEBIBYTE],
      [0, 0, Number.MAX_SAFE_INTEGER],
      [null, null, null],
      [null, null, null],
      [null, null, null],
      [null, 1, null],
    ])
    await report(
      { health: { appCode: 'all' } },
      {
        type: 'all_health',
        status: 'ok',
        containers: [
          {
            container_name: 'web',
            container_state: 'running',
            status: 'ok',
            metrics: { cpu_pct: 7.4, mem_usage_mb: 1.5, mem_limit_bytes: 4 * MEBIBYTE },
          },
          {
            container_name: 'db',
            container_state: 'running',
            status: 'ok',
            metrics: { cpu_pct: -7, mem_usage_mb: 1e300 },
          },
        ],
      },
    )
    expect(await measured()).toEqual([
      [7.4, 1.5 * MEBIBYTE, 4 * MEBIBYTE],
      [null, null, null],
    ])
  })

  it('are read without the rest of a report of 16 MiB, at most 500 of them with short texts', async () => {
    const id = await report({ listContainers: {} }, { type: 'list_containers', containers: [] })
    await server.query(
      `update command set result = jsonb_build_object('pad', repeat('x', $2::int), 'containers', (
         select jsonb_agg(jsonb_build_object('name', 'c' || n, 'image', repeat('i', 2000), 'labels', repeat('l', 2000)))
         from generate_series(1, 1000) n)) where id = $1`,
      [id, 16 * MEBIBYTE],
    )
    const { containers } = await observed()
    expect(containers).toHaveLength(500)
    expect(containers[499]).toMatchObject({ name: 'c500', image: 'i'.repeat(300) })
    expect((await state()).runtime.containers).toHaveLength(500)
  })

  it('are read with one statement for 20 deployments', async () => {
    await server.query(
      `insert into deployment select (jsonb_populate_record(null::deployment,
         to_jsonb(d) || jsonb_build_object('id', 'dep_many' || n, 'hash', 'many' || n))).*
         from deployment d, generate_series(1, 20) n where d.id = $1`,
      [served.id],
    )
    const list = async () => {
      const { data, errors } = await server.graphql<{ account: { deployments: { nodes: Observed[] } } }>(
        `{ account { deployments(first: 20) { nodes { ${OBSERVED} } } } }`,
        {},
        served.owner,
      )
      expect(errors).toBeUndefined()
      expect(data.account.deployments.nodes).toHaveLength(20)
    }
    const statements = (await statementsOf(seen, list)).filter((text) => text.includes('has_drift'))
    expect([statements.length, maxRepetitions(statements)]).toEqual([1, 1])
  })
})
