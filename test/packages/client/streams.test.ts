import { deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, cursorOf, expectAll, followCommands, makeEvents, TRANSPORTS } from './support.js'

describe.each(TRANSPORTS)('Streams of the client over %s', (transport) => {
  let server: TestServer
  let proxy: TcpProxy
  let deployment: DeploymentWithAgent
  beforeAll(async () => {
    server = await startTestServer()
    proxy = await openTcpProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
  })
  beforeEach(async () => {
    deployment = await deploymentWithAgent(server)
  })
  afterAll(async () => {
    await proxy.close()
    await server.close()
  })

  async function follow() {
    const client = clientOf(proxy.through(server.url), { transport, token: deployment.owner })
    const followed = await followCommands(client, deployment.hash, await cursorOf(server, deployment))
    return { client, followed }
  }

  /** Copies of the last event of the deployment. */
  async function insertEvents(count: number) {
    await server.query(
      `insert into stream_event (stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, data, at)
       select e.stream_id, e.sequence + n, e.id || n, e.account_id, e.type, e.summary, e.subject_type, e.subject_id, e.data, e.at
       from stream_event e join deployment d on d.id = e.stream_id and d.version = e.sequence, generate_series(1, $2) n
       where e.stream_id = $1`,
      [deployment.id, count],
    )
    await server.query('update deployment set version = version + $2 where id = $1', [deployment.id, count])
  }

  it('lose and repeat nothing when the connection is cut during events [CL20]', async () => {
    const { client, followed } = await follow()
    for (let round = 0; round < 3; round++) {
      const during = makeEvents(server, deployment, 8)
      await proxy.cut()
      await makeEvents(server, deployment, 8)
      await proxy.mend()
      await during
      await makeEvents(server, deployment, 4)
    }
    await expectAll(server, deployment, followed)
    expect(followed.states.map(({ state }) => state)).toEqual(expect.arrayContaining(['connecting', 'live', 'waiting']))
    client.close()
    expect(followed.states.at(-1)).toMatchObject({ state: 'ended', reason: 'closed' })
  })

  it('continue when the server restarts [CL20]', async () => {
    const { client, followed } = await follow()
    await makeEvents(server, deployment, 3)
    await eventually(
      () => followed.seen.length,
      (count) => count === 3,
    )
    await server.whileStopped(async () => undefined)
    await makeEvents(server, deployment, 3)
    await expectAll(server, deployment, followed)
    client.close()
  })

  it('deliver 1,000 events of the time away, in order [CL20]', async () => {
    const { client, followed } = await follow()
    await makeEvents(server, deployment, 2)
    await expectAll(server, deployment, followed)
    await proxy.cut()
    await insertEvents(1_000)
    await proxy.mend()
    await expectAll(server, deployment, followed)
    expect(followed.seen).toHaveLength(1_002)
    client.close()
  })
})
