import { Journal } from '@stackgate/client/documents'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { stripeCall, stripeObject } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('journal', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-10T08:00:00Z', env: { CATALOG: 'ai-platform' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    const buyer = await Buyer.named(server, 'ann@example.com')
    await buyer.buy('startSubscription', { plan: 'pro' })
    await buyer.buy('purchasePackage', { package: 'credits_10k' })
    await untilQuiet(server)
  })
  afterAll(() => server.close())

  const page = async (month: string, first: number, after: string | null) => {
    const { data } = await server.graphql(Journal, { month, first, after }, operator)
    return data.journal!
  }
  const totalsOf = ({ totals }: Awaited<ReturnType<typeof page>>) =>
    totals.map(({ ledgerAccount, debit, credit }) => [ledgerAccount, debit.decimal, credit.decimal])

  it('shows entries by pages with equal debits and credits, and their totals', async () => {
    const first = await page('2026-01', 20, null)
    const second = await page('2026-01', 20, first.entries.pageInfo.endCursor)
    expect([first.closedAt, first.entries.pageInfo.hasNextPage, second.entries.pageInfo.hasNextPage]).toEqual([
      null,
      true,
      false,
    ])
    const entries = [...first.entries.nodes, ...second.entries.nodes]
    for (const { postings } of entries) {
      const sum = (side: 'debit' | 'credit') =>
        postings.reduce((total, one) => total + Math.round(Number(one[side].decimal) * 100), 0)
      expect(sum('debit')).toBe(sum('credit'))
    }
    expect(totalsOf(first)).toEqual([
      ['deferred_revenue', '14.19', '20.00'],
      ['provider_fees', '1.33', '0.00'],
      ['receivables', '25.00', '25.00'],
      ['revenue_packages', '0.00', '5.00'],
      ['revenue_subscriptions', '0.00', '14.19'],
      ['stripe_balance', '25.00', '1.33'],
    ])
    const kinds = [
      'FEE',
      'FEE',
      'INVOICE',
      'PAYMENT',
      'PAYMENT',
      'SALE',
      ...Array.from({ length: 22 }, () => 'REVENUE'),
    ]
    expect(entries.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted())
  })

  it('has the revenue of later months before they begin', async () => {
    expect(totalsOf(await page('2026-02', 1, null))).toEqual([
      ['deferred_revenue', '5.81', '0.00'],
      ['revenue_subscriptions', '0.00', '5.81'],
    ])
  })
})

describe('journal of included taxes, credit and disputes', () => {
  const MONTHS = ['2026-03', '2026-04', '2026-05']
  let accounts: BilledAccounts
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    accounts = await BilledAccounts.start(`business: included
currency: USD
taxes: inclusive
plans:
  free: { name: Free, rank: 0 }
  basic: { name: Basic, rank: 1, prices: { month: 12.00 } }
`)
    ;({ server } = accounts)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
  })
  afterAll(() => accounts.close())

  /** Debits less credits of the accounts of the journal in a month, in cents. */
  const sumsOf = async (month: string) => {
    const { data } = await server.graphql(Journal, { month, first: 1, after: null }, operator)
    return Object.fromEntries(
      data.journal!.totals.map(({ ledgerAccount, debit, credit }) => [
        ledgerAccount,
        Math.round((Number(debit.decimal) - Number(credit.decimal)) * 100),
      ]),
    )
  }
  const untilKnown = async () => {
    await untilDelivered(server)
    await untilQuiet(server)
  }
  const cash = async () => {
    const { data } = await stripeObject<{ data: { created: number; net: number }[] }>(
      server,
      'balance_transactions?limit=100',
    )
    return MONTHS.map((month) =>
      data.reduce(
        (sum, { created, net }) => (new Date(created * 1000).toISOString().startsWith(month) ? sum + net : sum),
        0,
      ),
    )
  }

  it('spreads revenue without the tax, returns its part with a refund, and has the money of disputes when it moves', async () => {
    const { buyer } = await accounts.subscriber({ plan: 'basic' })
    const [first] = await Promise.all(MONTHS.map(sumsOf))
    expect(first).toMatchObject({ taxes: -200 })
    const sums = await Promise.all(MONTHS.map(sumsOf))
    expect(sums.reduce((sum, { revenue_subscriptions: revenue = 0 }) => sum + revenue, 0)).toBe(-1_000)
    expect(sums.flatMap((one) => Object.keys(one))).not.toContain('revenue_use')

    const [{ customer_id: customer } = { customer_id: '' }] = await server.query<{ customer_id: string }>(
      'select customer_id from billing_customer',
    )
    await stripeCall(server, 'POST', `customers/${customer}/balance_transactions`, { amount: '-600', currency: 'usd' })
    await accounts.passDays(32)
    const { purchases } = await buyer.account()
    expect(purchases.nodes.map(({ money }) => money.amountMinor)).toEqual([600, 1_200])
    const [renewal, start] = purchases.nodes as [(typeof purchases.nodes)[number], (typeof purchases.nodes)[number]]
    const payment = await buyer.paymentOf(renewal.id)
    await stripeCall(server, 'POST', 'refunds', { payment_intent: payment, amount: '300' })
    await untilKnown()
    expect(await sumsOf('2026-04')).toMatchObject({ taxes: 50 - 200, refunds: 250 })

    const byHand = await stripeCall<{ id: string }>(server, 'POST', 'invoices', {
      customer,
      collection_method: 'send_invoice',
      days_until_due: '60',
    })
    const setUp = { customer, invoice: byHand.id, amount: '5000', currency: 'usd', description: 'Set-up' }
    await stripeCall(server, 'POST', 'invoiceitems', setUp)
    await stripeCall(server, 'POST', `invoices/${byHand.id}/finalize`)
    // An inquiry takes no money.
    await buyer.dispute(start.id, 'warning_needs_response')
    await untilKnown()
    expect(Object.keys(await sumsOf('2026-04'))).not.toContain('disputed_payments')
    await buyer.dispute(start.id, 'warning_closed')
    await untilKnown()
    const { buyer: other } = await accounts.subscriber({ plan: 'basic' })
    const [disputed] = (await other.account()).purchases.nodes
    await other.dispute(disputed!.id, 'needs_response')
    await untilKnown()
    expect(await sumsOf('2026-04')).toMatchObject({ disputed_payments: 1_200 })
    // A debt, as that of an invoice below the smallest charge, is paid with the next one.
    await stripeCall(server, 'POST', `customers/${customer}/balance_transactions`, { amount: '30', currency: 'usd' })
    await accounts.passDays(30)
    await stripeCall(server, 'POST', `invoices/${byHand.id}/pay`, { payment_method: 'pm_card_visa' })
    await other.dispute(disputed!.id, 'won')
    await untilKnown()
    const months = await Promise.all(MONTHS.map(sumsOf))
    expect(months.map(({ disputed_payments: held = 0 }) => held)).toEqual([0, 1_200, -1_200])
    expect(months.reduce((sum, { receivables = 0 }) => sum + receivables, 0)).toBe(0)
    expect(months.map(({ stripe_balance: balance = 0 }) => balance)).toEqual(await cash())
  })
})
