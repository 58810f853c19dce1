import type { StreamState, Transport } from '@stackgate/client'
import { startBadProxy, type BadProxy, type BadUpgrade } from '#test/support/bad-proxy.js'
import { deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { patientNow } from '#test/support/patience.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, cursorOf, expectAll, followCommands, makeEvents, type Followed } from './support.js'

/** Patient time in which an event must arrive. */
const LIMIT_MS = 5_000

const transportOf = (state: StreamState | undefined): Transport | undefined =>
  state?.state === 'live' ? state.transport : undefined

describe('Streams behind a proxy that passes no WebSockets', () => {
  let server: TestServer
  let deployment: DeploymentWithAgent
  const proxies: BadProxy[] = []
  beforeAll(async () => {
    server = await startTestServer()
  })
  beforeEach(async () => {
    deployment = await deploymentWithAgent(server)
  })
  afterEach(() => {
    for (const proxy of proxies.splice(0)) proxy.close()
  })
  afterAll(() => server.close())

  async function proxyThat(upgrade: BadUpgrade, collects = false): Promise<string> {
    const proxy = await startBadProxy(server.url, { upgrade, collects })
    proxies.push(proxy)
    return proxy.url
  }

  const isLive = ({ states }: Followed) =>
    eventually(
      () => transportOf(states.at(-1)),
      (found) => found !== undefined,
      20_000,
    )

  /** Makes an event, and returns the time until the client has it. */
  async function arrival(followed: Followed): Promise<number> {
    const count = followed.seen.length
    await makeEvents(server, deployment, 1)
    const since = patientNow()
    await eventually(
      () => followed.seen.length,
      (length) => length > count,
      20_000,
    )
    return patientNow() - since
  }

  it.each([
    ['swallow', false, 'sse'],
    ['strip', false, 'sse'],
    ['close', false, 'sse'],
    ['reject', false, 'sse'],
    ['strip', true, 'poll'],
    ['swallow', true, 'poll'],
  ] as const)(
    'deliver each event once within five seconds: %s, collecting %s, over %s',
    async (upgrade, collects, expected) => {
      const client = clientOf(await proxyThat(upgrade, collects), { token: deployment.owner })
      const followed = await followCommands(client, deployment.hash, await cursorOf(server, deployment))
      // Before any transport works.
      await makeEvents(server, deployment, 3)
      expect(await isLive(followed)).toBe(expected)
      const times = [await arrival(followed), await arrival(followed)]
      expect(Math.max(...times)).toBeLessThan(LIMIT_MS)
      for (let round = 0; round < 4; round++) await makeEvents(server, deployment, 15)
      await expectAll(server, deployment, followed)
      client.close()
    },
  )

  it('miss nothing between two polls although they began without a position', async () => {
    const client = clientOf(await proxyThat('reject', true), { token: deployment.owner, transport: 'poll' })
    await makeEvents(server, deployment, 2)
    const followed = await followCommands(client, deployment.hash)
    expect(await isLive(followed)).toBe('poll')
    const before = await sequenceOf()
    for (let round = 0; round < 3; round++) expect(await arrival(followed)).toBeLessThan(LIMIT_MS)
    expect(followed.seen.map(({ sequence }) => sequence)).toEqual(await sequencesAfter(before))
    client.close()
  })

  it('share the transport that works, and continue when the proxy is cut', async () => {
    const url = await proxyThat('close')
    const other = await deploymentWithAgent(server)
    const client = clientOf(url, { token: () => deployment.owner })
    const followed = await followCommands(client, deployment.hash, await cursorOf(server, deployment))
    const forbidden = await followCommands(client, other.hash)
    // A stream that is refused ends alone.
    await eventually(
      () => forbidden.states.at(-1),
      (state) => state?.state === 'ended',
      20_000,
    )
    expect(await isLive(followed)).toBe('sse')
    const { port } = new URL(url)
    proxies.pop()!.close()
    await makeEvents(server, deployment, 5)
    const again = await startBadProxy(server.url, { upgrade: 'close', port: Number(port) })
    proxies.push(again)
    await expectAll(server, deployment, followed)
    client.close()
  })

  const sequencesAfter = async (after: number): Promise<number[]> =>
    (
      await server.query<{ sequence: number }>(
        `select sequence::int as sequence from stream_event where stream_id = $1 and type like 'command.%' and sequence > $2 order by sequence`,
        [deployment.id, after],
      )
    ).map(({ sequence }) => sequence)

  const sequenceOf = async (): Promise<number> => (await sequencesAfter(0)).at(-1) ?? 0
})
