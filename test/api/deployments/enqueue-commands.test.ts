import { deploymentWithAgent, newDeployment } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Item {
  readonly deploymentHash: string
  readonly result: { readonly __typename: string; readonly id?: string; readonly code?: string } | null
}

const ENQUEUE = `mutation ($input: EnqueueCommandsInput!) {
  enqueueCommands(input: $input) {
    ... on EnqueueCommandsPayload { items { deploymentHash result { __typename ... on Command { id } ... on Denial { code } } } }
    ... on Refused { issues { path } }
  }
}`

describe('enqueueCommands', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const enqueueAll = async (
    deploymentHashes: string[],
    token: string | null,
    key = 'all',
    command: object = { health: {} },
  ) =>
    server.graphql<{ enqueueCommands: { items: Item[]; issues?: object[] } } | null>(
      ENQUEUE,
      { input: { deploymentHashes, command, idempotencyKey: key } },
      token,
    )

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
    const { items } = data!.enqueueCommands
    expect(items).toEqual([
      { deploymentHash: served.hash, result: { __typename: 'Command', id: expect.any(String) } },
      { deploymentHash: stopped.hash, result: { __typename: 'Refused', code: 'INVALID_TRANSITION' } },
      { deploymentHash: foreign.hash, result: null },
    ])
    expect(errors).toMatchObject([
      { path: ['enqueueCommands', 'items', 2, 'result'], extensions: { code: 'NOT_FOUND' } },
    ])
    expect((await enqueueAll(hashes, served.owner)).data!.enqueueCommands.items).toEqual(items)
    const other = await enqueueAll([served.hash], served.owner, 'all', { start: { appCode: 'web' } })
    expect(other.data!.enqueueCommands.items).toMatchObject([{ result: { code: 'IDEMPOTENCY_MISMATCH' } }])
    expect((await served.agent.wait(1)).body.item?.command_id).toBe(items[0]!.result!.id)
    const rows = await server.query(`select 1 from command where deployment_id = $1`, [served.id])
    expect(rows).toHaveLength(1)
  })

  it("names the key under which the caller's `operation` finds each item", async () => {
    const served = await deploymentWithAgent(server)
    const long = 'k'.repeat(250)
    for (const key of ['restart-all', long]) {
      const { data } = await server.graphql<{
        enqueueCommands: { items: { idempotencyKey: string; result: { id: string } }[] }
      }>(
        `mutation ($input: EnqueueCommandsInput!) { enqueueCommands(input: $input) {
           ... on EnqueueCommandsPayload { items { idempotencyKey result { ... on Command { id } } } } } }`,
        { input: { deploymentHashes: [served.hash], command: { health: {} }, idempotencyKey: key } },
        served.owner,
      )
      const [item] = data.enqueueCommands.items
      expect(item!.idempotencyKey === `${key}:${served.hash}`).toBe(key !== long)
      const found = await server.graphql(
        `query ($key: String!) { operation(idempotencyKey: $key) { mutation result { id } } }`,
        { key: item!.idempotencyKey },
        served.owner,
      )
      expect(found.data).toEqual({ operation: { mutation: 'enqueueCommand', result: { id: item!.result.id } } })
    }
  })

  it('denies an empty list and repeated deployments, and anonymous callers', async () => {
    const { hash, owner } = await newDeployment(server)
    expect((await enqueueAll([], owner)).data!.enqueueCommands.issues).toEqual([{ path: ['deploymentHashes'] }])
    expect((await enqueueAll([hash, 'x', hash], owner)).data!.enqueueCommands.issues).toEqual([
      { path: ['deploymentHashes', '2'] },
    ])
    expect((await enqueueAll([hash], null)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })
})
