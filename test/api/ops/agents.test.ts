import { deploymentWithAgent, enqueue, newDeployment } from '#test/support/deployments.js'
import { operatorList } from '#test/support/operator-list.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Listed {
  readonly presence: string
  readonly deployment: { readonly hash: string }
}

describe('agents', () => {
  const seen: string[] = []
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  it('lists agents by current presence, version, account and last heartbeat', async () => {
    const [online, silent, busy] = [
      await deploymentWithAgent(server, { email: 'online@example.com' }),
      await deploymentWithAgent(server, { email: 'silent@example.com' }),
      await deploymentWithAgent(server, { email: 'busy@example.com' }),
    ] as const
    await newDeployment(server, 'no-agent@example.com')
    await enqueue(server, busy, { key: 'one' })
    await busy.agent.wait(0)
    for (const { id } of [online, busy])
      await server.query(
        `update agent set last_heartbeat_at = now(), presence = 'ONLINE', version = '2.0' where deployment_id = $1`,
        [id],
      )
    await server.query(
      `update agent set last_heartbeat_at = now() - interval '2 minutes', presence = 'ONLINE', version = '1.0' where deployment_id = $1`,
      [silent.id],
    )
    const list = operatorList<Listed>(server, operator, 'agents', 'presence deployment { hash }')
    const hashes = (nodes: readonly Listed[]) => nodes.map(({ deployment }) => deployment.hash)
    expect(hashes(await list.all())).toEqual([busy.hash, silent.hash, online.hash])
    expect(hashes(await list.all('orderBy: LAST_HEARTBEAT'))[0]).toBe(silent.hash)
    // The filter and the field agree.
    for (const [presence, expected] of [
      ['ONLINE', online],
      ['OFFLINE', silent],
      ['BUSY', busy],
    ] as const)
      expect((await list.page(`filter: { presences: [${presence}] }`)).nodes).toEqual([
        { presence, deployment: { hash: expected.hash } },
      ])
    expect((await list.page('filter: { presences: [DEGRADED] }')).nodes).toEqual([])
    expect(hashes((await list.page('filter: { softwareVersions: ["1.0"] }')).nodes)).toEqual([silent.hash])
    expect((await list.page('filter: { revoked: true }')).totalCount).toBe(0)
    expect((await list.page('filter: { revoked: false }, first: 1')).totalCount).toBe(3)
    expect(hashes((await list.page('filter: { account: "person:online@example.com" }')).nodes)).toEqual([online.hash])
  })

  it('reads deployments and accounts with one statement each', async () => {
    const list = operatorList(server, operator, 'agents', 'presence deployment { hash account { name } }')
    expect(maxRepetitions(await statementsOf(seen, () => list.page()))).toBe(1)
  })
})
