import { defaultLimits } from '#edge/options.js'
import { noProxy, startReverseProxy, type ProxyName } from '../support/reverse-proxies.js'
import { itUnless } from '../support/skip.js'
import { reportAtOnce, reportSlowly, type SlowReport } from '../support/slow-reports.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const PREFIX = '/billing/'
const MINUTES_10 = 600
const SIZES = [1_000, 60_000, 1_000_000, 4_000_000, 16 * 1_048_576]
const RATES = [10_000, 50_000, 200_000, 400_000, 1_000_000]
/** Null is no proxy. */
const WAYS: readonly (ProxyName | null)[] = [null, 'haproxy', 'nginx', 'caddy']
const nameOf = (way: ProxyName | null): string => way ?? 'no proxy'
const noWay = (way: ProxyName | null): string | null => way && noProxy(way)

type Ends = readonly Awaited<ReturnType<typeof reportSlowly>>[]

/** `npm run test:long -- slow-reports`: reports of every size at every rate that needs at most ten minutes. */
describe('Slow reports', () => {
  const reports: SlowReport[] = SIZES.flatMap((bytes) => RATES.map((bytesPerSecond) => ({ bytes, bytesPerSecond })))
  const inTime = reports.filter(({ bytes, bytesPerSecond }) => bytes / bytesPerSecond <= MINUTES_10)

  // Each way has a server of its own: all together send more large bodies than a server holds in memory.
  const servers = new Map<ProxyName | null, TestServer>()
  let ends: ReadonlyMap<ProxyName | null, Promise<Ends>>
  beforeAll(async () => {
    const here = WAYS.filter((way) => noWay(way) === null)
    for (const way of here)
      servers.set(way, await startTestServer({ env: { PUBLIC_URL: `https://example.com${PREFIX}` } }))
    const sendAll = (way: ProxyName | null) =>
      through(way, (server, base) => Promise.all(inTime.map((report) => reportSlowly(server, base, report))))
    ends = new Map(here.map((way) => [way, sendAll(way)]))
    await Promise.allSettled(ends.values())
  })
  afterAll(async () => {
    for (const server of servers.values()) await server.close()
  })

  async function through<Result>(
    way: ProxyName | null,
    use: (server: TestServer, base: string) => Promise<Result>,
  ): Promise<Result> {
    const server = servers.get(way)!
    const proxy = way && (await startReverseProxy(way, { backend: Number(new URL(server.url).port), prefix: PREFIX }))
    try {
      return await use(server, proxy ? `${proxy.url}${PREFIX.slice(0, -1)}` : server.url)
    } finally {
      await proxy?.stop()
    }
  }

  for (const way of WAYS) {
    itUnless(noWay(way))(`are accepted within ten minutes through ${nameOf(way)}`, async () => {
      const all = await ends.get(way)!
      const lines = all.map(({ seconds, status }, index) => {
        const { bytes, bytesPerSecond } = inTime[index]!
        return `slow-reports: ${nameOf(way)}: ${bytes} bytes at ${bytesPerSecond}/s: ${status} after ${seconds.toFixed(1)} s\n`
      })
      process.stderr.write(lines.join(''))
      expect(all.map(({ status, body, command }, index) => ({ ...inTime[index], status, body, command }))).toEqual(
        inTime.map((report) => ({ ...report, status: 200, body: expect.any(Object), command: 'SUCCEEDED' })),
      )
      expect(Math.max(...all.map(({ seconds }) => seconds))).toBeLessThan(MINUTES_10)
    })

    itUnless(noWay(way))(`of one agent hold two connections at a time through ${nameOf(way)}`, () =>
      through(way, async (server, base) => {
        const { slowBodiesPerSender: allowed } = defaultLimits
        const report = { bytes: 200_000, bytesPerSecond: 10_000 }
        const { answers, command } = await reportAtOnce(server, base, report, 3 * allowed)
        const accepted = answers.filter(({ status }) => status === 200)
        const cut = answers.filter(({ status }) => status === 503)
        const said = answers.map(({ status, seconds }) => `${status} after ${seconds.toFixed(1)} s`).join(', ')
        process.stderr.write(`slow-reports: ${nameOf(way)}: ${3 * allowed} connections of one agent: ${said}\n`)
        expect([accepted.length, cut.length, command]).toEqual([allowed, 2 * allowed, 'SUCCEEDED'])
        expect(Math.max(...cut.map(({ seconds }) => seconds))).toBeLessThan(report.bytes / report.bytesPerSecond)
      }),
    )
  }
})
