import { startIdleProxy } from '../support/bad-proxy.js'
import { deploymentWithAgent } from '../support/deployments.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { clientOf, cursorOf, expectAll, followCommands, makeEvents } from '../packages/client/support.js'

const IDLE_MS = 30_000
const QUIET_MS = 75_000

/** `npm run test:long -- idle-proxy`: streams on which nothing happens for longer than a proxy allows. */
describe('A proxy that ends connections after 30 seconds without a byte', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('keeps streams of every transport open, and the next event arrives within five seconds', async () => {
    const proxy = await startIdleProxy(server.url, IDLE_MS)
    const streams = await Promise.all(
      (['websocket', 'sse', 'poll'] as const).map(async (transport) => {
        const deployment = await deploymentWithAgent(server)
        const client = clientOf(proxy.url, { token: deployment.owner, transport })
        const followed = await followCommands(client, deployment.hash, await cursorOf(server, deployment))
        await makeEvents(server, deployment, 1)
        await expectAll(server, deployment, followed)
        return { transport, deployment, client, followed }
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    const late = await Promise.all(
      streams.map(async ({ transport, deployment, client, followed }) => {
        await makeEvents(server, deployment, 1)
        const since = Date.now()
        await expectAll(server, deployment, followed)
        client.close()
        const waits = followed.states.filter(({ state }) => state === 'waiting').length
        return { transport, waits, isInTime: Date.now() - since < 5_000 }
      }),
    )
    expect(late).toEqual(streams.map(({ transport }) => ({ transport, waits: 0, isInTime: true })))
    proxy.close()
  })
})
