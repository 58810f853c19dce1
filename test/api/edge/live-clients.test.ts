import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createClient, type Client } from 'graphql-ws'
import WebSocket from 'ws'
import { keysOf, type Introspection } from '#examples/live/keyless.js'
import { resumable } from '#examples/live/resumable.js'
import { enqueue, deploymentWithAgent, type DeploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { openTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.js'

const STATUS = `subscription ($hash: ID!, $after: String) {
  commandStatus(deploymentId: $hash, after: $after) { __typename cursor ... on Event { sequence } } }`

/** A client as docs/live.md sets it up, by way of a proxy that can be cut. */
describe('Client libraries with reconnects during events (docs/live.md)', () => {
  let server: TestServer
  let proxy: TcpProxy
  beforeAll(async () => {
    server = await startTestServer()
    proxy = await openTcpProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
  })
  afterAll(async () => {
    await proxy.close()
    await server.close()
  })

  const documented = (served: DeploymentWithAgent): Client =>
    createClient({
      url: `${proxy.through(server.url).replace(/^http/, 'ws').replace(/\/$/, '')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => ({ Authorization: `Bearer ${served.owner}` }),
      retryAttempts: Infinity,
      shouldRetry: () => true,
      retryWait: () => new Promise((wake) => setTimeout(wake, 20)),
    })
  const journal = (served: DeploymentWithAgent) =>
    server.query<{ sequence: number }>(
      `select sequence::int as sequence from stream_event where stream_id = $1 and type like 'command.%' order by sequence`,
      [served.id],
    )
  const storm = (served: DeploymentWithAgent, count: number) =>
    Promise.all(Array.from({ length: count }, () => enqueue(server, served, { key: randomUUID() })))

  async function follow(client: Client, served: DeploymentWithAgent) {
    const seen: number[] = []
    client.subscribe<Record<string, { sequence: number }>>(
      { query: STATUS, variables: { hash: served.hash } },
      {
        next: ({ data }) => void seen.push(data!['commandStatus']!.sequence),
        error: () => undefined,
        complete: () => undefined,
      },
    )
    // Whatever is queued before the subscription stands is no part of it.
    await eventually(
      async () => {
        await storm(served, 1)
        return seen.length
      },
      (count) => count > 0,
      20_000,
    )
    return seen
  }
  /** Events happen before, while and after the connection is down, several times. */
  async function weather(served: DeploymentWithAgent) {
    for (let round = 0; round < 3; round++) {
      const before = storm(served, 8)
      await proxy.cut()
      await storm(served, 8)
      await proxy.mend()
      await before
      await storm(served, 4)
    }
  }

  it('lose and repeat nothing with `resumable`, as documented', async () => {
    const served = await deploymentWithAgent(server)
    const client = resumable(documented(served))
    const seen = await follow(client, served)
    await weather(served)
    const all = (await journal(served)).map(({ sequence }) => sequence)
    const expected = all.filter((sequence) => sequence >= seen[0]!)
    await eventually(
      () => seen.length,
      (count) => count >= expected.length,
      20_000,
    )
    expect(seen).toEqual(expected)
    await client.dispose()
  })

  it('lose events without it, as the documentation warns', async () => {
    const served = await deploymentWithAgent(server)
    const client = documented(served)
    const seen = await follow(client, served)
    await weather(served)
    const from = seen[0]!
    await eventually(
      async () => {
        await storm(served, 1)
        return (await journal(served)).at(-1)!.sequence - seen.at(-1)!
      },
      (behind) => behind < 2,
      20_000,
    )
    const all = (await journal(served)).filter(({ sequence }) => sequence >= from)
    expect(seen.length).toBeLessThan(all.length - 1)
    await client.dispose()
  })

  it('list exactly the types without an ID in `keysOf`', async () => {
    const { data } = await server.graphql<Introspection>(`{ __schema { types { kind name fields { name } } } }`)
    const keys = keysOf(data)
    expect(keys['Money']?.()).toBeNull()
    expect(Object.keys(keys)).toEqual(expect.arrayContaining(['PageInfo', 'CommandError']))
    for (const name of ['Account', 'Plan', 'Command']) expect(keys).not.toHaveProperty(name)
  })

  it('use existing files and every scalar of the schema in the documentation', () => {
    const page = readFileSync('docs/live.md', 'utf8')
    for (const [, file] of page.matchAll(/\]\(\.\.\/(examples\/\S+?)\)/g))
      expect(readFileSync(file!, 'utf8')).not.toBe('')
    const scalars = [...readFileSync('src/schema/schema.graphql', 'utf8').matchAll(/^scalar (\w+)/gm)].map(
      ([, name]) => name!,
    )
    expect(scalars.filter((name) => !page.includes(`${name}: '`))).toEqual([])
  })
})
