import { deploymentWithAgent, newDeployment } from '#test/support/deployments.js'
import { operatorList } from '#test/support/operator-list.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

const DEPLOYMENT = `query ($hash: ID!) { deployment(id: $hash) { id hash status template { slug } agent { id } } }`

describe('deployment', () => {
  let server: TestServer
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
  })
  afterAll(() => server.close())

  it('returns a deployment by its hash', async () => {
    const { id, hash, owner } = await newDeployment(server)
    expect(await callAs(server, owner, DEPLOYMENT, { hash })).toEqual({
      kind: 'data',
      value: { id, hash, status: 'PENDING', template: { slug: 'static-site' }, agent: null },
    })
  })

  it('is null without permission, exactly like an unknown hash', async () => {
    const { hash, owner } = await newDeployment(server)
    for (const [token, requested] of [
      [await server.token('stranger@example.com'), hash],
      [null, hash],
      [owner, 'none'],
    ] as const)
      expect(await callAs(server, token, DEPLOYMENT, { hash: requested })).toEqual({ kind: 'data', value: null })
  })

  it('is found by its ID as well, with its origin and its end', async () => {
    const { id, hash, owner } = await newDeployment(server, 'starter@example.com')
    const read = async (deploymentId: string) =>
      (
        await server.graphql<{ deployment: Record<string, unknown> }>(
          `query ($id: ID!) { deployment(id: $id) { hash stack templateVersion startedBy { email } startedAt stoppedAt completedAt } }`,
          { id: deploymentId },
          owner,
        )
      ).data.deployment
    const deployment = {
      hash,
      stack: 'static',
      templateVersion: 1,
      startedBy: { email: 'starter@example.com' },
      startedAt: expect.any(String),
      stoppedAt: null,
      completedAt: null,
    }
    expect(await read(id)).toMatchObject({ ...deployment, stack: expect.any(String) })
    await server.graphql(
      `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "s") { denial { code } } }`,
      { hash },
      owner,
    )
    expect(await read(id)).toMatchObject({ stoppedAt: expect.any(String) })
  })

  it('has the state of its applications, the load of its server and its alarms', async () => {
    const served = await deploymentWithAgent(server)
    await server.query(
      `insert into app_state (deployment_id, app_code, account_id, status, container_state, health)
       select id, 'web', account_id, 'STOPPED', 'exited', 'UNHEALTHY' from deployment where id = $1`,
      [served.id],
    )
    await server.query(
      `update deployment set apps = '[{"code":"web","name":"Web","containerName":null},{"code":"db","name":"db","containerName":null}]', server_address = '10.0.0.7' where id = $1`,
      [served.id],
    )
    await server.query(
      `insert into server_metrics (deployment_id, account_id, metrics)
       select id, account_id, '{"timestamp_ms": 1768471200000, "cpu_usage_pct": 30, "memory_used_bytes": 5}' from deployment where id = $1`,
      [served.id],
    )
    for (const at of [1, 2])
      await server.query(
        `insert into agent_alarm (id, account_id, deployment_id, kind, severity, recovered, message, value, threshold, occurred_at)
         select 'alm_' || $2::text, account_id, id, 'high_cpu', 'critical', $2::int = 2, 'busy', 95, 90, now() from deployment where id = $1`,
        [served.id, at],
      )
    const { data, errors } = await server.graphql(
      `query ($hash: ID!) { deployment(id: $hash) {
         apps { code status containerStatus health reportedAt }
         server { address load { measuredAt receivedAt cpuUsagePercent memoryUsedBytes diskUsedPercent } }
         alarms(first: 1) { nodes { kind severity message value threshold recovered } pageInfo { hasNextPage } }
         events(last: 1) { nodes { type sequence subject { id } actor { kind } } } } }`,
      { hash: served.hash },
      served.owner,
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      deployment: {
        apps: [
          {
            code: 'web',
            status: 'STOPPED',
            containerStatus: 'exited',
            health: 'UNHEALTHY',
            reportedAt: expect.any(String),
          },
          { code: 'db', status: null, containerStatus: null, health: null, reportedAt: null },
        ],
        server: {
          address: '10.0.0.7',
          load: {
            measuredAt: '2026-01-15T10:00:00.000Z',
            receivedAt: expect.any(String),
            cpuUsagePercent: 30,
            memoryUsedBytes: 5,
            diskUsedPercent: null,
          },
        },
        alarms: {
          nodes: [
            { kind: 'high_cpu', severity: 'critical', message: 'busy', value: 95, threshold: 90, recovered: true },
          ],
          pageInfo: { hasNextPage: true },
        },
        events: {
          nodes: [
            {
              type: 'deployment.started',
              sequence: expect.any(Number),
              subject: { id: served.id },
              actor: { kind: 'USER' },
            },
          ],
        },
      },
    })
  })

  it('is listed by status, template and name, in the requested order, with the total', async () => {
    const owner = await server.token('fleet@example.com')
    const account = await fleet(owner, 5)
    const list = async (args: string) => {
      const { data } = await server.graphql<{
        account: { deployments: { totalCount: number; nodes: { name: string }[]; pageInfo: { endCursor: string } } }
      }>(`{ account { deployments(${args}) { totalCount nodes { name } pageInfo { endCursor } } } }`, {}, owner)
      return data.account.deployments
    }
    const names = async (args: string) => (await list(args)).nodes.map(({ name }) => name)
    expect(await names('first: 10')).toEqual(['App 5', 'app 4', 'App 3', 'app 2', 'App 1'])
    expect(await names('orderBy: OLDEST')).toEqual(['App 1', 'app 2', 'App 3', 'app 4', 'App 5'])
    expect(await names('filter: { statuses: [STOPPED] }')).toEqual(['App 1'])
    expect(await names('filter: { search: "P 3" }')).toEqual(['App 3'])
    expect(await names('filter: { search: "%" }')).toEqual([])
    expect(await names('filter: { templateId: "tpl_none" }')).toEqual([])
    const page = await list('first: 2, orderBy: NAME')
    expect(page).toMatchObject({ totalCount: 5, nodes: [{ name: 'App 1' }, { name: 'app 2' }] })
    expect(await names(`first: 2, orderBy: NAME, after: "${page.pageInfo.endCursor}"`)).toEqual(['App 3', 'app 4'])
    expect((await list('first: 0, filter: { statuses: [PENDING] }')).totalCount).toBe(4)
    const { errors } = await server.graphql(
      `query ($id: ID!) { account(id: $id) { deployments { totalCount } } }`,
      { id: account },
      owner,
    )
    expect(errors).toBeUndefined()
  })

  it('is listed by the presence of its agent, and by IDs', async () => {
    const owner = await server.token('present@example.com')
    const account = await fleet(owner, 4)
    await server.query(
      `insert into agent (id, account_id, deployment_id, token_hash, token_sealed, system_info, capabilities, presence)
       select 'agt_' || d.id, d.account_id, d.id, d.id, '', '{}', '{}', case when right(d.hash, 1) = '2' then 'ONLINE' else 'OFFLINE' end
         from deployment d where d.account_id = $1 and right(d.hash, 1) in ('2', '3')`,
      [account],
    )
    const list = async (filter: string) => {
      const { data, errors } = await server.graphql<{
        account: { deployments: { totalCount: number; nodes: { id: string; name: string }[] } }
      }>(`{ account { deployments(filter: ${filter}) { totalCount nodes { id name } } } }`, {}, owner)
      if (errors) throw new Error(errors[0]!.extensions.code)
      return data.account.deployments
    }
    const names = async (filter: string) => (await list(filter)).nodes.map(({ name }) => name)
    expect(await names('{ presences: [ONLINE] }')).toEqual(['app 2'])
    expect(await names('{ presences: [ONLINE, OFFLINE] }')).toEqual(['App 3', 'app 2'])
    expect(await list('{ presences: [BUSY] }')).toEqual({ totalCount: 0, nodes: [] })
    const { nodes } = await list('{}')
    const ids = (count: number) => JSON.stringify(nodes.slice(0, count).map(({ id }) => id))
    expect(await names(`{ ids: ${ids(2)} }`)).toEqual(['app 4', 'App 3'])
    expect(await names(`{ ids: ${ids(4)}, presences: [OFFLINE] }`)).toEqual(['App 3'])
    expect(await names('{ ids: [] }')).toEqual([])
    await expect(list(`{ ids: ${JSON.stringify(Array.from({ length: 101 }, () => 'dep_1'))} }`)).rejects.toThrow(
      'BAD_USER_INPUT',
    )
  })

  it('lists the commands of 20 deployments with as many statements as those of one', async () => {
    const owner = await server.token('many@example.com')
    const account = await fleet(owner, 20)
    await server.query(
      `insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, parameters, status, timeout_seconds, warnings)
       select 'cmd_' || d.id || n, d.account_id, d.id, d.hash, case when n % 2 = 0 then 'restart' else 'logs' end, 'web', 1, '{}', 'SUCCEEDED', 300, '[]'
         from deployment d, generate_series(1, 4) n where d.account_id = $1`,
      [account],
    )
    const statements = async (first: number) => {
      const counts: number[] = []
      for (let run = 0; run < 3; run++) {
        seen.length = 0
        const { data, errors } = await server.graphql<{
          account: { deployments: { nodes: { restarts: { nodes: object[] }; latestCommands: object[] }[] } }
        }>(
          `query ($first: Int!) { account { deployments(first: $first) { nodes { latestCommands { id }
             restarts: commands(first: 3, filter: { types: ["restart"], appCodes: ["web"], statuses: [SUCCEEDED], from: "2000-01-01T00:00:00Z" }) { nodes { id type } }
             none: commands(first: 3, filter: { to: "2000-01-01T00:00:00Z", createdBy: "usr_none" }) { nodes { id } }
             apps { status } server { load { cpuUsagePercent } } startedBy { id } } } } }`,
          { first },
          owner,
        )
        expect(errors).toBeUndefined()
        const { nodes } = data.account.deployments
        expect(nodes.map(({ restarts, latestCommands }) => [restarts.nodes.length, latestCommands.length])).toEqual(
          Array.from({ length: first }, () => [2, 2]),
        )
        counts.push(
          seen.filter((text) => /"listed"|wanted \(deployment_id\)|app_state|server_metrics/.test(text)).length,
        )
      }
      return Math.min(...counts)
    }
    const [one, twenty] = [await statements(1), await statements(20)]
    expect(twenty).toBe(one)
    expect(one).toBeLessThanOrEqual(5)
  })

  it('lists the deployments of all accounts for operators', async () => {
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const started = [
      await newDeployment(server, 'first@example.com'),
      await newDeployment(server, 'second@example.com'),
      await newDeployment(server, 'third@example.com'),
    ]
    await server.query(`update deployment set status = 'STOPPED', name = 'S23 zwei' where id = $1`, [started[1]!.id])
    const list = operatorList<{ hash: string }>(server, operator, 'deployments', 'hash account { name }')
    const hashes = async (args: string) => (await list.all(args)).map(({ hash }) => hash)
    // Without the fleets of other tests.
    const ofThese = 'filter: { search: "deployment_", statuses: [PENDING, STOPPED] }'
    const newest = started.map(({ hash }) => hash).toReversed()
    expect((await hashes(ofThese)).slice(0, 3)).toEqual(newest)
    expect((await hashes(`${ofThese}, orderBy: OLDEST`)).slice(-3)).toEqual(newest.toReversed())
    expect(await hashes('filter: { search: "s23 ZWEI", statuses: [STOPPED] }')).toEqual([started[1]!.hash])
    expect(await hashes('filter: { account: "person:third@example.com" }, orderBy: NAME')).toEqual([started[2]!.hash])
    expect((await list.page('filter: { search: "s23 z" }, first: 0')).totalCount).toBe(1)
  })

  /** Deployments named by their order; the first is stopped. */
  async function fleet(owner: string, count: number): Promise<string> {
    const accountId = await accountIdOf(server, owner)
    await server.query(
      `insert into deployment (id, hash, account_id, stack, name, status, apps, created_at)
       select 'dep_fleet' || $1::text || lpad(n::text, 3, '0'), 'fleet-' || $1::text || n, $1,
         'static', case when n % 2 = 0 then 'app ' else 'App ' end || n, case when n = 1 then 'STOPPED' else 'PENDING' end,
         '[{"code":"web","name":"web","containerName":null}]', now() from generate_series(1, $2::int) n`,
      [accountId, count],
    )
    return accountId
  }
})
