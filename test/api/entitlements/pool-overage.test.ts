import { Consume, Check } from '@stackgate/client/documents'
import { assignTestPlan, entitlementService } from '#test/support/entitlements.js'
import { poolOf } from '#test/support/pools.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('A check of a sub-account beyond the allowance of its parent', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('is allowed, and says that the units are beyond the allowance instead of that none are left', async () => {
    const { parent, subAccounts } = await poolOf(server, 'overage', 1)
    await assignTestPlan(server, parent.accountId, 'scale')
    const service = await entitlementService(server)
    const [child] = subAccounts as [(typeof subAccounts)[0]]
    const { data: used } = await server.graphql(
      Consume,
      { input: { accountId: child.accountId, feature: 'ai_credits', amount: 600000 }, key: 'all' },
      service.key,
    )
    expect(used.consume.__typename).toBe('Consumption')
    const check = async (token: string, amount: number) =>
      (await server.graphql(Check, { feature: 'ai_credits', amount }, token)).data.check!
    for (const { token } of [child, parent]) {
      const { allowed, explain } = await check(token, 10)
      expect(allowed).toBe(true)
      expect(explain).toContain('0 left of the allowance. The other units are beyond it.')
      expect(explain).not.toContain('0 left.')
    }
  })
})
