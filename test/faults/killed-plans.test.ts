import { freePort } from '../support/free-port.js'
import { expectInvariants } from '../support/invariants.js'
import { createSeededRandom } from '../support/seeded-random.js'
import { startServerChildProcess } from '../support/server-child-process.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const CATALOG = { CATALOG: 'ai-platform' }
const ROUNDS = 3
const CUSTOMERS = 4
const USES = 40
const CONCURRENT = 20
const PLANS = ['pro', 'scale', null, 'pro', 'scale'] as const

describe('a server that is killed while events set plans and customers use credits', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await startTestServer({ env: CATALOG })
    token = await server.serviceKey(['credits:write', 'entitlements:write', 'accounts:write'])
  })
  afterAll(() => server.close())

  interface Call {
    readonly path: string
    readonly body: object
  }
  const post = async (url: string, { path, body }: Call): Promise<number | null> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const options = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await fetch(`${url}/api/v1/entitlements/${path}`, options).catch(() => null))?.status ?? null
  }
  async function postAll(url: string, calls: readonly Call[], onStatus: (status: number | null) => void) {
    const left = [...calls]
    await Promise.all(
      Array.from({ length: CONCURRENT }, async () => {
        for (let call = left.pop(); call !== undefined; call = left.pop()) onStatus(await post(url, call))
      }),
    )
  }

  it('ends with the newest plan and each use counted once after everything is sent again', async () => {
    const random = createSeededRandom(73)
    const shuffled = (calls: readonly Call[]) =>
      calls
        .map((call) => ({ call, at: random.next() }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ call }) => call)
    const port = await freePort()
    const now = server.app.context.clock.now().getTime()
    for (let round = 0; round < ROUNDS; round++) {
      const customers = Array.from({ length: CUSTOMERS }, (_, index) => `customer:killed-${round}-${index}`)
      const calls = customers.flatMap((account_id): Call[] => [
        ...PLANS.map((plan, index) => {
          const event = { event_at: new Date(now - 60_000 + index * 1000), idempotency_key: `evt-${index}` }
          return { path: 'set-plan', body: { account_id, plan, source: 'sub_1', ...event } }
        }),
        ...Array.from({ length: USES }, (_, index) => {
          const body = { account_id, feature: 'ai_credits', amount: 10, idempotency_key: `job-${index}` }
          return { path: 'consume', body }
        }),
      ])
      const child = await startServerChildProcess(server, port, CATALOG)
      const limit = 10 + Math.floor(random.next() * calls.length)
      let answered = 0
      let killed: Promise<void> | undefined
      await postAll(child.url, shuffled([...calls, ...calls]), (status) => {
        if (status === 200) answered += 1
        if (answered >= limit) killed ??= child.kill()
      })
      await killed
      const statuses = new Set<number | null>()
      await postAll(server.url, shuffled([...calls, ...calls]), (status) => void statuses.add(status))
      expect([round, ...statuses]).toEqual([round, 200])
      for (const account_id of customers) {
        const { body } = await server.rest('POST', '/api/v1/entitlements/check', {
          token,
          body: { account_id, feature: 'ai_credits' },
        })
        expect(body).toMatchObject({ entitlement: { limit: 600_000, used: USES * 10 } })
      }
      await expectInvariants(server)
    }
  })
})
