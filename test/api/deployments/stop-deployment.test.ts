import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { enqueue, newDeployment, readCommand, deploymentWithAgent } from '#test/support/deployments.js'

describe('stopDeployment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('cancels unclaimed commands of a stopped deployment and returns their result by key', async () => {
    const served = await deploymentWithAgent(server)
    const held = await enqueue(server, served)
    await served.agent.wait(1)
    const queued = await enqueue(server, served)
    await server.graphql(
      `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "stop-it") { denial { code } } }`,
      { hash: served.hash },
      served.owner,
    )
    expect((await readCommand(server, served.owner, queued.id)).status).toBe('CANCELED')
    expect((await served.agent.wait(0)).body.item).toBeNull()
    expect((await served.agent.report({ command_id: held.id, status: 'success' })).status).toBe(200)
    expect((await readCommand(server, served.owner, held.id)).status).toBe('SUCCEEDED')
    const { data } = await server.graphql<{ operation: object }>(
      `{ operation(key: "stop-it") { mutation status result { id } } }`,
      {},
      served.owner,
    )
    expect(data.operation).toEqual({ mutation: 'stopDeployment', status: 'SUCCEEDED', result: { id: served.id } })
  })

  it('cancels or denies commands that are enqueued during a stop, and leaves none in the queue', async () => {
    for (let round = 0; round < 5; round++) {
      const stopped = await newDeployment(server)
      const stop = () =>
        server.graphql(
          `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "s") { denial { code } } }`,
          { hash: stopped.hash },
          stopped.owner,
        )
      const some = () => Array.from({ length: 4 }, () => enqueue(server, stopped))
      await Promise.all([...some(), stop(), ...some()])
      const left = await server.query(`select status from command where deployment_id = $1 and status <> 'CANCELLED'`, [
        stopped.id,
      ])
      expect(left).toEqual([])
    }
  })

  it('denies commands for a stopped deployment', async () => {
    const stopped = await newDeployment(server)
    await server.graphql(
      `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "s") { denial { code } } }`,
      { hash: stopped.hash },
      stopped.owner,
    )
    expect(await enqueue(server, stopped)).toMatchObject({
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['deploymentId'] }],
    })
  })
})
