import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('check after the end of a reservation', () => {
  let server: TestServer
  beforeAll(async () => {
    // Without a worker, nothing writes that a reservation has ended.
    const env = { CATALOG: 'agileforge', MODULES: 'core', ROLE: 'api', DATABASE_URL: 'postgres://127.0.0.1/unused' }
    server = await startTestServer({ env })
  })
  afterAll(() => server.close())

  it('shows its units as available, as consume does', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server)
    const held = await service.reserve({ accountId, feature: 'ai_stories', amount: 25, expiresInSeconds: 1 })
    expect(held).toMatchObject({ status: 'HELD' })
    const remaining = async (): Promise<number> => {
      const { body } = await server.rest('POST', '/api/v1/entitlements/check', {
        token: service.key,
        body: { account_id: accountId, feature: 'ai_stories' },
      })
      return (body as { entitlement: { remaining: number } }).entitlement.remaining
    }
    expect(await eventually(remaining, (left) => left === 25)).toBe(25)
    expect(await service.consume({ accountId, feature: 'ai_stories', amount: 25 })).toMatchObject({ amount: 25 })
    expect(await remaining()).toBe(0)
  })
})
