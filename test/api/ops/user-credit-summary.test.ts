import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { figures } from '#test/support/analytics.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const METRICS = [
  'CREDITS_GRANTED',
  'CREDITS_USED',
  'CREDITS_RESERVED',
  'CREDITS_EXPIRED',
  'CREDITS_REVOKED',
  'CREDITS_REMAINING',
] as const

describe('credits of accounts', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' }, start: '2026-03-31T12:00:00Z' })
    admin = await server.token('root@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  it('sums the credits of an account by feature, and exports them without formulas', async () => {
    const ann = await newAccount(server)
    const service = await entitlementService(server)
    await grantTestCredits(server, ann, 'ai_stories', 50, { expiresAt: new Date('2026-04-02T00:00:00Z') })
    await grantTestCredits(server, ann, 'ai_stories', 100, { expiresAt: new Date('2026-12-31T00:00:00Z') })
    // The allowance of 25 is used before the credits.
    for (const amount of [20, 25]) await service.consume({ accountId: ann, feature: 'ai_stories', amount })
    await server.advanceTo('2026-04-03T12:00:00Z')
    await aggregateAll(server.app.context)
    const series = await figures(server, admin, { metrics: METRICS, interval: 'RANGE' })
    expect(series.map(({ groups, total }) => [groups, total])).toEqual(
      [150, 20, 0, 30, 0, 100].map((total) => [{ ACCOUNT: ann, FEATURE: 'ai_stories' }, total]),
    )
    const bob = await newAccount(server)
    await grantTestCredits(server, bob, 'ai_stories', 7)
    // Pages end within the figures of an account.
    for (const first of [1, 4, 6, 7])
      expect(
        (await figures(server, admin, { metrics: METRICS, interval: 'RANGE', first })).map(({ total }) => total),
      ).toEqual([150, 20, 0, 30, 0, 100, 7, 0, 0, 0, 0, 7])

    await server.query(`update account set name = '=1+1' where id = $1`, [ann])
    const file = await server.rest('GET', '/api/v1/analytics/user-credit-summary.csv', { token: admin })
    expect(file.body as unknown as string).toContain(`,'=1+1,ai_stories,150,20,0,30,0,100,2026-12-31T00:00:00.000Z`)
  })
})
