import { randomUUID } from 'node:crypto'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { stripeCall, stripeObject } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Denied {
  readonly code?: string
  readonly message?: string
  readonly remedies?: readonly { readonly kind: string; readonly label?: string; readonly mutation: string | null }[]
}

describe('Units at a price', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const subscriber = async (terms: object = {}) => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: 'scale', ...terms })
    const [row] = await server.query<{ account_id: string; customer_id: string; external_id: string; ends: Date }>(
      `select s.account_id, c.customer_id, s.external_id, s.current_period_end as ends from billing_subscription s
        join billing_customer c on c.account_id = s.account_id
        join member m on m.account_id = s.account_id join app_user u on u.id = m.user_id where u.email = $1`,
      [buyer.email],
    )
    const { account_id: accountId, customer_id: customer, external_id: subscription, ends } = row!
    const consume = (amount: number) =>
      service.consume({ accountId, feature: 'ai_credits', amount }) as Promise<Denied & { amount?: number }>
    return { buyer, accountId, customer, subscription, ends, consume }
  }
  const holdOf = async (accountId: string) => {
    const [row] = await server.query<{ reason: string | null }>(
      `select overage_end_reason as reason from account where id = $1`,
      [accountId],
    )
    return row!.reason
  }
  const untilHold = (accountId: string, reason: string | null) =>
    eventually(
      () => holdOf(accountId),
      (found) => found === reason,
      20_000,
    )
  const after = (moment: Date, hours: number) => new Date(moment.getTime() + hours * 3_600_000).toISOString()
  const payOpen = async (subscription: string | null, accountId: string) => {
    const [open] = await server.query<{ external_id: string }>(
      `select external_id from invoice where account_id = $1 and status = 'OPEN' and subscription_id is not distinct from $2`,
      [accountId, subscription],
    )
    await server.sandboxControl('DELETE', 'payments/fail-next')
    await stripeCall(server, 'POST', `invoices/${open!.external_id}/pay`)
  }
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  }

  it('need a paid period: a failed renewal denies them until its invoice is paid', async () => {
    const { accountId, customer, subscription, ends, consume } = await subscriber()
    await server.sandboxControl('POST', 'payments/fail-next', { customer, times: 20 })
    await server.advanceTo(after(ends, 2))
    await untilHold(accountId, 'PERIOD_UNPAID')
    expect(await consume(600_000)).toMatchObject({ amount: 600_000 })
    expect(await consume(1_000_000)).toMatchObject({
      code: 'OVERAGE_UNPAID',
      message:
        'The invoice of the running period is unpaid, so AI credits has no more until it is paid: 0 left of the allowance, 1,000,000 requested. The invoice is on the billing page.',
      remedies: expect.arrayContaining([{ kind: 'PAY_INVOICE', mutation: 'openBillingPortal' }]),
    })
    await payOpen(subscription, accountId)
    await untilHold(accountId, null)
    expect(await consume(1_000)).toMatchObject({ amount: 1_000 })
    await noDrift()
  })

  it('are sold in the hour in which a renewal is a draft', async () => {
    const { accountId, ends, consume } = await subscriber()
    await server.advanceTo(after(ends, 0.5))
    expect(await consume(600_001)).toMatchObject({ amount: 600_001 })
    await server.advanceTo(after(ends, 2))
    expect(await holdOf(accountId)).toBeNull()
  })

  it('need a payment method, until the customer stores one', async () => {
    const { accountId, customer, subscription, consume } = await subscriber()
    const { default_payment_method: method } = await stripeObject<{ default_payment_method: string }>(
      server,
      `subscriptions/${subscription}`,
    )
    await stripeCall(server, 'POST', `payment_methods/${method}/detach`)
    await untilHold(accountId, 'NO_PAYMENT_METHOD')
    expect(await consume(600_000)).toMatchObject({ amount: 600_000 })
    expect(await consume(1)).toMatchObject({
      code: 'OVERAGE_UNPAID',
      message:
        'The subscription has no payment method, so AI credits has no more until one is added: 0 left of the allowance, 1 requested.',
    })
    const { id } = await stripeCall<{ id: string }>(server, 'POST', 'payment_methods/pm_card_visa/attach', { customer })
    await stripeCall(server, 'POST', `customers/${customer}`, { 'invoice_settings[default_payment_method]': id })
    await untilHold(accountId, null)
    expect(await consume(1)).toMatchObject({ amount: 1 })
    await noDrift()
  })

  it('are denied while their earlier payment is disputed, and after a lost dispute until the amount is paid again', async () => {
    const { buyer, accountId, ends, consume } = await subscriber({ interval: { unit: 'YEAR', count: 1 } })
    await consume(610_000)
    const [{ window_end: windowEnd }] = (await server.query(
      `select window_end from overage_usage where account_id = $1`,
      [accountId],
    )) as [{ window_end: Date }]
    expect(windowEnd < ends).toBe(true)
    await server.advanceTo(after(windowEnd, 24))
    await reportUsage(server.app.context)
    const purchase = async () =>
      (
        await server.query<{ id: string; status: string }>(
          `select id, status from purchase where account_id = $1 and overage order by id`,
          [accountId],
        )
      ).map(({ id, status }) => ({ id, status }))
    const [paid] = await eventually(purchase, ([first]) => first?.status === 'PAID', 20_000)
    await consume(600_000)
    expect(await consume(1)).toMatchObject({ amount: 1 })
    await buyer.dispute(paid!.id, 'needs_response')
    await untilHold(accountId, 'DISPUTED')
    expect(await consume(1)).toMatchObject({
      code: 'OVERAGE_UNPAID',
      remedies: expect.arrayContaining([expect.objectContaining({ kind: 'WAIT' })]),
    })
    await buyer.dispute(paid!.id, 'lost')
    await untilHold(accountId, 'CHARGED_BACK')
    expect(await consume(1)).toMatchObject({ code: 'OVERAGE_UNPAID' })
    // The amount is owed again: an open invoice, which the customer pays.
    const open = await eventually(
      () =>
        server.query<{ total_minor: string; lines: { description: string }[] }>(
          `select total_minor, lines from invoice where account_id = $1 and status = 'OPEN'`,
          [accountId],
        ),
      (found) => found.length === 1,
      20_000,
    )
    expect(open.map(({ total_minor, lines }) => [Number(total_minor), lines[0]!.description])).toEqual([
      [400, 'AI credits beyond the allowance, charged back by the bank'],
    ])
    await payOpen(null, accountId)
    await untilHold(accountId, null)
    expect(await consume(1)).toMatchObject({ amount: 1 })
    await noDrift()
  })

  it.each(['won', 'lost'])(
    'and the plan are suspended while the payment of its period is disputed: %s',
    async (decision) => {
      const { buyer, accountId, consume } = await subscriber()
      const state = async () => {
        const { data } = await server.graphql<{
          account: {
            plan: { plan: { code: string } }
            billing: { subscription: { suspendedAt: string | null } | null }
          }
        }>(`{ account { plan { plan { code } } billing { subscription { suspendedAt } } } }`, {}, buyer.token)
        const {
          plan,
          billing: { subscription },
        } = data.account
        return [plan.plan.code, subscription && subscription.suspendedAt !== null]
      }
      await consume(1_000)
      const [paid] = await server.query<{ id: string }>(`select id from purchase where account_id = $1`, [accountId])
      await buyer.dispute(paid!.id, 'needs_response')
      await eventually(state, ([plan]) => plan === 'free', 20_000)
      expect(await state()).toEqual(['free', true])
      expect(await consume(5_000)).toMatchObject({ code: expect.stringMatching(/QUOTA_EXCEEDED|INSUFFICIENT_CREDITS/) })
      await noDrift()
      await buyer.dispute(paid!.id, decision)
      if (decision === 'won') {
        await eventually(state, ([plan]) => plan === 'scale', 20_000)
        expect(await state()).toEqual(['scale', false])
        expect(await consume(5_000)).toMatchObject({ amount: 5_000 })
      } else {
        await eventually(state, ([, subscription]) => subscription === null, 20_000)
        expect(await state()).toEqual(['free', null])
      }
      await noDrift()
    },
  )
})
