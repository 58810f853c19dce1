import { randomUUID } from 'node:crypto'
import { Check } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { change, previewPlanChange } from '#test/support/subscribers.js'
import { rolloverCatalog } from '#test/support/rollover-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'calls_billing_period'

describe('units that rolled over from returned payments', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-01-31T10:00:00Z',
      env: { CATALOG: rolloverCatalog(['billing_period']) },
    })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const remaining = async (accountId: string): Promise<number> => {
    const { data } = await server.graphql(Check, { account: accountId, feature: FEATURE, amount: 1 }, service.key)
    return data.check!.entitlement!.remaining!
  }
  const untilRemaining = (accountId: string, units: number) =>
    eventually(
      () => remaining(accountId),
      (left) => left === units,
      20_000,
    )

  /** Buys Pro, uses 20,000 of 50,000, and renews it. Returns the first purchase. */
  const renewed = async (provider: 'STRIPE' | 'PAYPAL') => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: 'pro', provider, trialDays: 0 })
    const [row] = await server.query<{ account_id: string; ends: Date }>(
      `select s.account_id, s.current_period_end as ends from billing_subscription s join member m on m.account_id = s.account_id
         join app_user u on u.id = m.user_id where u.email = $1`,
      [buyer.email],
    )
    const { account_id: accountId, ends } = row!
    await service.consume({ accountId, feature: FEATURE, amount: 20_000 })
    await server.advanceTo(new Date(ends.getTime() + 7_200_000).toISOString())
    await untilQuiet(server)
    expect(await untilRemaining(accountId, 80_000)).toBe(80_000)
    const [first] = await server.query<{ id: string }>(
      `select id from purchase where account_id = $1 order by purchased_at, id limit 1`,
      [accountId],
    )
    return { buyer, accountId, purchaseId: first!.id }
  }

  it('stay with an upgrade, as its preview says', async () => {
    const { buyer, accountId } = await renewed('STRIPE')
    const { entitlementsBefore, entitlementsAfter } = await previewPlanChange(server, buyer, { plan: 'max' })
    const limits = [entitlementsBefore, entitlementsAfter].map(
      (all) => all.find(({ feature }) => feature.code === FEATURE)!.limit,
    )
    // Two hours of the period are not paid at the higher price.
    expect(limits).toEqual([80_000, 229_625])
    await change(server, buyer, 'changePlan', { plan: 'max' })
    expect(await untilRemaining(accountId, 229_625)).toBe(229_625)
  })

  it.each(['STRIPE', 'PAYPAL'] as const)(
    'are revoked by a refund, and owed as far as they were used (%s)',
    async (provider) => {
      const { accountId, purchaseId } = await renewed(provider)
      await service.consume({ accountId, feature: FEATURE, amount: 60_000 })
      const { errors } = await server.graphql(
        `mutation ($id: ID!, $key: String!) { refundPurchase(id: $id, key: $key, reason: "test") { denial { code message } } }`,
        { id: purchaseId, key: randomUUID() },
        operator,
      )
      expect(errors).toBeUndefined()
      await untilQuiet(server)
      expect(await untilRemaining(accountId, 0)).toBe(0)
      const debts = await server.query(`select amount::int from credit_debt where account_id = $1`, [accountId])
      expect(debts).toEqual([{ amount: 10_000 }])
    },
  )

  it.each(['STRIPE', 'PAYPAL'] as const)(
    'are revoked by a dispute, and granted again when it is won (%s)',
    async (provider) => {
      const { buyer, accountId, purchaseId } = await renewed(provider)
      await buyer.dispute(purchaseId, 'needs_response')
      await untilDelivered(server)
      expect(await untilRemaining(accountId, 50_000)).toBe(50_000)
      await buyer.dispute(purchaseId, 'won')
      await untilDelivered(server)
      expect(await untilRemaining(accountId, 80_000)).toBe(80_000)
    },
  )
})
