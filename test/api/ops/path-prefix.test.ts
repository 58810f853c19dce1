import { createServer, request as httpRequest, type Server } from 'node:http'
import { connect } from 'node:net'
import { recordStream } from '#test/support/graphql-stream.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** Reverse proxy with a path prefix: forwards `/stacker/…` unchanged, including sockets. */
function startProxy(target: string): Promise<{ url: string; server: Server }> {
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const forwarded = httpRequest(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(outgoing)
      },
    )
    incoming.pipe(forwarded)
  })
  server.on('upgrade', (incoming, socket) => {
    const upstream = connect(Number(port), hostname, () => {
      const head = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`)
      upstream.write([`GET ${incoming.url} HTTP/1.1`, ...head, '', ''].join('\r\n'))
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, server }),
    ),
  )
}

describe('Path prefix', () => {
  let harness: TestServer
  let proxy: { url: string; server: Server }
  beforeAll(async () => {
    harness = await startTestServer({ env: { PUBLIC_URL: 'https://example.com/stacker' } })
    proxy = await startProxy(harness.url)
  })
  afterAll(async () => {
    proxy.server.closeAllConnections()
    proxy.server.close()
    await harness.close()
  })

  it('serves GraphQL, WebSocket, GraphiQL and links under /stacker/', async () => {
    const base = `${proxy.url}/stacker`
    const answer = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ plans { code } }' }),
    })
    expect(((await answer.json()) as { data: { plans: unknown[] } }).data.plans).toHaveLength(4)

    const token = await harness.token('prefixed@example.com')
    const entitlements = await recordStream<{ snapshot: boolean }>(
      base,
      token,
      `subscription { entitlements { ... on EntitlementsChanged { snapshot } } }`,
    )
    expect(await entitlements.until((events) => events.length > 0)).toEqual([{ snapshot: true }])
    await entitlements.stop()

    const page = await (await fetch(`${base}/graphiql`)).text()
    const script = /<script src="([^"]+)"/.exec(page)![1]!
    expect((await fetch(new URL(script, `${base}/graphiql`))).status).toBe(200)
    expect((await fetch(`${base}/health/ready`)).status).toBe(200)

    const { data } = await harness.graphql<{ startSubscription: { providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "k") { checkout { providerReference } } }`,
      {},
      token,
    )
    const [checkout] = await harness.query<{ success_url: string }>(
      `select success_url from checkout where session_id = $1`,
      [data.startSubscription.providerReference],
    )
    expect(checkout!.success_url).toBe('https://example.com/stacker/billing/return?session_id={CHECKOUT_SESSION_ID}')
  })

  it('puts the prefix into the URLs of remedies, in REST as in GraphQL', async () => {
    const token = await harness.token('upgrading@example.com')
    const { data } = await harness.graphql<{
      account: { id: string }
      check: { denial: { remedies: { url: string | null }[] } }
    }>(
      `{
        account { id }
        check(feature: "deployments", amount: 50) { denial { remedies { url } } }
      }`,
      {},
      token,
    )
    const service = await harness.serviceKey(['entitlements:write'])
    const { body } = await harness.rest('POST', '/api/v1/entitlements/check', {
      token: service,
      body: { account_id: data.account.id, feature: 'deployments', amount: 50 },
    })
    const { denial } = body as { denial: { upgrade_url: string; remedies: { url?: string }[] } }
    expect(denial.upgrade_url).toBe('https://example.com/stacker/billing/start')
    const urls = data.check.denial.remedies.map(({ url }) => url)
    expect(denial.remedies.map(({ url = null }) => url)).toEqual(urls)
    expect(urls).toContain(denial.upgrade_url)
  })
})
