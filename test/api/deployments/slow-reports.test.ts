import { createHmac, randomUUID } from 'node:crypto'
import { deploymentWithAgent } from '#test/support/deployments.js'
import { noProxy, startReverseProxy, type ProxyName } from '#test/support/reverse-proxies.js'
import { itUnless } from '#test/support/skip.js'
import { reportSlowly } from '#test/support/slow-reports.js'
import { sendSlowly } from '#test/support/slow-sender.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PREFIX = '/billing/'
/** Each takes longer than an unknown sender has. `test/long/slow-reports.test.ts` sends more sizes at more rates. */
const REPORTS = [
  { bytes: 1_000, bytesPerSecond: 70 },
  { bytes: 200_000, bytesPerSecond: 14_000 },
  { bytes: 1_000_000, bytesPerSecond: 70_000 },
]

const PROXIES = ['nginx', 'haproxy', 'caddy'] as const
type Ends = Awaited<ReturnType<typeof reportSlowly>>[]

describe('slow reports', () => {
  let server: TestServer
  /** Responses by proxy. All reports are sent at the same time. */
  let ends: ReadonlyMap<string, Promise<Ends>>
  beforeAll(async () => {
    server = await startTestServer({ env: { PUBLIC_URL: `https://example.com${PREFIX}` } })
    const sendAll = (base: string) => Promise.all(REPORTS.map((report) => reportSlowly(server, base, report)))
    const sendThrough = async (name: ProxyName): Promise<Ends> => {
      const proxy = await startReverseProxy(name, { backend: Number(new URL(server.url).port), prefix: PREFIX })
      try {
        return await sendAll(`${proxy.url}${PREFIX.slice(0, -1)}`)
      } finally {
        await proxy.stop()
      }
    }
    const installed = PROXIES.filter((name) => noProxy(name) === null)
    ends = new Map([
      ['none', sendAll(server.url)],
      ...installed.map((name): [string, Promise<Ends>] => [name, sendThrough(name)]),
    ])
    await Promise.allSettled(ends.values())
  })
  afterAll(() => server.close())

  const expectAccepted = async (proxy: string): Promise<void> => {
    const all = await ends.get(proxy)!
    expect(all.map(({ status, command }) => [status, command])).toEqual(REPORTS.map(() => [200, 'SUCCEEDED']))
    expect(Math.min(...all.map(({ seconds }) => seconds))).toBeGreaterThan(13)
  }

  it('are accepted from a verified agent', () => expectAccepted('none'))

  for (const name of PROXIES)
    itUnless(noProxy(name))(`are accepted through the shipped configuration of ${name}`, () => expectAccepted(name))

  it('are verified by their headers, and by their signature when they have arrived', async () => {
    const { agent } = await deploymentWithAgent(server)
    const other = await deploymentWithAgent(server)
    const body = JSON.stringify({ command_id: 'cmd_none', status: 'success' })
    const old = String(Math.floor(Date.now() / 1000) - 400)
    const forged = createHmac('sha256', 'another token').update(body).digest('base64')
    const cases: [string, string, Record<string, string | null>, number, string][] = [
      ['/api/v1/agent/commands/report', 'unknown agent', { 'X-Agent-Id': randomUUID() }, 401, 'INVALID_TOKEN'],
      [
        '/api/v1/apps/status',
        "another agent's token",
        { Authorization: `Bearer ${other.agent.identity.token}` },
        401,
        'INVALID_TOKEN',
      ],
      ['/api/v1/agent/commands/report', 'wrong time', { 'X-Timestamp': old }, 401, 'CLOCK_SKEW'],
      ['/api/v1/apps/status', 'no time', { 'X-Timestamp': null }, 401, 'UNAUTHENTICATED'],
      ['/api/v1/agent/commands/report', 'forged body', { 'X-Agent-Signature': forged }, 401, 'INVALID_SIGNATURE'],
      ['/api/v1/agent/commands/report', 'unknown command', {}, 404, 'NOT_FOUND'],
      ['/api/v1/agent/link', 'unsigned route', {}, 408, 'REQUEST_TIMEOUT'],
      ['/graphql', 'GraphQL', {}, 408, 'REQUEST_TIMEOUT'],
    ]
    const answers = await Promise.all(
      cases.map(([path, , changed]) =>
        sendSlowly({
          url: `${server.url}${path}`,
          headers: agent.headers(body, changed),
          body: Buffer.from(body),
          bytesPerSecond: body.length / 13,
        }),
      ),
    )
    const codeOf = (given: Record<string, unknown>): unknown =>
      given['code'] ?? (given['errors'] as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code
    expect(answers.map(({ status, body: given }, index) => [cases[index]![1], status, codeOf(given)])).toEqual(
      cases.map(([, title, , status, code]) => [title, status, code]),
    )
    for (const { body: given, requestId } of answers) expect(JSON.stringify(given)).toContain(requestId)
  })
})
