import { Buyer } from '../../support/buyer.js'
import { eventually, startTestServer, type TestServer } from '../../support/test-server.js'
import { accountOf, change, eventsOf, waitForInvoices, subscribe } from '../../support/subscribers.js'

// Plus costs 20.00 a server and month, Basic 10.00, Individual 40.00.
describe('A planned change of plan, and another quantity before it', () => {
  let house: TestServer
  beforeAll(async () => {
    house = await startTestServer()
  })
  afterAll(() => house.close())

  it('survives with the new quantity: the renewal is for the planned plan (DF-A19)', async () => {
    const ann = await subscribe(house, 'ann@example.com', { plan: 'plus' })
    await change(house, ann, 'changePlan', { plan: 'individual', at: 'PERIOD_END' })
    const answer = await change(house, ann, 'changePlan', { plan: 'plus', quantity: 4 })
    expect(answer).toMatchObject({
      subscription: {
        plan: { code: 'plus' },
        quantity: 4,
        scheduledChange: { plan: { code: 'individual' }, quantity: 4 },
      },
    })
    await house.advanceTo('2026-02-15T12:00:00Z')
    expect((await accountOf(house, ann)).subscription).toMatchObject({
      plan: { code: 'individual' },
      quantity: 4,
      scheduledChange: null,
    })
    expect((await waitForInvoices(house, ann)).filter((total) => total > 0)).toEqual([16_000, 6000, 2000])
  })

  it('survives a change of quantity that is declined (DF-A19)', async () => {
    const bob = await subscribe(house, 'bob@example.com', { plan: 'plus' })
    const end = (await accountOf(house, bob)).subscription!.currentPeriodEnd
    await change(house, bob, 'changePlan', { plan: 'basic' })
    await house.sandboxControl('POST', 'payments/fail-next', { customer: bob.customerId })
    expect(await change(house, bob, 'changePlan', { plan: 'plus', quantity: 4 })).toMatchObject({
      code: 'PAYMENT_FAILED',
    })
    expect((await accountOf(house, bob)).subscription).toMatchObject({
      plan: { code: 'plus' },
      quantity: 1,
      scheduledChange: { plan: { code: 'basic' } },
    })
    await house.advanceTo(new Date(Date.parse(end) + 7_200_000).toISOString())
    expect((await accountOf(house, bob)).subscription).toMatchObject({ plan: { code: 'basic' }, scheduledChange: null })
    expect((await waitForInvoices(house, bob))[0]).toBe(1000)
  })

  it('is replaced by a change of plan now, and an event says so (DF-A19)', async () => {
    const carl = await subscribe(house, 'carl@example.com', { plan: 'plus' })
    await change(house, carl, 'changePlan', { plan: 'basic' })
    expect(await change(house, carl, 'changePlan', { plan: 'individual' })).toMatchObject({
      subscription: { plan: { code: 'individual' }, scheduledChange: null },
    })
    expect(await eventsOf(house, carl, 'subscription.change_superseded')).toHaveLength(1)
  })
})

describe('While a payment is disputed', () => {
  let house: TestServer
  beforeAll(async () => {
    house = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => house.close())

  it('nothing more is sold, neither by an upgrade nor by an add-on; a cancellation and less are possible (DF-A14)', async () => {
    const dora = await Buyer.named(house, 'dora@example.com')
    await dora.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    const { purchases } = await dora.buyerWhen((books) => books.purchases.totalCount === 1)
    await dora.dispute(purchases.nodes[0]!.id, 'needs_response')
    await eventually(
      () => house.query(`select 1 from dispute where status = 'OPEN'`),
      (rows) => rows.length === 1,
    )
    const before = await house.query(`select 1 from subscription_change`)
    expect(await change(house, dora, 'changePlan', { plan: 'business' })).toMatchObject({ code: 'PAYMENT_FAILED' })
    expect(await change(house, dora, 'addAddon', { package: 'extra_storage' })).toMatchObject({
      code: 'PAYMENT_FAILED',
    })
    expect(await house.query(`select 1 from subscription_change`)).toEqual(before)
    expect(await change(house, dora, 'cancelSubscription')).toMatchObject({ __typename: 'BillingSubscription' })
  })
})
