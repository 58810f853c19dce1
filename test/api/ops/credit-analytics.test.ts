import { aggregateAll } from '#services/ops/analytics/start-aggregation.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { billingRows, type BillingRows } from '#test/support/billing-rows.js'
import { ask } from '#test/support/analytics.js'

const at = (text: string) => new Date(text)

describe('creditAnalytics', () => {
  let server: TestServer
  let admin: string
  let trade: BillingRows
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' }, start: '2026-03-31T12:00:00Z' })
    admin = await server.token('root@example.com', { roles: ['admin'] })
    trade = billingRows(server)
  })
  afterAll(() => server.close())

  const counted = () => aggregateAll(server.app.context)

  it('reports credits: popular packs, unused expiries, usage by plan; one summary per account and kind', async () => {
    const [ann, bob] = [await newAccount(server), await newAccount(server)]
    const service = await entitlementService(server)
    await trade.subscribe(bob, 'professional', at('2026-03-01T00:00:00Z'))
    for (const accountId of [ann, bob]) await service.consume({ accountId, feature: 'ai_stories', amount: 20 })
    await grantTestCredits(server, ann, 'ai_stories', 50, { expiresAt: at('2026-04-02T00:00:00Z') })
    await grantTestCredits(server, ann, 'ai_stories', 100, { expiresAt: at('2026-12-31T00:00:00Z') })
    // The allowance of 25 first, then what ends first.
    await service.consume({ accountId: ann, feature: 'ai_stories', amount: 25 })
    await trade.purchase(ann, {
      product: 'stories_100',
      currency: 'GBP',
      amountMinor: 900,
      at: at('2026-03-30T10:00:00Z'),
    })
    await server.advanceTo('2026-04-03T12:00:00Z')
    await counted()
    const { creditAnalytics } = await ask<{
      creditAnalytics: {
        popularPacks: { package: { code: string }; purchases: number }[]
        expiryRate: number
        reachedExpiry: number
        expiredUnused: number
        usageByPlan: { plan: { code: string }; feature: { code: string }; used: number }[]
      }
    }>(
      server,
      admin,
      `{ creditAnalytics { popularPacks { package { code } purchases } expiryRate reachedExpiry expiredUnused usageByPlan { plan { code } feature { code } used } } }`,
    )
    expect(creditAnalytics).toEqual({
      popularPacks: [{ package: { code: 'stories_100' }, purchases: 1 }],
      expiryRate: 0.6,
      reachedExpiry: 50,
      expiredUnused: 30,
      usageByPlan: [
        { plan: { code: 'starter' }, feature: { code: 'ai_stories' }, used: 45 },
        { plan: { code: 'professional' }, feature: { code: 'ai_stories' }, used: 20 },
      ],
    })
    const { userCreditSummary } = await ask<{ userCreditSummary: { nodes: Record<string, unknown>[] } }>(
      server,
      admin,
      `{ userCreditSummary(feature: "ai_stories") { nodes { account { id } feature { code } granted used expired remaining nextExpiry } } }`,
    )
    expect(userCreditSummary.nodes).toEqual([
      {
        account: { id: ann },
        feature: { code: 'ai_stories' },
        granted: 150,
        used: 20,
        expired: 30,
        remaining: 100,
        nextExpiry: '2026-12-31T00:00:00.000Z',
      },
    ])
  })
})
