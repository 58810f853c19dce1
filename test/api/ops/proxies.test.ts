import { readFileSync } from 'node:fs'
import { createServer, request as requestHttp, type IncomingHttpHeaders, type Server } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createStackgate } from '@stackgate/client'
import WebSocket from 'ws'
import { builtDashboard } from '#test/support/built-dashboard.js'
import { deploymentWithAgent, enqueue } from '#test/support/deployments.js'
import { newAccount } from '#test/support/entitlements.js'
import { noProxy, startReverseProxy, validateShippedFile, type ReverseProxy } from '#test/support/reverse-proxies.js'
import { describeUnless } from '#test/support/skip.js'
import { TestAgent } from '#test/support/test-agent.js'
import { makeTlsFiles, type TlsFiles } from '#test/support/tls-files.js'
import { text } from '#test/packages/client/support.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { startCheckout } from '#test/support/buy-plan.js'

/** Another prefix than that of the shipped files. It is also the first part of one of our own paths, `/billing/start`. */
const PREFIX = '/billing/'
/** Longest poll of an agent, in seconds. */
const MAX_POLL_SECONDS = 120
/** Time limits of the shipped files, in seconds. */
const TIME_LIMITS = {
  nginx: ['deploy/nginx-locations.conf', /proxy_(?:read|send)_timeout (\d+)s/g, 2],
  haproxy: ['deploy/haproxy.cfg', /timeout (?:client|server|tunnel) (\d+)s/g, 3],
  caddy: ['deploy/Caddyfile', /response_header_timeout (\d+)s/g, 1],
} as const
const CLIENT = '127.0.0.2'
const SPOOFED = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'gopher',
  'x-forwarded-host': 'evil.example',
  forwarded: 'for=203.0.113.9',
}
const EVENTS = text<
  { events: { __typename: string; cursor: string; type: string } },
  { account: string }
>(`subscription Changes($account: ID, $after: String) {
  billingEvents(accountId: $account, after: $after) {
    __typename cursor ... on Event { sequence type } } }`)

/** A program that only records headers: the proxies are the subject. */
interface Recorder {
  readonly port: number
  readonly received: IncomingHttpHeaders[]
  readonly server: Server
}

function startRecorder(): Promise<Recorder> {
  const received: IncomingHttpHeaders[] = []
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.endsWith('/recorded')) received.push(incoming.headers)
    outgoing.end('{}')
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as AddressInfo).port, received, server })),
  )
}

/** A request of another client address, with headers that only a proxy should set. */
const send = (url: string, tls: TlsFiles | null): Promise<number> =>
  new Promise((resolve, reject) =>
    (tls ? requestHttps : requestHttp)(
      url.replace('localhost', '127.0.0.1'),
      {
        localAddress: CLIENT,
        headers: { ...SPOOFED, host: new URL(url).host },
        ...(tls ? { ca: tls.authority, servername: 'localhost' } : {}),
      },
      (response) => {
        response.resume()
        resolve(response.statusCode!)
      },
    )
      .on('error', reject)
      .end(),
  )

