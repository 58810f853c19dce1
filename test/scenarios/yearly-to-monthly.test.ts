import { withoutReconciliation } from '../support/reconciliation-runs.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import {
  accountOf,
  change,
  waitForInvoices,
  previewPlanChange,
  stripeCall,
  stripeObject,
  subscribe,
} from '../support/subscribers.js'

// Plus by the year from 15 January 2026, 10:00: 200 dollars. By the month it is 20.
describe('Change from yearly to monthly', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
    // It would repeat the change that never reached the provider.
    await withoutReconciliation(server)
  })
  afterAll(() => server.close())

  it('charges nothing until the paid year ends, then 20 dollars per month', async () => {
    const ida = await subscribe(server, 'ida@example.com', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
    const jon = await subscribe(server, 'jon@example.com', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
    const yearEnd = '2027-01-15T10:00:00.000Z'
    expect(await previewPlanChange(server, ida, { plan: 'plus', interval: { unit: 'MONTH', count: 1 } })).toMatchObject(
      {
        dueNow: { decimal: '0.00' },
        nextAmount: { decimal: '20.00' },
        nextDate: yearEnd,
        effectiveAt: yearEnd,
      },
    )
    for (const person of [ida, jon])
      expect(
        await change(server, person, 'changePlan', { plan: 'plus', interval: { unit: 'MONTH', count: 1 } }),
      ).toMatchObject({
        effectiveAt: yearEnd,
        subscription: { currentPeriodEnd: yearEnd, scheduledChange: { plan: { code: 'plus' } } },
      })
    expect(await change(server, jon, 'resumeSubscription')).toMatchObject({ scheduledChange: null })
    await server.advanceTo('2027-01-15T09:30:00Z')
    expect(await accountOf(server, ida)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', scheduledChange: { effectiveAt: yearEnd } },
    })
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect(await accountOf(server, ida)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', scheduledChange: null, currentPeriodEnd: '2027-02-15T10:00:00.000Z' },
    })
    expect((await waitForInvoices(server, ida)).filter((total) => total > 0)).toEqual([2000, 20000])
    expect((await waitForInvoices(server, jon)).filter((total) => total > 0)).toEqual([20000, 20000])
  })

  it('refunds a charged year if the change never reached the provider', async () => {
    const kim = await subscribe(server, 'kim@example.com', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
    const [{ at }] = (await server.query<{ at: Date }>(
      `select current_period_end as at from billing_subscription where account_id = $1`,
      [kim.accountId],
    )) as [{ at: Date }]
    const after = (hours: number) => new Date(at.getTime() + hours * 3_600_000).toISOString()
    await change(server, kim, 'changePlan', { plan: 'plus', interval: { unit: 'MONTH', count: 1 } })
    // Recorded by an earlier release, which updated the provider a day in advance.
    await server.query(`update subscription_change set pushed_to_provider = false where account_id = $1`, [
      kim.accountId,
    ])
    const { schedule } = await stripeObject<{ schedule: string }>(server, `subscriptions/${kim.externalId}`)
    await stripeCall(server, 'POST', `subscription_schedules/${schedule}/release`)
    await server.query(
      `insert into scheduled_job (id, kind, key, account_id, run_at, available_at)
       select 'job_kim', 'subscription.push_change', id, account_id, $2, now() from subscription_change where account_id = $1`,
      [kim.accountId, after(30)],
    )
    // The provider stores its error for the first attempt after the return, too.
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: `/v1/subscriptions/${kim.externalId}` },
      action: '500',
      stored: true,
      times: 1,
    })
    await server.advanceTo(after(29))
    expect((await waitForInvoices(server, kim)).filter((total) => total > 0)).toEqual([20000, 20000])
    await server.advanceTo(after(36))
    await eventually(
      () =>
        server.query<{ status: string; amount: number }>(
          `select status, amount_minor::int as amount from purchase where account_id = $1 order by purchased_at, id`,
          [kim.accountId],
        ),
      (purchases) => purchases.length === 3 && purchases[1]!.status === 'REFUNDED',
      20_000,
    )
    expect(await accountOf(server, kim)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', scheduledChange: null },
    })
    expect((await waitForInvoices(server, kim)).filter((total) => total > 0)).toEqual([2000, 20000, 20000])
    const { balance } = await stripeObject<{ balance: number }>(server, `customers/${kim.customerId}`)
    expect(balance).toBe(0)
  })
})
