import { deploymentWithAgent, enqueue, type DeploymentWithAgent } from '#test/support/deployments.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const OBSERVED = `containers { containerId appCode status image name observedAt } configDrift`
const MEBIBYTE = 1_048_576

interface Container {
  readonly containerId: string | null
  readonly appCode: string | null
  readonly status: string
  readonly image: string | null
  readonly name: string | null
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
        observedAt: expect.any(String),
      },
      {
        containerId: 'c2',
        appCode: 'cache',
        status: 'unknown',
        image: null,
        name: 'cache',
        observedAt: expect.any(String),
      },
    ])
    const { drift, runtime } = await state()
    expect([drift, runtime.containers]).toEqual([
      true,
      containers.map(({ containerId: id, appCode: app, status: state, observedAt, ...rest }) => ({
        id,
        app,
        state,
        ...rest,
        observed_at: observedAt,
      })),
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
