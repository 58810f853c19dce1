import { createContext, Script } from 'node:vm'
import NodeWebSocket from 'ws'
import type * as Client from '@stackgate/client'
import { bundle } from '#test/support/bundle.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { deploymentWithAgent } from '#test/support/deployments.js'
import { COMMANDS, cursorOf, makeEvents, text } from './support.js'

/** Globals that every runtime of the web platform has. Neither `process` nor `Buffer`, `window`, `document` or `require`. */
const WEB = {
  AbortController,
  AbortSignal,
  clearTimeout,
  crypto,
  fetch,
  Headers,
  queueMicrotask,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
}

describe('The client in runtimes that have only the globals of the web', () => {
  let server: TestServer
  let code: string
  beforeAll(async () => {
    server = await startTestServer()
    code = await bundle('packages/client/src/index.ts', true)
  })
  afterAll(() => server.close())

  /** The exports of the bundle in a new realm. */
  function load(globals: object): typeof Client {
    const [, names] = /export\s*\{([^}]*)\};?\s*$/.exec(code)!
    const members = names!.split(',').map((name) => name.trim().split(/\s+as\s+/))
    const object = members.map(([local, exported = local]) => `${exported}: ${local}`).join(', ')
    const script = new Script(`${code.replace(/export\s*\{[^}]*\};?\s*$/, '')}; ({ ${object} })`)
    return script.runInContext(createContext({ ...globals })) as typeof Client
  }

  it.each([
    ['without WebSocket', WEB, 'sse'],
    ['with WebSocket', { ...WEB, WebSocket: NodeWebSocket }, 'websocket'],
  ] as const)('queries, hashes and follows a stream %s', async (_, globals, transport) => {
    const { createStackgate, StackgateError, createIdempotencyKey } = load(globals)
    const deployment = await deploymentWithAgent(server)
    const client = createStackgate({ url: `${server.url}/graphql`, token: deployment.owner, persisted: 'automatic' })
    for (let round = 0; round < 2; round++)
      expect((await client.request(text<{ plans: unknown[] }>('{ plans { code } }'))).plans.length).toBeGreaterThan(1)
    await expect(client.request(text('{ nothing }'))).rejects.toBeInstanceOf(StackgateError)
    expect(createIdempotencyKey()).toMatch(/^[\w-]{32,36}$/)
    const stream = client.stream(COMMANDS, { hash: deployment.hash }, { after: await cursorOf(server, deployment) })
    await makeEvents(server, deployment, 2)
    const types: string[] = []
    for await (const item of stream) {
      types.push(item.__typename)
      if (types.length === 2) break
    }
    expect(types).toEqual(['Event', 'Event'])
    client.close()
    if (transport === 'sse')
      expect(() => createStackgate({ url: server.url, transport: 'websocket' })).toThrow(/has no WebSocket/)
  })
})
