import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import {
  accountOf,
  change,
  eventsOf,
  waitForInvoices,
  limitOf,
  stripeObject,
  subscribe,
  type Subscriber,
} from '../support/subscribers.js'

// AgileForge. Professional costs 10 dollars a month and has 50 GB; Extra Storage is 2.50 dollars for 10 GB more. Subscribed on
// 15 January 2026, 10:00; the exact middle of that period is 30 January, 22:00.
const MIDDLE = '2026-01-30T22:00:00Z'

describe('Add-ons of an active subscription', () => {
  let server: TestServer
  let ann: Subscriber
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    ann = await subscribe(server, 'ann@example.com', { plan: 'professional', trialDays: 0 })
    await server.advanceTo(MIDDLE)
  })
  afterAll(() => server.close())

  const granted = async (who: Subscriber, feature: string) =>
    (await accountOf(server, who)).entitlements.find(({ feature: { code } }) => code === feature)!.granted

  it('raise the limit by 20 GB for two, at half of 5 dollars each, in the currency of the plan', async () => {
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(50)
    const added = await change(server, ann, 'addAddon', { package: 'extra_storage', quantity: 2 })
    expect(added).toMatchObject({
      __typename: 'BillingSubscription',
      plan: { code: 'professional' },
      quantity: 1,
      items: [
        { product: { code: 'professional' }, package: null },
        { quantity: 2, package: { code: 'extra_storage' } },
      ],
    })
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(70)
    expect(await waitForInvoices(server, ann)).toEqual([250, 1000])
    expect(await eventsOf(server, ann, 'subscription.items_changed')).toHaveLength(1)
  })

  it('add one to the quantity; removing one lowers the limit and is credited', async () => {
    await change(server, ann, 'addAddon', { package: 'extra_storage' })
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(80)
    await change(server, ann, 'removeAddon', { package: 'extra_storage', quantity: 1 })
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(70)
    expect(await waitForInvoices(server, ann)).toEqual([125, 250, 1000])
    const credit = () => stripeObject<{ balance: number }>(server, `customers/${ann.customerId}`)
    expect(await eventually(credit, ({ balance }) => balance === -125)).toMatchObject({ balance: -125 })
  })

  it('enable a boolean feature once', async () => {
    expect(await granted(ann, 'priority_support')).toBe(false)
    await change(server, ann, 'addAddon', { package: 'priority_support' })
    expect(await granted(ann, 'priority_support')).toBe(true)
    expect(await change(server, ann, 'addAddon', { package: 'priority_support' })).toMatchObject({
      code: 'ALREADY_INCLUDED',
    })
    await change(server, ann, 'removeAddon', { package: 'priority_support' })
    expect(await granted(ann, 'priority_support')).toBe(false)
  })

  it('renew with the plan, survive its change, and end with the subscription', async () => {
    await server.advanceTo('2026-02-15T12:00:00Z')
    // 10 for the plan, 5 for two add-ons; the credit of January (1.25, and the support that was added and removed) is
    // used up.
    expect((await waitForInvoices(server, ann))[0]).toBe(1500)
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(70)
    await change(server, ann, 'changePlan', { plan: 'business' })
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(220)
    await change(server, ann, 'cancelSubscription', { at: 'NOW' })
    const account = await accountOf(server, ann)
    expect([account.plan.plan.code, limitOf(account, 'storage_gb')]).toEqual(['starter', 1])
  })
})
