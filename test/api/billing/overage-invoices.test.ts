import { dayText } from '#services/kernel/text/readable.js'
import { CancelSubscription } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { syncInvoice } from '#services/billing/invoices/sync-invoice.js'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, grantTestCredits, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { stripeCall } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Invoice {
  status: string
  total: { amountMinor: number }
  lines: {
    nodes: { description: string; money: { amountMinor: number }; periodStart: string; periodEnd: string }[]
  }
}

interface Purchase {
  forOverage: boolean
  status: string
  money: { amountMinor: number }
}

describe('Overage that the server invoices', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  /** A subscriber of the plan `scale`, who has used all of its 600,000 credits. */
  const usedUp = async (terms: object = {}) => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: 'scale', ...terms })
    const accountId = await accountIdOf(server, buyer.token)
    const consume = (amount: number) => service.consume({ accountId, feature: 'ai_credits', amount })
    await consume(600_000)
    return { buyer, accountId, consume }
  }
  const invoicesOf = async ({ token }: Buyer) => {
    const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: Invoice[] } } } }>(
      `{ account { billing { invoices(first: 20) { nodes { status total { amountMinor }
        lines { nodes { description money { amountMinor } periodStart periodEnd } } } } } } }`,
      {},
      token,
    )
    return data.account.billing.invoices.nodes.filter(({ lines }) =>
      lines.nodes.some(({ description }) => description.includes('beyond the allowance')),
    )
  }
  const purchasesOf = async ({ token }: Buyer) => {
    const { data } = await server.graphql<{ account: { billing: { purchases: { nodes: Purchase[] } } } }>(
      `{ account { billing { purchases(first: 20) { nodes { forOverage status money { amountMinor } product { code } } } } } }`,
      {},
      token,
    )
    return data.account.billing.purchases.nodes
  }
  const overageInvoices = (buyer: Buyer, until: (found: Invoice[]) => boolean) =>
    eventually(() => invoicesOf(buyer), until, 20_000)
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  }

  it('charges a window once on the invoice of the plan, with a line that explains it', async () => {
    const { buyer, accountId, consume } = await usedUp()
    await consume(1_250)
    await consume(250_000)
    await reportUsage(server.app.context)
    expect(await invoicesOf(buyer)).toEqual([])
    await server.advanceTo('2026-04-05T10:00:00Z')
    await Promise.all([reportUsage(server.app.context), reportUsage(server.app.context)])
    const [invoice, ...more] = await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    expect(more).toEqual([])
    expect(invoice).toEqual({
      status: 'PAID',
      total: { amountMinor: 30_050 },
      lines: {
        nodes: [
          {
            description: 'AI credits beyond the allowance: 251,250 at $0.40 per 1,000',
            money: { amountMinor: 10_050 },
            periodStart: '2026-03-05T09:00:00.000Z',
            periodEnd: '2026-04-05T09:00:00.000Z',
          },
          expect.objectContaining({ money: { amountMinor: 20_000 }, periodStart: '2026-04-05T09:00:00.000Z' }),
        ],
      },
    })
    const purchases = await purchasesOf(buyer)
    expect(purchases.map(({ forOverage, money }) => [forOverage, money.amountMinor])).toEqual([
      [false, 30_050],
      [false, 20_000],
    ])
    const [charged] = await server.query<{ invoices: number }>(
      `select count(*)::int as invoices from invoice where account_id = $1 and created_at > '2026-04-01'`,
      [accountId],
    )
    expect(charged).toEqual({ invoices: 1 })
    await noDrift()
    await server.advanceTo('2026-05-05T10:00:00Z')
    await reportUsage(server.app.context)
    expect(await invoicesOf(buyer)).toHaveLength(1)
    await noDrift()
  })

  it('charges the windows of a year by invoices of their own, with the payment method of the subscription', async () => {
    const { buyer, accountId, consume } = await usedUp({ interval: { unit: 'YEAR', count: 1 } })
    await consume(251_250)
    const now = server.app.context.clock.now()
    await server.advanceTo(new Date(now.getTime() + 33 * 86_400_000).toISOString())
    await Promise.all([reportUsage(server.app.context), reportUsage(server.app.context)])
    const found = await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    expect(found.map(({ total }) => total.amountMinor)).toEqual([10_050])
    expect((await purchasesOf(buyer)).filter(({ forOverage }) => forOverage)).toEqual([
      { forOverage: true, status: 'PAID', money: { amountMinor: 10_050 }, product: { code: 'scale' } },
    ])
    const paid = await server.query<{ summary: string; data: { overage: boolean } }>(
      `select summary, data from stream_event where account_id = $1 and type = 'purchase.paid' and data ->> 'overage' = 'true'`,
      [accountId],
    )
    expect(paid).toEqual([
      {
        summary: 'The payment of $100.50 for use of Scale beyond the allowance was confirmed.',
        data: expect.objectContaining({ overage: true, product: 'scale', amountMinor: 10_050 }),
      },
    ])
    await noDrift()
  })

  it.each([
    ['drop_before', 2],
    ['drop_after', 1],
  ])('adds a line to the next draft if one failed, and to none twice (%s)', async (action, renewals) => {
    const { buyer, consume } = await usedUp()
    await consume(10_000)
    await server.sandboxControl('POST', 'faults', {
      match: { path: '/v1/invoiceitems', method: 'POST' },
      action,
      times: 100,
    })
    const now = server.app.context.clock.now()
    await server.advanceTo(new Date(now.getTime() + 35 * 86_400_000).toISOString())
    await reportUsage(server.app.context).catch(() => undefined)
    await server.sandboxControl('DELETE', 'faults')
    await reportUsage(server.app.context).catch(() => undefined)
    await server.advanceTo(new Date(now.getTime() + 70 * 86_400_000).toISOString())
    const found = await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    expect(found.map(({ total, lines }) => [total.amountMinor, lines.nodes.length])).toEqual([[20_400, 2]])
    const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: Invoice[] } } } }>(
      `{ account { billing { invoices(first: 20) { nodes { total { amountMinor } lines { nodes { description } } } } } } }`,
      {},
      buyer.token,
    )
    const newestFirst = data.account.billing.invoices.nodes.map(({ total }) => total.amountMinor)
    expect(newestFirst).toEqual(renewals === 2 ? [20_400, 20_000, 20_000] : [20_000, 20_400, 20_000])
    await noDrift()
  })

  it.each([
    ['/v1/invoices', 'drop_after'],
    ['/v1/invoiceitems', 'drop_before'],
    ['/v1/invoiceitems', 'drop_after'],
    ['/v1/invoices/', 'drop_after'],
  ])('completes the same invoice after a lost response of %s (%s)', async (path, action) => {
    const { buyer, consume } = await usedUp({ interval: { unit: 'YEAR', count: 1 } })
    await consume(10_000)
    await server.sandboxControl('POST', 'faults', { match: { path, method: 'POST' }, action, times: 100 })
    const now = server.app.context.clock.now()
    await server.advanceTo(new Date(now.getTime() + 35 * 86_400_000).toISOString())
    // The library repeats a call, which succeeds if only its response was lost.
    await reportUsage(server.app.context).catch(() => undefined)
    await server.sandboxControl('DELETE', 'faults')
    // A provider forgets idempotency keys after a day.
    await server.advanceTo(new Date(now.getTime() + 37 * 86_400_000).toISOString())
    await reportUsage(server.app.context)
    const found = await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    expect(found.map(({ status, total, lines }) => [status, total.amountMinor, lines.nodes.length])).toEqual([
      ['PAID', 400, 1],
    ])
    await noDrift()
  })

  it('charges a window of a subscription that ended before, with its payment method', async () => {
    const { buyer, consume } = await usedUp()
    await consume(5_000)
    const { data } = await server.graphql(CancelSubscription, { at: 'NOW', key: 'end' }, buyer.token)
    expect(data.cancelSubscription).toMatchObject({ __typename: 'BillingSubscription' })
    const now = server.app.context.clock.now()
    await server.advanceTo(new Date(now.getTime() + 33 * 86_400_000).toISOString())
    await reportUsage(server.app.context)
    const [invoice] = await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    expect(invoice).toMatchObject({ total: { amountMinor: 200 } })
    await noDrift()
  })

  it('charges units that are committed after the end of their window on the next invoice', async () => {
    const { buyer, accountId, consume } = await usedUp()
    await consume(5_000)
    const [window] = await server.query<{ window_end: Date }>(
      `select window_end from overage_usage where account_id = $1`,
      [accountId],
    )
    await server.advanceTo(new Date(window!.window_end.getTime() - 3_600_000).toISOString())
    const held = await service.reserve({ accountId, feature: 'ai_credits', amount: 2_500, expiresInSeconds: 86_400 })
    await server.advanceTo(new Date(window!.window_end.getTime() + 3_600_000).toISOString())
    await reportUsage(server.app.context)
    await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    await server.advanceTo(new Date(window!.window_end.getTime() + 7_200_000).toISOString())
    await service.commit({ reservationId: held.id, amount: 2_500 })
    await reportUsage(server.app.context)
    expect(await invoicesOf(buyer)).toHaveLength(1)
    await server.advanceTo(new Date(window!.window_end.getTime() + 32 * 86_400_000).toISOString())
    const found = await overageInvoices(
      buyer,
      (invoices) => invoices.length === 2 && invoices.every(({ status }) => status === 'PAID'),
    )
    expect(found.map(({ total }) => total.amountMinor)).toEqual([20_100, 20_200])
    await noDrift()
  })

  it('notifies the payer of each failed attempt, and of the payment after it', async () => {
    const { buyer, accountId, consume } = await usedUp({ interval: { unit: 'YEAR', count: 1 } })
    await consume(10_000)
    const [customer] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [accountId],
    )
    const [window] = await server.query<{ window_end: Date }>(
      `select window_end from overage_usage where account_id = $1`,
      [accountId],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer: customer!.customer_id, times: 1 })
    await server.advanceTo(new Date(window!.window_end.getTime() + 7_200_000).toISOString())
    await reportUsage(server.app.context)
    const [open] = await overageInvoices(buyer, ([first]) => first?.status === 'OPEN')
    expect(open).toMatchObject({ status: 'OPEN', total: { amountMinor: 400 } })
    const subjects = async () =>
      (
        await server.query<{ subject: string }>(
          `select subject from mail_message where account_id = $1 and subject like '%beyond the allowance%' order by id`,
          [accountId],
        )
      ).map(({ subject }) => subject)
    const failed = 'We could not collect the payment for AI credits beyond the allowance'
    expect(await eventually(subjects, (found) => found.length > 0)).toEqual([failed])
    await server.advanceTo(new Date(window!.window_end.getTime() + 8 * 86_400_000).toISOString())
    await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    const afterwards = await eventually(subjects, (found) => found.length > 2)
    expect(afterwards.toSorted()).toEqual([
      'Thank you: AI credits beyond the allowance is paid',
      failed,
      'Your receipt for use beyond the allowance of Scale',
    ])
    const { data } = await server.graphql<{
      account: { billing: { invoices: { nodes: { timeline: { kind: string }[] }[] } } }
    }>(`{ account { billing { invoices(first: 20) { nodes { timeline { kind } } } } } }`, {}, buyer.token)
    expect(
      data.account.billing.invoices.nodes.map(({ timeline }) => timeline.map(({ kind }) => kind).join(' ')),
    ).toContain('CREATED PAYMENT_FAILED PAID')
    await noDrift()
  })

  it('denies further overage from the end of the grace period of an unpaid invoice until it is paid', async () => {
    const { buyer, accountId, consume } = await usedUp({ interval: { unit: 'YEAR', count: 1 } })
    const other = await usedUp({ interval: { unit: 'YEAR', count: 1 } })
    await consume(10_000)
    const [row] = await server.query<{ customer_id: string; window_end: Date }>(
      `select c.customer_id, u.window_end from billing_customer c join overage_usage u on u.account_id = c.account_id where c.account_id = $1`,
      [accountId],
    )
    const at = (hours: number) => new Date(row!.window_end.getTime() + hours * 3_600_000).toISOString()
    const failNext = (times: number) =>
      server.sandboxControl('POST', 'payments/fail-next', { customer: row!.customer_id, times })
    await failNext(20)
    await server.advanceTo(at(24))
    await reportUsage(server.app.context)
    await overageInvoices(buyer, ([first]) => first?.status === 'OPEN')
    const endsAt = async () => {
      const [found] = await server.query<{ overage_ends_at: Date | null }>(
        `select overage_ends_at from account where id = $1`,
        [accountId],
      )
      return found!.overage_ends_at
    }
    const end = await eventually(endsAt, (found) => found !== null)
    const [mail] = await server.query<{ text: string }>(
      `select body as text from mail_message where account_id = $1 and subject like '%beyond the allowance%'`,
      [accountId],
    )
    expect(mail!.text).toContain(
      `On ${dayText(end!)} (UTC), use beyond the allowance ends if the invoice is still unpaid.`,
    )

    // In the grace period nothing changes.
    await consume(600_000)
    expect(await consume(10_000)).toMatchObject({ taken: [{ amount: 10_000, source: { kind: 'OVERAGE' } }] })
    await server.advanceTo(new Date(end!.getTime() - 1_000).toISOString())
    expect(await consume(1)).toMatchObject({ amount: 1 })
    const held = await service.reserve({ accountId, feature: 'ai_credits', amount: 500, expiresInSeconds: 3_600 })
    await server.advanceTo(end!.toISOString())
    expect(await consume(1)).toMatchObject({
      code: 'OVERAGE_UNPAID',
      message:
        'An invoice for use beyond the allowance is unpaid, so AI credits has no more until it is paid: 0 left of the allowance, 1 requested. The invoice is on the billing page.',
      remedies: expect.arrayContaining([{ kind: 'PAY_INVOICE', mutation: 'openBillingPortal' }]),
    })
    // The invoice of one account ends nothing for others.
    expect(await other.consume(1)).toMatchObject({ amount: 1 })
    expect(await server.query(`select id from account where overage_end_reason is not null`)).toEqual([
      { id: accountId },
    ])
    // Units that were reserved before are committed, and packs can be used.
    expect(await service.commit({ reservationId: held.id, amount: 500 })).toMatchObject({ amount: 500 })
    await grantTestCredits(server, accountId, 'ai_credits', 5)
    expect([await consume(5), await consume(1)]).toMatchObject([{ amount: 5 }, { code: 'OVERAGE_UNPAID' }])

    await server.sandboxControl('DELETE', 'payments/fail-next')
    await server.advanceTo(at(24 + 15 * 24))
    await overageInvoices(buyer, ([first]) => first?.status === 'PAID')
    await eventually(endsAt, (found) => found === null)
    expect(await consume(1)).toMatchObject({ amount: 1, taken: [{ source: { kind: 'OVERAGE' } }] })
    const events = await server.query<{ type: string }>(
      `select type from stream_event where account_id = $1 and type like 'overage.%' order by sequence`,
      [accountId],
    )
    expect(events.map(({ type }) => type)).toEqual(['overage.ending', 'overage.resumed'])
    await noDrift()
  })

  it('counts the grace period from the failure at the provider, also if its event arrives days later', async () => {
    const { accountId, consume } = await usedUp({ interval: { unit: 'YEAR', count: 1 } })
    await consume(10_000)
    const [row] = await server.query<{ customer_id: string; window_end: Date }>(
      `select c.customer_id, u.window_end from billing_customer c join overage_usage u on u.account_id = c.account_id where c.account_id = $1`,
      [accountId],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer: row!.customer_id, times: 20 })
    const failedAt = new Date(row!.window_end.getTime() + 86_400_000)
    await server.advanceTo(failedAt.toISOString())
    await reportUsage(server.app.context)
    const endOf = async () => {
      const [found] = await server.query<{ overage_ends_at: Date | null }>(
        `select overage_ends_at from account where id = $1`,
        [accountId],
      )
      return found!.overage_ends_at
    }
    const end = await eventually(endOf, (found) => found !== null, 20_000)
    await untilQuiet(server)
    // The events of the failure are lost.
    await server.query(`delete from billing_notice where account_id = $1`, [accountId])
    await server.query(`update account set overage_ends_at = null, overage_end_reason = null where id = $1`, [
      accountId,
    ])
    await server.advanceTo(new Date(failedAt.getTime() + 2 * 86_400_000).toISOString())
    const [report] = await server.query<{ invoice_id: string }>(
      `select invoice_id from usage_report where account_id = $1`,
      [accountId],
    )
    await syncInvoice(server.app.context, server.app.context.providers.STRIPE!, report!.invoice_id)
    expect(await endOf()).toEqual(end)
    await server.sandboxControl('DELETE', 'payments/fail-next')
  })

  it('allows overage again after the unpaid invoice is voided, and not after it is written off', async () => {
    const { buyer, accountId, consume } = await usedUp({ interval: { unit: 'YEAR', count: 1 } })
    await consume(10_000)
    const [row] = await server.query<{ customer_id: string; window_end: Date }>(
      `select c.customer_id, u.window_end from billing_customer c join overage_usage u on u.account_id = c.account_id where c.account_id = $1`,
      [accountId],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer: row!.customer_id, times: 20 })
    await server.advanceTo(new Date(row!.window_end.getTime() + 86_400_000).toISOString())
    await reportUsage(server.app.context)
    await overageInvoices(buyer, ([first]) => first?.status === 'OPEN')
    await server.advanceTo(new Date(row!.window_end.getTime() + 12 * 86_400_000).toISOString())
    await consume(600_000)
    expect(await consume(1)).toMatchObject({ code: 'OVERAGE_UNPAID' })
    const [report] = await server.query<{ invoice_id: string }>(
      `select invoice_id from usage_report where account_id = $1`,
      [accountId],
    )
    await stripeCall(server, 'POST', `invoices/${report!.invoice_id}/mark_uncollectible`)
    await overageInvoices(buyer, ([first]) => first?.status === 'WRITTEN_OFF')
    expect(await consume(1)).toMatchObject({ code: 'OVERAGE_UNPAID' })
    await stripeCall(server, 'POST', `invoices/${report!.invoice_id}/void`)
    await overageInvoices(buyer, ([first]) => first?.status === 'VOID')
    expect(await consume(1)).toMatchObject({ amount: 1, taken: [{ source: { kind: 'OVERAGE' } }] })
    await server.sandboxControl('DELETE', 'payments/fail-next')
  })
})
