import type { Stackgate } from '@stackgate/client'
import { Plans } from '@stackgate/client/documents'
import { deploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, cursorOf, expectAll, followCommands, makeEvents, TRANSPORTS } from './support.js'

describe('Streams of the client at two processes behind a balancer', () => {
  let server: TestServer
  beforeAll(async () => {
    process.env['STACKGATE_SERVERS'] = '2'
    process.env['STACKGATE_KILL_AFTER'] = '1000000'
    server = await startTestServer()
  })
  afterAll(async () => {
    await server.close()
    delete process.env['STACKGATE_SERVERS']
    delete process.env['STACKGATE_KILL_AFTER']
  })

  it('continue at the other process when one is killed, without a gap', async () => {
    const deployment = await deploymentWithAgent(server)
    const after = await cursorOf(server, deployment)
    const clients: Stackgate[] = []
    // Two of each transport, so that each process has streams.
    const streams = await Promise.all(
      [...TRANSPORTS, ...TRANSPORTS].map((transport) => {
        const client = clientOf(server.url, { transport, token: deployment.owner, account: deployment.hash })
        clients.push(client)
        return followCommands(client, deployment.hash, after)
      }),
    )
    await makeEvents(server, deployment, 5)
    for (const followed of streams) await expectAll(server, deployment, followed)
    expect(server.balancer!.counts.map(({ requests, sockets }) => requests > 0 && sockets > 0)).toEqual([true, true])
    const killed = server.balancer!.killFirst()
    await makeEvents(server, deployment, 5)
    await killed
    expect((await clients[0]!.request(Plans)).plans.length).toBeGreaterThan(0)
    await makeEvents(server, deployment, 5)
    for (const followed of streams) await expectAll(server, deployment, followed)
    const interrupted = streams.filter(({ states }) => states.some(({ state }) => state === 'waiting'))
    expect([interrupted.length >= 1, streams.flatMap(({ resyncs }) => resyncs)]).toEqual([true, []])
    for (const client of clients) client.close()
  })
})
