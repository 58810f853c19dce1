import { entitlementService } from '#test/support/entitlements.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// In the next catalog Plus costs 25 dollars a month instead of 20, includes 1 deployment instead of 10, and restarts
// 5 times a minute instead of 10.
const smaller = (text: string): string =>
  text
    .replace('prices: { month: 20.00, year: 200.00', 'prices: { month: 25.00, year: 200.00')
    .replace(/deployments:     10 /, 'deployments:     1 ')
    .replace(/restart_rate:    10 /, 'restart_rate:    5 ')

describe('previewPlanMigration', () => {
  let server: TestServer
  let catalog: ChangeableCatalog
  let operator: string
  beforeAll(async () => {
    catalog = changeableCatalog()
    server = await startTestServer({ env: { CATALOG: catalog.path } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await server.close()
    catalog.remove()
  })

  it('returns amounts before and after, skipped subscriptions, changed features and accounts beyond a new limit', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus', quantity: 2 })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
    const dora = await subscribe(server, 'dora@example.com', { plan: 'plus' })
    await change(server, dora, 'cancelSubscription')
    const eve = await subscribe(server, 'eve@example.com', { plan: 'plus' })
    await change(server, eve, 'changePlan', { plan: 'basic', at: 'PERIOD_END' })
    const service = await entitlementService(server)
    for (const resourceId of ['one', 'two'])
      await service.allocate({ accountId: bob.accountId, feature: 'deployments', resourceId })
    await catalog.change(server, smaller, { plan: 'plus', version: 2 })

    const { data, errors } = await server.graphql<{ previewPlanMigration: { subscriptions: { nodes: object[] } } }>(
      `{
        previewPlanMigration(plan: "plus") {
          toVersion { number }
          subscriptionCount
          migratableCount
          groups {
            fromVersion { number }
            subscriptionCount
            priceBefore { interval { unit count } money { decimal } }
            priceAfter { money { decimal } }
            amountBefore { decimal }
            amountAfter { decimal }
            firstEffectiveAt
            lastEffectiveAt
          }
          skippedCount
          ending: skippedCount(reason: ENDING)
          changeScheduled: skippedCount(reason: CHANGE_SCHEDULED)
          lastScheduledChangeAt
          noPrice: skippedCount(reason: NO_PRICE)
          featureChanges { feature { code } before { amount } after { amount } subscriptionCount }
          subscriptions {
            nodes {
              account { id }
              amountBefore { decimal }
              amountAfter { decimal }
              effectiveAt
              skippedReason
              lostEntitlements { before { limit } after { feature { code } limit used } }
            }
          }
        }
      }`,
      {},
      operator,
    )
    expect(errors).toBeUndefined()
    const { subscriptions, ...preview } = data.previewPlanMigration
    const endOfMonth = '2026-02-15T10:00:00.000Z'
    expect(preview).toMatchObject({
      toVersion: { number: 2 },
      subscriptionCount: 5,
      migratableCount: 3,
      skippedCount: 2,
      ending: 1,
      changeScheduled: 1,
      lastScheduledChangeAt: endOfMonth,
      noPrice: 0,
      featureChanges: [
        { feature: { code: 'deployments' }, before: { amount: 10 }, after: { amount: 1 }, subscriptionCount: 3 },
        { feature: { code: 'restart_rate' }, before: { amount: 10 }, after: { amount: 5 }, subscriptionCount: 3 },
      ],
    })
    const month = {
      fromVersion: { number: 1 },
      subscriptionCount: 2,
      priceBefore: { interval: { unit: 'MONTH', count: 1 }, money: { decimal: '20.00' } },
      priceAfter: { money: { decimal: '25.00' } },
      // Ann has two units, Bob one.
      amountBefore: { decimal: '60.00' },
      amountAfter: { decimal: '75.00' },
      firstEffectiveAt: endOfMonth,
      lastEffectiveAt: endOfMonth,
    }
    const year = {
      fromVersion: { number: 1 },
      subscriptionCount: 1,
      priceBefore: { interval: { unit: 'YEAR', count: 1 }, money: { decimal: '200.00' } },
      priceAfter: { money: { decimal: '200.00' } },
      amountBefore: { decimal: '200.00' },
      amountAfter: { decimal: '200.00' },
      firstEffectiveAt: '2026-01-15T10:00:00.000Z',
      lastEffectiveAt: '2026-01-15T10:00:00.000Z',
    }
    const { groups } = preview as unknown as { groups: object[] }
    expect(groups).toHaveLength(2)
    expect(groups).toEqual(expect.arrayContaining([month, year]))
    expect(subscriptions.nodes).toEqual([
      expect.objectContaining({
        account: { id: ann.accountId },
        amountAfter: { decimal: '50.00' },
        lostEntitlements: [],
      }),
      {
        account: { id: bob.accountId },
        amountBefore: { decimal: '20.00' },
        amountAfter: { decimal: '25.00' },
        effectiveAt: endOfMonth,
        skippedReason: null,
        lostEntitlements: [{ before: { limit: 10 }, after: { feature: { code: 'deployments' }, limit: 1, used: 2 } }],
      },
      expect.objectContaining({ account: { id: carl.accountId }, effectiveAt: '2026-01-15T10:00:00.000Z' }),
      expect.objectContaining({ account: { id: dora.accountId }, amountAfter: null, skippedReason: 'ENDING' }),
      expect.objectContaining({ account: { id: eve.accountId }, effectiveAt: null, skippedReason: 'CHANGE_SCHEDULED' }),
    ])
    expect(await server.query(`select 1 from subscription_change where kind = 'PLAN'`)).toHaveLength(1)
  })

  it('refuses an unknown plan', async () => {
    const { data } = await server.graphql(
      `{ previewPlanMigration(plan: "gold") { denial { code issues { path } } } }`,
      {},
      operator,
    )
    expect(data).toEqual({ previewPlanMigration: { denial: { code: 'INVALID_PLAN', issues: [{ path: ['plan'] }] } } })
  })
})
