import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { accountOf, change, eventsOf, limitOf, stripeObject, subscribe } from '#test/support/subscribers.js'

// AgileForge: Professional is paid by the year (50 GB), Extra Storage by the month (10 GB). Everybody subscribes on 15 January 2026, 10:00.
describe('Monthly add-on of a yearly plan (DF-A11)', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('ends alone if its invoice stays unpaid after the grace period; the paid plan continues', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'professional', interval: 'YEAR', trialDays: 0 })
    await change(server, ann, 'addAddon', { package: 'extra_storage' })
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(60)
    await server.sandboxControl('POST', 'payments/fail-next', { customer: ann.customerId, times: 1000 })
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await accountOf(server, ann)).subscription?.status).toBe('PAST_DUE')
    expect(limitOf(await accountOf(server, ann), 'storage_gb')).toBe(60)

    await server.advanceTo('2026-02-26T12:00:00Z')
    const account = await accountOf(server, ann)
    expect(account.plan.plan.code).toBe('professional')
    expect(account.subscription).toMatchObject({ status: 'ACTIVE', currentPeriodEnd: '2027-01-15T10:00:00.000Z' })
    expect(account.subscription?.items.map(({ product }) => product.code)).toEqual(['professional'])
    expect(limitOf(account, 'storage_gb')).toBe(50)
    expect(await eventsOf(server, ann, 'subscription.addons_ended')).toHaveLength(1)
    expect(await eventsOf(server, ann, 'subscription.access_ended')).toHaveLength(0)
    const open = await stripeObject<{ data: unknown[] }>(server, `invoices?customer=${ann.customerId}&status=open`)
    expect(open.data).toEqual([])

    await server.advanceTo('2026-03-20T12:00:00Z')
    expect((await accountOf(server, ann)).subscription?.status).toBe('ACTIVE')
    expect((await accountOf(server, ann)).plan.plan.code).toBe('professional')
  })
})