describe('Reverse proxies', () => {
  let server: TestServer
  let tls: TlsFiles
  beforeAll(async () => {
    tls = await makeTlsFiles([{ type: 'dns', value: 'localhost' }])
    server = await startTestServer({
      env: {
        PUBLIC_URL: `https://example.com${PREFIX}`,
        DASHBOARD: await builtDashboard(),
      },
    })
    await server.token('first@example.com')
  })
  afterAll(() => server.close())

  it('differ for nginx in compose by addresses only', () => {
    const [machine, compose] = ['deploy/nginx.conf', 'deploy/nginx.compose.conf'].map((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.replace(/#.*/, '').trim())
        .filter((line) => line !== ''),
    )
    expect(machine!.filter((line) => !compose!.includes(line))).toEqual([
      'server 127.0.0.1:4000 max_fails=1 fail_timeout=5s;',
      'listen 127.0.0.1:8080;',
    ])
    expect(compose!.filter((line) => !machine!.includes(line))).toEqual([
      'server api:4000 max_fails=1 fail_timeout=5s;',
      'listen 8080;',
    ])
  })

  for (const name of ['nginx', 'haproxy', 'caddy'] as const)
    describeUnless(noProxy(name))(name, () => {
      let proxy: ReverseProxy
      let base: string
      beforeAll(async () => {
        proxy = await startReverseProxy(name, { backend: Number(new URL(server.url).port), prefix: PREFIX })
        base = `${proxy.url}${PREFIX.slice(0, -1)}`
      })
      afterAll(() => proxy.stop())

      it('accepts the shipped file without a warning', () => {
        const { status, printed } = validateShippedFile(name)
        expect(printed).not.toMatch(/\[(?:warn|emerg|alert|WARNING|ALERT)\]|"level":"(?:warn|error)"/i)
        expect(status).toBe(0)
      })

      it('waits longer than the longest poll of an agent', () => {
        const [file, pattern, count] = TIME_LIMITS[name]
        const limits = [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, seconds]) => Number(seconds))
        expect(limits).toHaveLength(count)
        expect(Math.min(...limits)).toBeGreaterThan(MAX_POLL_SECONDS)
      })

      it('forwards GraphQL, REST and the dashboard below a prefix', async () => {
        const token = await server.token(`${name}@example.com`)
        const response = await fetch(`${base}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: '{ account { name } }' }),
        })
        expect(await response.json()).toEqual({ data: { account: { name: `${name}@example.com` } } })
        const rest = await fetch(`${base}/billing/status`, { headers: { authorization: `Bearer ${token}` } })
        expect([rest.status, await rest.json()]).toEqual([
          200,
          expect.objectContaining({ plan: expect.objectContaining({ name: 'free' }) }),
        ])
        const page = await fetch(`${base}/dashboard/`)
        const html = await page.text()
        expect([page.status, html]).toEqual([200, expect.stringContaining(`<base href="${PREFIX}dashboard/"`)])
        const [, script] = /<script[^>]* src="([^"]+)"/.exec(html)!
        const loaded = await fetch(new URL(script!, `${base}/dashboard/`))
        expect([loaded.status, loaded.headers.get('content-type')]).toEqual([
          200,
          expect.stringContaining('javascript'),
        ])
      })

      it.each(['websocket', 'sse'] as const)('forwards events by %s while they happen', async (transport) => {
        const email = `${name}-${transport}@example.com`
        const account = await newAccount(server, email)
        const token = await server.token(email)
        const client = createStackgate({ url: `${base}/graphql`, token, account, transport, WebSocket })
        try {
          let arrived: (type: string) => void = () => undefined
          const first = new Promise<string>((resolve) => (arrived = resolve))
          let opened: () => void = () => undefined
          const live = new Promise<void>((resolve) => (opened = resolve))
          const handle = await client.follow(
            EVENTS,
            { account },
            {
              onItem: ({ type }) => arrived(type),
              onState: ({ state }) => (state === 'live' ? opened() : undefined),
            },
          )
          await live
          const providerReference = await startCheckout(server, token, { plan: 'plus', idempotencyKey: 'one' })
          await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
          expect(await first).toMatch(/^[a-z_]+\.[a-z_]+$/)
          handle.close()
        } finally {
          client.close()
        }
      })

      it("returns a command to an agent's waiting poll, and forwards its report", async () => {
        const deployment = await deploymentWithAgent(server)
        const agent = new TestAgent(base, deployment.agent.identity)
        expect((await agent.wait(0)).body.item).toBeNull()
        const waiting = agent.wait(60)
        const { id } = await enqueue(server, deployment)
        expect((await waiting).body.item?.command_id).toBe(id)
        expect((await agent.report({ command_id: id, status: 'success' })).status).toBe(200)
      })

      it('serves no metrics, in whatever form the path is written', async () => {
        for (const path of ['metrics', 'metrics/', 'metrics//', '/metrics', '%6Detrics', 'metrics?a=b'])
          expect([path, (await fetch(`${base}/${path}`)).status]).toEqual([path, 404])
      })

      it.each(['http', 'https'])('names the client and ignores its own headers, by %s', async (scheme) => {
        const recorder = await startRecorder()
        const own = await startReverseProxy(name, {
          backend: recorder.port,
          prefix: PREFIX,
          ...(scheme === 'https' ? { tls } : {}),
        })
        try {
          expect(await send(`${own.url}${PREFIX}recorded`, scheme === 'https' ? tls : null)).toBe(200)
          const [headers] = recorder.received
          expect(headers).toMatchObject({
            'x-forwarded-for': CLIENT,
            'x-forwarded-proto': scheme,
            'x-forwarded-host': expect.stringMatching(/^localhost(:\d+)?$/),
            host: expect.stringMatching(/^localhost(:\d+)?$/),
          })
          expect(headers).not.toHaveProperty('forwarded')
        } finally {
          await own.stop()
          recorder.server.closeAllConnections()
          recorder.server.close()
        }
      })

      it('redirects http to https, with path and query', async () => {
        const own = await startReverseProxy(name, { backend: Number(new URL(server.url).port), prefix: PREFIX, tls })
        try {
          const answer = await fetch(`${own.redirectUrl}${PREFIX}dashboard/?a=b`, { redirect: 'manual' })
          const { protocol, hostname, pathname, search } = new URL(answer.headers.get('location')!)
          expect([answer.status, protocol, hostname, `${pathname}${search}`]).toEqual([
            name === 'caddy' ? 308 : 301,
            'https:',
            'localhost',
            `${PREFIX}dashboard/?a=b`,
          ])
        } finally {
          await own.stop()
        }
      })

      it('accepts the largest report of an agent', async () => {
        const body = `{"padding":"${'x'.repeat(16 * 1_048_576 - 100)}"}`
        const response = await fetch(`${base}/api/v1/agent/commands/report`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
        // The server itself rejects it, because it is not signed.
        expect(response.status).toBe(401)
        await response.text()
      })
    })
})
