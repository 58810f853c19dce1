import { aggregateAll } from '#services/ops/analytics/start-aggregation.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { callAs } from '#test/support/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const SUMMARY = `query ($feature: String, $first: Int) { userCreditSummary(feature: $feature, first: $first) { nodes { account { id } feature { code } granted used expired remaining nextExpiry } } }`

describe('userCreditSummary', () => {
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
    const summary = {
      account: { id: ann },
      feature: { code: 'ai_stories' },
      granted: 150,
      used: 20,
      expired: 30,
      remaining: 100,
      nextExpiry: '2026-12-31T00:00:00.000Z',
    }
    expect(await callAs(server, admin, SUMMARY, { feature: 'ai_stories' })).toEqual({
      kind: 'data',
      value: { nodes: [summary] },
    })
    expect(await callAs(server, admin, SUMMARY, { feature: 'nothing' })).toEqual({ kind: 'data', value: { nodes: [] } })

    await server.query(`update account set name = '=1+1' where id = $1`, [ann])
    const file = await server.rest('GET', '/api/v1/analytics/user-credit-summary.csv', { token: admin })
    expect(file.body as unknown as string).toContain(`,'=1+1,ai_stories,150,20,0,30,0,100,2026-12-31T00:00:00.000Z`)
  })

  it('requires an operator and a valid page size', async () => {
    expect(await callAs(server, await server.token('ann@example.com'), SUMMARY)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await callAs(server, admin, SUMMARY, { first: 101 })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
