import type { MetricsVariables } from '@stackgate/client/documents'
import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { billingRows, type BillingRows } from '#test/support/billing-rows.js'
import { figures } from '#test/support/analytics.js'

const at = (text: string) => new Date(text)

describe('figures of credits', () => {
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

  it('are popular packs, unused expiries, and usage by plan', async () => {
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
    const totals = async (metrics: MetricsVariables['metrics'], groupBy: MetricsVariables['groupBy'] = []) =>
      (await figures(server, admin, { metrics, groupBy, interval: 'RANGE' })).map(({ groups, total }) => [
        ...Object.values(groups),
        total,
      ])
    expect(await totals(['CREDIT_PACKS_SOLD'])).toEqual([['stories_100', 1]])
    expect(await totals(['CREDITS_REACHED_EXPIRY', 'CREDITS_EXPIRED_UNUSED', 'CREDIT_EXPIRY_RATE'])).toEqual([
      ['ai_stories', 50],
      ['ai_stories', 30],
      ['ai_stories', 0.6],
    ])
    expect(await totals(['USAGE'])).toEqual([['ai_stories', 65]])
    expect(await totals(['USAGE'], ['PLAN'])).toEqual([
      ['ai_stories', 'professional', 20],
      ['ai_stories', 'starter', 45],
    ])
  })
})
