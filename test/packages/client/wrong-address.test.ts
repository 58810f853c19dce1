import type { Stackgate, StreamState } from '@stackgate/client'
import { createEntitlements } from '@stackgate/client/entitlements'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Socket } from 'node:net'
import WebSocket from 'ws'
import { eventually } from '#test/support/test-server.js'
import { clientOf, COMMANDS } from './support.js'

describe('A client with an address that does not work', () => {
  const closers: (() => void)[] = []
  afterEach(() => {
    for (const close of closers.splice(0)) close()
  })

  /** A server that responds to each request with a body. It refuses WebSockets, or does not accept connections. */
  async function serve(status: number, type: string, body: string): Promise<{ url: string; server: Server }> {
    const server = createServer((_request, response) => response.writeHead(status, { 'content-type': type }).end(body))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    closers.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }

  async function statesOf(client: Stackgate): Promise<StreamState[]> {
    closers.push(() => client.close())
    const states: StreamState[] = []
    const handle = await client.follow(
      COMMANDS,
      { hash: 'h' },
      { onItem: () => undefined, onState: (state) => void states.push(state) },
    )
    closers.push(() => handle.close())
    return states
  }

  const errorOf = (states: readonly StreamState[]) => {
    const last = states.at(-1)
    return last?.state === 'waiting' ? last.error : undefined
  }

  it('says that another server responds, and continues when the address is right', async () => {
    const { url } = await serve(404, 'text/html', '<!doctype html>Not here.')
    const states = await statesOf(clientOf(url, { transport: 'websocket' }))
    const error = await eventually(
      () => errorOf(states),
      (found) => found?.code === 'BAD_RESPONSE',
      30_000,
    )
    expect(error).toMatchObject({ status: 404, message: expect.stringContaining('an HTML page') })
    // Later attempts fail too, and the reason stays.
    const count = states.length
    await eventually(
      () => states.length,
      (length) => length > count + 1,
      30_000,
    )
    // A later attempt has an equal error.
    expect(errorOf(states)).toMatchObject({ code: 'BAD_RESPONSE', message: error!.message })
    expect(states.map(({ state }) => state)).not.toContain('ended')
  })

  it('says that WebSockets do not pass', async () => {
    const { url, server } = await serve(200, 'application/json', '{"data":{"__typename":"Query"}}')
    server.on('upgrade', (_request, socket: Socket) => socket.destroy())
    const states = await statesOf(clientOf(url, { transport: 'websocket' }))
    const error = await eventually(
      () => errorOf(states),
      (found) => found?.code === 'CONFIGURATION',
      30_000,
    )
    expect(error!.message).toContain("transport: 'sse'")
  })

  it('says that there is no server', async () => {
    const { url, server } = await serve(200, 'text/plain', '')
    server.close()
    const states = await statesOf(clientOf(url, { transport: 'websocket' }))
    await eventually(
      () => states.length,
      (length) => length > 4,
      30_000,
    )
    expect(errorOf(states)).toMatchObject({ code: 'NETWORK' })
  })

  it('rejects checks from memory whose server is another one', async () => {
    const { url } = await serve(404, 'text/html', '<!doctype html>Not here.')
    const entitlements = createEntitlements({ url, key: 'sgk_1', WebSocket })
    closers.push(() => entitlements.close())
    const codes: string[] = []
    const watch = entitlements.watch('acc_1', { onError: ({ code }) => void codes.push(code) })
    await expect(watch.ready).rejects.toMatchObject({ code: 'BAD_RESPONSE', status: 404 })
    expect(codes).toEqual(['BAD_RESPONSE'])
  })
})
