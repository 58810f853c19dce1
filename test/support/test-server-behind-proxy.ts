import { startTestServer, type TestServer, type TestServerOptions } from './test-server.js'
import { stripeSignature } from './signed-event.js'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js'

/** Ends a call that would hang forever. It is no measure of speed. */
const GIVE_UP_MS = 60_000

/** A server whose way to the database can be cut or made silent. */
export interface TestServerBehindProxy {
  readonly server: TestServer
  readonly proxy: TcpProxy
  /** Sends a signed event of Stripe to the server. */
  deliver(event: Record<string, unknown>): Promise<{ status: number; body: { code?: string } }>
  close(): Promise<void>
}

export async function startTestServerBehindProxy(options: TestServerOptions = {}): Promise<TestServerBehindProxy> {
  const { hostname, port } = new URL(process.env['STACKGATE_TEST_SERVER']!)
  const proxy = await openTcpProxy({ host: hostname, port: Number(port || 5432) })
  const server = await startTestServer({ ...options, databaseThrough: (url) => proxy.through(url) })
  return {
    server,
    proxy,
    async deliver(event) {
      const body = JSON.stringify(event)
      const response = await fetchInTime('the webhook', `${server.url}/webhooks/stripe`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'stripe-signature': stripeSignature(body, server.webhookSecret),
        },
        body,
      })
      return { status: response.status, body: (await response.json()) as { code?: string } }
    },
    async close() {
      await server.close()
      await proxy.close()
    },
  }
}

/** Sends a request that must end, with whatever response. The error names the request that does not. */
export const fetchInTime = (name: string, url: string, options: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...options, signal: AbortSignal.timeout(GIVE_UP_MS) }).catch((error: unknown) => {
    throw new Error(`${name} did not end within ${GIVE_UP_MS} ms`, { cause: error })
  })
