import { endGrace } from '#services/billing/subscriptions/grace/end-grace.js'
import { expectInvariants } from '#test/support/invariants.js'
import { accountOf, change, eventsOf, limitOf, stripeObject, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('The end of an unpaid add-on', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(async () => {
    await server.sandboxControl('DELETE', 'faults')
    await expectInvariants(server)
    await server.close()
  })

  it('is completed after an interruption between its lines and its invoice, and never ends the paid plan', async () => {
    const ann = await subscribe(server, 'ann@example.com', {
      plan: 'professional',
      interval: { unit: 'YEAR', count: 1 },
      trialDays: 0,
    })
    await change(server, ann, 'addAddon', { package: 'extra_storage' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: ann.customerId, times: 1000 })
    await server.advanceTo('2026-02-15T12:00:00Z')
    const open = () =>
      stripeObject<{ data: { id: string }[] }>(server, `invoices?customer=${ann.customerId}&status=open`)
    const [invoice] = (await open()).data
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: `/v1/invoices/${invoice!.id}/void` },
      action: '500',
    })
    await server.advanceTo('2026-02-26T12:00:00Z').catch(() => undefined)
    await eventually(
      () => eventsOf(server, ann, 'subscription.addons_ended'),
      (events) => events.length === 1,
    )
    const { subscription } = await accountOf(server, ann)
    expect(subscription).toMatchObject({ status: 'PAST_DUE' })
    expect((await open()).data).toHaveLength(1)

    // Each attempt reads the subscription, which keeps the job with its attempts: their delays grow.
    await eventually(
      () =>
        server.query<{ attempts: number }>(`select attempts from scheduled_job where kind = 'subscription.grace_end'`),
      ([job]) => job!.attempts > 2,
    )
    const again = endGrace({ key: subscription!.id }, server.app.context).catch((error: Error) => error)
    expect(await again).toMatchObject({ name: 'ProviderUnavailable' })
    expect(await eventsOf(server, ann, 'subscription.access_ended')).toEqual([])

    await server.sandboxControl('DELETE', 'faults')
    await endGrace({ key: subscription!.id }, server.app.context)
    const account = await accountOf(server, ann)
    expect(account.subscription).toMatchObject({ status: 'ACTIVE' })
    expect(limitOf(account, 'storage_gb')).toBe(50)
    expect((await open()).data).toEqual([])
    expect(await eventsOf(server, ann, 'subscription.addons_ended')).toHaveLength(1)
    expect(await eventsOf(server, ann, 'subscription.access_ended')).toEqual([])
  })
})
