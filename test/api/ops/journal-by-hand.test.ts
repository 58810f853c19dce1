import { CloseJournal, Journal } from '@stackgate/client/documents'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import type { Buyer } from '#test/support/buyer.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { stripeCall, stripeObject } from '#test/support/subscribers.js'
import type { TestServer } from '#test/support/test-server.js'

/** Card whose refunds fail after three days. */
const REFUND_FAILS = '4000000000005126'
const MONTHS = ['2026-03', '2026-04', '2026-05', '2026-06', '2026-07'] as const

describe('journal of changes that are made at Stripe alone', () => {
  let accounts: BilledAccounts
  let server: TestServer
  let operator: string
  beforeEach(async () => {
    accounts = await BilledAccounts.start(`business: by-hand
currency: USD
taxes: automatic
plans:
  free: { name: Free, rank: 0 }
  basic: { name: Basic, rank: 1, prices: { month: 10.00 } }
`)
    ;({ server } = accounts)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
  })
  afterEach(() => accounts.close())

  /** Debits less credits of the accounts of the journal in a month, in cents. Accounts that sum to zero are left out. */
  const sumsOf = async (month: string): Promise<Record<string, number>> => {
    const { data } = await server.graphql(Journal, { month, first: 1, after: null }, operator)
    const sums = data.journal!.totals.map(
      ({ ledgerAccount, debit, credit }) =>
        [ledgerAccount, Math.round((Number(debit.decimal) - Number(credit.decimal)) * 100)] as const,
    )
    expect(sums.reduce((total, [, sum]) => total + sum, 0)).toBe(0)
    return Object.fromEntries(sums.filter(([, sum]) => sum !== 0))
  }
  const file = async (month: string) =>
    (
      await fetch(`${server.url}/api/v1/journal.csv?month=${month}`, {
        headers: { authorization: `Bearer ${operator}` },
      })
    ).text()
  const close = (month: string) => server.graphql(CloseJournal, { month }, operator)
  const untilKnown = async () => {
    await untilDelivered(server)
    await untilQuiet(server)
  }
  const to = async (time: string) => {
    await server.advanceTo(time)
    await untilKnown()
  }
  /** The balance of each month equals the transactions of the provider. */
  const expectBalances = async () => {
    const { data } = await stripeObject<{ data: { created: number; net: number }[] }>(
      server,
      'balance_transactions?limit=100',
    )
    for (const month of MONTHS) {
      const net = data
        .filter(({ created }) => new Date(created * 1000).toISOString().startsWith(month))
        .reduce((sum, one) => sum + one.net, 0)
      expect([month, (await sumsOf(month))['stripe_balance'] ?? 0]).toEqual([month, net])
    }
  }
  const subscriber = async (how: { card?: string } = {}) => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'basic' }, how)
    const [{ customer_id: customer } = { customer_id: '' }] = await server.query<{ customer_id: string }>(
      'select customer_id from billing_customer where account_id = $1',
      [accountId],
    )
    return { buyer, accountId, customer }
  }
  const firstPayment = async (buyer: Buyer) => buyer.paymentOf((await buyer.account()).purchases.nodes.at(-1)!.id)

  /** 12.00 with 2.00 of tax; 10.00 over the 31 days from 5 March. Stripe takes 2.9 % and 0.30, which is 0.65. */
  const MARCH = { provider_fees: 65, deferred_revenue: -130, revenue_subscriptions: -870 }

  it.each([true, false])(
    'has the money of a refund that fails in the month of the failure (March is closed: %s)',
    async (isClosed) => {
      const { buyer } = await subscriber({ card: REFUND_FAILS })
      await to('2026-03-30T09:00:00Z')
      await stripeCall(server, 'POST', 'refunds', { payment_intent: await firstPayment(buyer), amount: '600' })
      await untilKnown()
      const refunded = { ...MARCH, stripe_balance: 1_200 - 65 - 600, taxes: -200 + 100, refunds: 500 }
      expect(await sumsOf('2026-03')).toEqual(refunded)
      await to('2026-04-01T09:00:00Z')
      if (isClosed) await close('2026-03')
      const closed = await file('2026-03')
      await to('2026-04-03T09:00:00Z')
      const april = await sumsOf('2026-04')
      if (isClosed) {
        expect(await file('2026-03')).toBe(closed)
        expect(april).toMatchObject({ stripe_balance: 600, taxes: -100, refunds: -500 })
        expect(april).not.toHaveProperty('failed_refunds')
      } else {
        expect(await sumsOf('2026-03')).toEqual({ ...MARCH, stripe_balance: 535, taxes: -200, failed_refunds: 600 })
        expect(april).toMatchObject({ stripe_balance: 600, failed_refunds: -600 })
      }
      await expectBalances()
      const months = await Promise.all(MONTHS.map(sumsOf))
      const total = (account: string) => months.reduce((sum, one) => sum + (one[account] ?? 0), 0)
      expect(['failed_refunds', 'refunds', 'taxes', 'revenue_subscriptions'].map(total)).toEqual([0, 0, -200, -1_000])
    },
  )

  it('has payments outside Stripe as other payments, also those that are recorded here', async () => {
    const { customer, accountId } = await subscriber()
    const invoiced = async (amount: string) => {
      const { id } = await stripeCall<{ id: string }>(server, 'POST', 'invoices', {
        customer,
        collection_method: 'send_invoice',
        days_until_due: '60',
        'automatic_tax[enabled]': 'true',
      })
      await stripeCall(server, 'POST', 'invoiceitems', { customer, invoice: id, amount, currency: 'usd' })
      await stripeCall(server, 'POST', `invoices/${id}/finalize`)
      return id
    }
    const [byHand, here] = [await invoiced('5000'), await invoiced('300')]
    await untilKnown()
    await to('2026-04-01T09:00:00Z')
    await close('2026-03')
    const closed = await file('2026-03')
    expect(await sumsOf('2026-03')).toEqual({
      ...MARCH,
      stripe_balance: 1_135,
      receivables: 6_000 + 360,
      taxes: -200 - 1_000 - 60,
      revenue_use: -5_300,
    })
    await stripeCall(server, 'POST', `invoices/${byHand}/pay`, { paid_out_of_band: 'true' })
    const [row] = await server.query<{ id: string }>(
      `select id from invoice where account_id = $1 and external_id = $2`,
      [accountId, here],
    )
    const { data } = await server.graphql<{ recordInvoicePayment: object }>(
      `mutation ($id: ID!) { recordInvoicePayment(invoiceId: $id, reason: "bank transfer") { invoice { status } denial { code } } }`,
      { id: row!.id },
      operator,
    )
    expect(data.recordInvoicePayment).toMatchObject({ status: 'PAID' })
    await untilKnown()
    expect(await sumsOf('2026-04')).toMatchObject({ receivables: -6_360, other_payments: 6_360 })
    expect(await file('2026-03')).toBe(closed)
    await to('2026-06-20T09:00:00Z')
    await expectBalances()
  })

  it('has credit that is given and taken at Stripe', async () => {
    const { buyer, customer } = await subscriber()
    const credit = (amount: string) =>
      stripeCall(server, 'POST', `customers/${customer}/balance_transactions`, { amount, currency: 'usd' })
    await credit('-600')
    await credit('200')
    await untilKnown()
    expect(await sumsOf('2026-03')).toEqual({
      ...MARCH,
      stripe_balance: 1_135,
      taxes: -200,
      customer_credit: -400,
      credit_adjustments: 400,
    })
    await to('2026-04-05T12:00:00Z')
    // The renewal of 12.00 has 4.00 of credit.
    expect((await buyer.account()).purchases.nodes.map(({ money }) => money.amountMinor)).toEqual([800, 1_200])
    expect(await sumsOf('2026-04')).toMatchObject({ customer_credit: 400, taxes: -200, stripe_balance: 800 - 53 })
    await close('2026-03')
    const closed = await file('2026-03')
    await credit('-100')
    await untilKnown()
    expect(await file('2026-03')).toBe(closed)
    expect(await sumsOf('2026-04')).toMatchObject({ customer_credit: 300, credit_adjustments: 100 })
    await accounts.expectNoDrift()
    await expectBalances()
  })
})
