import { createHash } from 'node:crypto'
import { deploymentWithAgent, newDeployment } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Item {
  readonly id?: string
  readonly code?: string
  readonly issues?: readonly object[]
}

const ENQUEUE = `mutation ($command: CommandInput!, $deploymentIds: [ID!]!, $key: String!, $priority: CommandPriority, $timeoutSeconds: Int) {
  enqueueCommands(command: $command, deploymentIds: $deploymentIds, key: $key, priority: $priority, timeoutSeconds: $timeoutSeconds) {
    command { id }
    denial { code issues { path } }
  }
}`

describe('enqueueCommands', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const enqueueAll = async (
    deploymentIds: string[],
    token: string | null,
    key = 'all',
    command: object = { health: {} },
  ) => server.graphql<{ enqueueCommands: Item[] }>(ENQUEUE, { deploymentIds, command, key }, token)

  it('returns a result for each deployment, once per key', async () => {
    const served = await deploymentWithAgent(server, { email: 'fleet@example.com' })
    const stopped = { hash: 'fleet-stopped' }
    const foreign = await newDeployment(server, 'stranger@example.com')
    await server.query(
      `insert into deployment (id, hash, account_id, stack, status, apps, created_at)
       select 'dep_stopped', $1, account_id, stack, 'STOPPED', apps, now() from deployment where hash = $2`,
      [stopped.hash, served.hash],
    )
    const hashes = [served.hash, stopped.hash, foreign.hash]
    const { data, errors } = await enqueueAll(hashes, served.owner)
    const items = data.enqueueCommands
    expect(errors).toBeUndefined()
    expect(items).toEqual([
      { id: expect.any(String) },
      { code: 'INVALID_TRANSITION', issues: [{ path: ['deploymentIds', '1'] }] },
      { code: 'NOT_FOUND', issues: [{ path: ['deploymentIds', '2'] }] },
    ])
    expect((await enqueueAll(hashes, served.owner)).data.enqueueCommands).toEqual(items)
    const other = await enqueueAll([served.hash], served.owner, 'all', { start: { appCode: 'web' } })
    expect(other.data.enqueueCommands).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }])
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(items[0]!.id)
    const rows = await server.query(`select 1 from command where deployment_id = $1`, [served.id])
    expect(rows).toHaveLength(1)
  })

  it("has a key for each item, under which the caller's `operation` finds it", async () => {
    const served = await deploymentWithAgent(server)
    const long = 'k'.repeat(250)
    const hashed = createHash('sha256').update(`${long}\n${served.hash}`).digest('base64url')
    const keys = [
      ['check-all', `check-all:${served.hash}`],
      [long, `bulk:${hashed}`],
    ] as const
    for (const [key, keyOfItem] of keys) {
      const { data } = await enqueueAll([served.hash], served.owner, key)
      const found = await server.graphql(
        `query ($key: String!) { operation(key: $key) { mutation result { id } } }`,
        { key: keyOfItem },
        served.owner,
      )
      const [command] = data.enqueueCommands
      expect(found.data).toEqual({ operation: { mutation: 'enqueueCommand', result: { id: command!.id } } })
    }
  })

  it('denies an empty list and repeated deployments, and anonymous callers', async () => {
    const { hash, owner } = await newDeployment(server)
    expect((await enqueueAll([], owner)).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['deploymentIds'] }] } },
    ])
    const denial = { code: 'INVALID_PARAMETERS', issues: [{ path: ['deploymentIds', '2'] }] }
    const repeated = await enqueueAll([hash, 'x', hash], owner)
    expect(repeated.data.enqueueCommands).toEqual([denial, denial, denial])
    expect((await enqueueAll([hash], null)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })
})
