import { entitlementService, grantTestCredits, newAccount } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'
import { createSeededRandom } from '../support/seeded-random.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

// Replay a failure with SEED=<the printed seed> npm test -- faults/late-commits
const SEED = Number(process.env['SEED'] ?? 5102)
const FEATURE = 'ai_stories'
const RESERVATIONS = 120
const POLICIES = ['RELEASE', 'COMMIT', 'COMMIT_ESTIMATE'] as const

describe('late commits at two servers', () => {
  let server: TestServer
  let second: SecondServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T10:00:00Z', env: { CATALOG: 'agileforge' } })
    second = await startSecondServer(server, { CATALOG: 'agileforge' })
  })
  afterAll(async () => {
    await second.kill()
    await server.close()
  })

  it('are booked once each, while one server is killed and every call is repeated at the other', async () => {
    const random = createSeededRandom(SEED)
    const below = (bound: number) => Math.floor(random.next() * bound)
    const service = await entitlementService(server)
    const accounts = await Promise.all(Array.from({ length: 4 }, () => newAccount(server)))
    await Promise.all(accounts.map((accountId) => grantTestCredits(server, accountId, FEATURE, 100_000)))
    const expected = new Map(accounts.map((accountId) => [accountId, 0]))
    const reported: { reservationId: string; amount: number }[] = []
    for (let index = 0; index < RESERVATIONS; index++) {
      const accountId = accounts[index % accounts.length]!
      const onExpiry = POLICIES[index % POLICIES.length]!
      const [reserved, estimate, amount] = [1 + below(50), below(50), 1 + below(60)]
      const { id } = await service.reserve({
        accountId,
        feature: FEATURE,
        amount: reserved,
        expiresInSeconds: 60,
        onExpiry,
      })
      await service.extend({ reservationId: id, estimate })
      reported.push({ reservationId: id, amount })
      const consumed = { RELEASE: 0, COMMIT: Math.max(reserved, estimate), COMMIT_ESTIMATE: estimate }[onExpiry]
      expected.set(accountId, expected.get(accountId)! + Math.max(consumed, amount))
    }
    await server.advanceTo('2026-03-10T10:02:00.000Z')

    const commit = async (url: string, { reservationId, amount }: (typeof reported)[number], key: string) => {
      const response = await fetch(`${url}/api/v1/entitlements/commit`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${service.key}` },
        body: JSON.stringify({ reservation_id: reservationId, amount, idempotency_key: key }),
      })
      return (await response.json()) as { id?: string; code?: string }
    }
    let sent = 0
    const results = await Promise.all(
      reported.map(async (one, index) => {
        const key = `late-${index}`
        const there = commit(second.url, one, key).catch(() => null)
        if (++sent === RESERVATIONS) setTimeout(() => void second.kill(), 150)
        return [await there, await commit(server.url, one, key)] as const
      }),
    )
    expect(results.some(([there]) => there === null)).toBe(true)
    expect(results.map(([, here]) => here.code).filter((code) => code !== undefined)).toEqual([])
    for (const [there, here] of results) if (there?.id) expect(there.id).toBe(here.id)
    // Another key finds every one of them committed.
    for (const [index, one] of reported.entries())
      expect(await commit(server.url, one, `again-${index}`)).toMatchObject({ code: 'RESERVATION_CLOSED' })

    const used = await server.query<{ id: string; used: number }>(
      `select account_id as id, -sum(amount)::int as used from ledger_entry where kind = 'CONSUME' and account_id = any($1) group by 1`,
      [accounts],
    )
    expect(new Map(used.map(({ id, used: units }) => [id, units]))).toEqual(expected)
    await expectInvariants(server)
  })
})
