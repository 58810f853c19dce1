import { noProxy, startReverseProxy } from '../support/reverse-proxies.js'
import { itUnless } from '../support/skip.js'
import { reportSlowly, type SlowReport } from '../support/slow-reports.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const PREFIX = '/billing/'
const MINUTES_10 = 600
const SIZES = [1_000, 60_000, 1_000_000, 4_000_000, 16 * 1_048_576]
const RATES = [10_000, 50_000, 200_000, 400_000, 1_000_000]

/** `npm run test:long -- slow-reports`: reports of every size at every rate that needs at most ten minutes. */
describe('Slow reports', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { PUBLIC_URL: `https://example.com${PREFIX}` } })
  })
  afterAll(() => server.close())

  const reports: SlowReport[] = SIZES.flatMap((bytes) => RATES.map((bytesPerSecond) => ({ bytes, bytesPerSecond })))
  const inTime = reports.filter(({ bytes, bytesPerSecond }) => bytes / bytesPerSecond <= MINUTES_10)

  const expectAccepted = async (base: string): Promise<void> => {
    const ends = await Promise.all(inTime.map((report) => reportSlowly(server, base, report)))
    expect(ends.map(({ status, command }, index) => ({ ...inTime[index], status, command }))).toEqual(
      inTime.map((report) => ({ ...report, status: 200, command: 'SUCCEEDED' })),
    )
    expect(Math.max(...ends.map(({ seconds }) => seconds))).toBeLessThan(MINUTES_10)
  }

  // Two at the same time: all together send more large bodies than a server holds in memory.
  for (const pair of [['haproxy', null] as const, ['nginx', 'caddy'] as const]) {
    const names = pair.filter((name) => name === null || noProxy(name) === null)
    const missing = pair.find((name) => name !== null && noProxy(name) !== null)
    itUnless(missing ? noProxy(missing) : null)(
      `are accepted within ten minutes through ${pair.map((name) => name ?? 'no proxy').join(' and ')}`,
      async () => {
        const proxies = await Promise.all(
          names.map(async (name) =>
            name ? startReverseProxy(name, { backend: Number(new URL(server.url).port), prefix: PREFIX }) : null,
          ),
        )
        try {
          await Promise.all(
            proxies.map((proxy) => expectAccepted(proxy ? `${proxy.url}${PREFIX.slice(0, -1)}` : server.url)),
          )
        } finally {
          for (const proxy of proxies) await proxy?.stop()
        }
      },
    )
  }
})
