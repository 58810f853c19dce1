import type { ClientTimers } from '@stackgate/client'
import { deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, COMMANDS, cursorOf, expectAll, followCommands, makeEvents, text, TRANSPORTS } from './support.js'

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

  it('lose and repeat nothing when the connection is cut during events', async () => {
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

  it('continue when the server restarts', async () => {
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

  it('deliver 1,000 events of the time away, in order', async () => {
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

  it('continue with a new token when the token ends', async () => {
    const email = `expiring-${transport}@example.com`
    const expiring = await deploymentWithAgent(server, { email })
    const short = await server.token(email, { expiresInSeconds: 4 })
    const signedOut: string[] = []
    let renewals = 0
    const client = clientOf(server.url, {
      transport,
      token: ({ rejected }) => {
        if (rejected) renewals++
        return renewals > 0 ? expiring.owner : short
      },
      onSignedOut: ({ code }) => signedOut.push(code),
    })
    const followed = await followCommands(client, expiring.hash, await cursorOf(server, expiring))
    // Events before, during and after the change of the token.
    await eventually(
      async () => {
        await makeEvents(server, expiring, 1)
        return renewals
      },
      (count) => count > 0,
      30_000,
    )
    await makeEvents(server, expiring, 2)
    await expectAll(server, expiring, followed)
    expect([renewals, signedOut]).toEqual([1, []])
    expect(followed.states.some(({ state }) => state === 'waiting')).toBe(true)
    client.close()
  })

  it('read the state again when the events of the time away were deleted', async () => {
    const client = clientOf(proxy.through(server.url), { transport, token: deployment.owner })
    const counts: number[] = []
    let items = 0
    const handle = await client.queryThenFollow({
      query: PAGE,
      queryVariables: { hash: deployment.hash },
      stream: COMMANDS,
      streamVariables: { hash: deployment.hash },
      cursorOf: (page) => page.deployment.cursor,
      onData: (page) => void counts.push(page.deployment.commands.totalCount),
      onItem: () => void items++,
    })
    await makeEvents(server, deployment, 3)
    await eventually(
      () => items,
      (count) => count === 3,
    )
    await proxy.cut()
    await makeEvents(server, deployment, 5)
    const [last] = await server.query<{ last: string }>(
      'select max(sequence)::text as last from stream_event where stream_id = $1',
      [deployment.id],
    )
    await server.query('delete from stream_event where stream_id = $1 and sequence < $2', [deployment.id, last!.last])
    await proxy.mend()
    await eventually(
      () => counts.length,
      (count) => count === 2,
    )
    await makeEvents(server, deployment, 2)
    await eventually(
      () => items,
      (count) => count === 5,
    )
    expect(counts).toEqual([0, 8])
    handle.close()
    client.close()
  })

  it('notice a connection that is silent and open', async () => {
    // WebSockets are checked by pings; Server-Sent Events by the comments of every twelve seconds.
    const client = clientOf(proxy.through(server.url), {
      transport,
      token: deployment.owner,
      timers: fastTimers(transport === 'websocket' ? 10 : 2),
    })
    const followed = await followCommands(client, deployment.hash, await cursorOf(server, deployment))
    await makeEvents(server, deployment, 2)
    await expectAll(server, deployment, followed)
    proxy.silence()
    await makeEvents(server, deployment, 3)
    await eventually(
      () => followed.states.at(-1)!.state,
      (state) => state === 'waiting',
    )
    await proxy.mend()
    await expectAll(server, deployment, followed)
    client.close()
  })
})

interface Page {
  readonly deployment: { readonly cursor: string; readonly commands: { readonly totalCount: number } }
}

const PAGE = text<Page, { hash: string }>(
  'query Page($hash: ID!) { deployment(id: $hash) { cursor commands(first: 1) { totalCount } } }',
)

/** Timers for which time passes faster. */
const fastTimers = (factor: number): ClientTimers => ({
  now: () => Date.now() * factor,
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds / factor),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
})
