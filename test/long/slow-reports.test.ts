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

  it('are accepted within ten minutes', () => expectAccepted(server.url))

  for (const name of ['nginx', 'haproxy', 'caddy'] as const)
    itUnless(noProxy(name))(`are accepted through ${name} within ten minutes`, async () => {
      const proxy = await startReverseProxy(name, { backend: Number(new URL(server.url).port), prefix: PREFIX })
      try {
        await expectAccepted(`${proxy.url}${PREFIX.slice(0, -1)}`)
      } finally {
        await proxy.stop()
      }
    })
})
