import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountOf, change, eventsOf, waitForInvoices, subscribe } from '#test/support/subscribers.js'

// Plus costs 20.00 a server and month, Basic 10.00, Individual 40.00.
describe('Scheduled plan change with an earlier quantity change', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('keeps the change with the new quantity: the renewal is for the scheduled plan', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    await change(server, ann, 'changePlan', { plan: 'individual', at: 'PERIOD_END' })
    const answer = await change(server, ann, 'changePlan', { plan: 'plus', quantity: 4 })
    expect(answer).toMatchObject({
      subscription: {
        plan: { code: 'plus' },
        quantity: 4,
        scheduledChange: { plan: { code: 'individual' }, quantity: 4 },
      },
    })
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await accountOf(server, ann)).subscription).toMatchObject({
      plan: { code: 'individual' },
      quantity: 4,
      scheduledChange: null,
    })
    expect((await waitForInvoices(server, ann)).filter((total) => total > 0)).toEqual([16_000, 6000, 2000])
  })

  it('keeps the change if a quantity change is declined', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    const end = (await accountOf(server, bob)).subscription!.currentPeriodEnd
    await change(server, bob, 'changePlan', { plan: 'basic' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: bob.customerId })
    expect(await change(server, bob, 'changePlan', { plan: 'plus', quantity: 4 })).toMatchObject({
      code: 'PAYMENT_FAILED',
    })
    expect((await accountOf(server, bob)).subscription).toMatchObject({
      plan: { code: 'plus' },
      quantity: 1,
      scheduledChange: { plan: { code: 'basic' } },
    })
    await server.advanceTo(new Date(Date.parse(end) + 7_200_000).toISOString())
    expect((await accountOf(server, bob)).subscription).toMatchObject({
      plan: { code: 'basic' },
      scheduledChange: null,
    })
    expect((await waitForInvoices(server, bob))[0]).toBe(1000)
  })

  it('replaces the change by an immediate plan change and publishes an event', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    await change(server, carl, 'changePlan', { plan: 'basic' })
    expect(await change(server, carl, 'changePlan', { plan: 'individual' })).toMatchObject({
      subscription: { plan: { code: 'individual' }, scheduledChange: null },
    })
    expect(await eventsOf(server, carl, 'subscription.change_superseded')).toHaveLength(1)
  })
})

describe('Disputed payment', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('denies upgrades and add-ons; allows cancellations and downgrades', async () => {
    const dora = await Buyer.named(server, 'dora@example.com')
    await dora.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    const { purchases } = await dora.buyerWhen((records) => records.purchases.totalCount === 1)
    await dora.dispute(purchases.nodes[0]!.id, 'needs_response')
    await eventually(
      () => server.query(`select 1 from dispute where status = 'OPEN'`),
      (rows) => rows.length === 1,
    )
    const before = await server.query(`select 1 from subscription_change`)
    expect(await change(server, dora, 'changePlan', { plan: 'business' })).toMatchObject({ code: 'PAYMENT_FAILED' })
    expect(await change(server, dora, 'addAddon', { package: 'extra_storage' })).toMatchObject({
      code: 'PAYMENT_FAILED',
    })
    expect(await server.query(`select 1 from subscription_change`)).toEqual(before)
    expect(await change(server, dora, 'cancelSubscription')).toMatchObject({ __typename: 'BillingSubscription' })
  })
})
