import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountOf, change, subscribe, stripeObject, type Subscriber } from '#test/support/subscribers.js'
import { readReopenedAgain } from '#services/billing/subscriptions/reopened-subscription.js'
import { syncSubscription } from '#services/billing/subscriptions/sync-subscription.js'

const post = async (server: TestServer, path: string) => {
  const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_sandbox_server' },
  })
  if (!response.ok) throw new Error(await response.text())
}

describe('Unpaid period', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const failing = async (email: string): Promise<Subscriber> => {
    const person = await subscribe(server, email, { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: person.customerId, times: 10 })
    return person
  }

  it.each(['void', 'mark_uncollectible'])(
    'grants nothing when its invoice is closed by %s, and the grace period continues',
    async (how) => {
      const ann = await failing(`${how}@example.com`)
      const before = (await accountOf(server, ann)).subscription!
      const at = (days: number) => new Date(Date.parse(before.currentPeriodEnd) + days * 86_400_000).toISOString()
      await server.advanceTo(at(2))
      const { graceEndsAt } = (await accountOf(server, ann)).subscription!
      const { latest_invoice: invoice } = await stripeObject<{ latest_invoice: string }>(
        server,
        `subscriptions/${ann.externalId}`,
      )
      await post(server, `invoices/${invoice}/${how}`)
      await syncSubscription(server.app.context, server.app.context.providers.STRIPE!, ann.externalId)
      expect((await accountOf(server, ann)).subscription).toMatchObject({ status: 'PAST_DUE', graceEndsAt })
      await server.advanceTo(at(12))
      expect((await accountOf(server, ann)).plan.plan.code).toBe('free')
    },
  )

  it('grants the plan again when the next invoice is paid', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: bob.customerId, times: 1 })
    const before = (await accountOf(server, bob)).subscription!
    const at = (days: number) => new Date(Date.parse(before.currentPeriodEnd) + days * 86_400_000).toISOString()
    await server.advanceTo(at(1))
    const { latest_invoice: invoice } = await stripeObject<{ latest_invoice: string }>(
      server,
      `subscriptions/${bob.externalId}`,
    )
    await post(server, `invoices/${invoice}/void`)
    await server.advanceTo(at(20))
    expect((await accountOf(server, bob)).plan.plan.code).toBe('free')
    await server.advanceTo(at(33))
    await eventually(
      () => accountOf(server, bob),
      ({ plan, subscription }) => plan.plan.code === 'plus' && subscription?.status === 'ACTIVE',
    )
  })
})

describe('Ended subscription', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const eventsProcessed = () =>
    eventually(
      () => server.query(`select 1 from inbox_event where state not in ('PROCESSED', 'IGNORED')`),
      (pending) => pending.length === 0,
    )

  it('stays ended when one stale read of the provider shows it running', async () => {
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    expect(await change(server, carl, 'cancelSubscription', { at: 'NOW' })).toMatchObject({ status: 'CANCELED' })
    // The event of the cancellation reads the subscription as well.
    await eventually(
      () => server.query(`select 1 from inbox_event where type = 'customer.subscription.deleted'`),
      (events) => events.length > 0,
    )
    await eventsProcessed()
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'GET', path: `/v1/subscriptions/${carl.externalId}` },
      action: 'stale_read',
      times: 1,
    })
    await syncSubscription(server.app.context, server.app.context.providers.STRIPE!, carl.externalId)
    expect((await accountOf(server, carl)).plan.plan.code).toBe('free')
    const seen = () =>
      server.query<{ status: string; seen: boolean }>(
        `select status, reopened_seen_at is not null as seen from billing_subscription where account_id = $1`,
        [carl.accountId],
      )
    expect(await seen()).toEqual([{ status: 'CANCELED', seen: true }])
    await server.query(`update billing_subscription set reopened_seen_at = now() - interval '31 seconds'`)
    await readReopenedAgain(server.app.context, syncSubscription)
    expect(await seen()).toEqual([{ status: 'CANCELED', seen: false }])
  })

  it('becomes active again if a second, later read agrees', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'plus' })
    await eventsProcessed()
    // Here it ended, and there it never did.
    await server.query(`update billing_subscription set status = 'CANCELED' where account_id = $1`, [dora.accountId])
    await syncSubscription(server.app.context, server.app.context.providers.STRIPE!, dora.externalId)
    const status = async () =>
      (
        await server.query<{ status: string }>(`select status from billing_subscription where account_id = $1`, [
          dora.accountId,
        ])
      )[0]!.status
    expect(await status()).toBe('CANCELED')
    await syncSubscription(server.app.context, server.app.context.providers.STRIPE!, dora.externalId)
    expect(await status()).toBe('CANCELED')
    await server.query(`update billing_subscription set reopened_seen_at = now() - interval '31 seconds'`)
    await readReopenedAgain(server.app.context, syncSubscription)
    await eventually(status, (now) => now === 'ACTIVE')
  })
})
