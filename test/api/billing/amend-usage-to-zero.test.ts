import { VoidUsage } from '@stackgate/client/documents'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('amendUsage to zero', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(() => server.close())

  it('returns all units once, lowers caps and arms balance levels again', async () => {
    const service = await entitlementService(server)
    const accountId = await newAccount(server, 'ann@example.com')
    const ann = await server.token('ann@example.com')
    const ask = (mutation: string) => server.graphql<Record<string, object>>(mutation, {}, ann)
    await ask(
      `mutation { setSpendCap(input: { accountId: "${accountId}", feature: "ai_credits", period: DAY, limit: { units: 800 } }, key: "c") { denial { code } } }`,
    )
    await ask(
      `mutation { setAlerts(accountId: "${accountId}", feature: "ai_credits", alerts: [{ basis: BALANCE, units: 500 }], key: "a") { denial { code } } }`,
    )
    const use = (amount: number) => service.consume({ accountId, feature: 'ai_credits', amount })
    const { id: consumptionId } = await use(700)
    expect(await use(200)).toMatchObject({ code: 'SPEND_CAP_REACHED' })
    const call = async (idempotencyKey: string, reason = 'The model failed') =>
      (await server.graphql(VoidUsage, { id: consumptionId, reason, key: idempotencyKey }, service.key)).data.amendUsage
    const voided = { __typename: 'UsageAmendment', amount: 700, remaining: 0 }
    expect(await call('once')).toMatchObject(voided)
    expect(await call('once')).toMatchObject(voided)
    expect(await call('once', 'Another reason')).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
    expect(await call('twice')).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_TRANSITION',
      issues: [{ path: ['id'] }],
    })
    expect(await call('thrice', '')).toMatchObject({ issues: [{ path: ['reason'] }] })
    expect((await use(600)).entitlement).toMatchObject({ used: 600, remaining: 400 })
    const crossings = await server.query('select 1 from alert_crossing where account_id = $1', [accountId])
    expect(crossings).toHaveLength(2)
  })
})
