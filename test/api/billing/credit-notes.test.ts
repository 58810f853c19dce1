import { Invoices, InvoiceTimeline, Journal } from '@stackgate/client/documents'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import { moneyOf, reconcileMoney, untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { loseWebhooks, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { stripeCall, stripeObject } from '#test/support/subscribers.js'
import { eventually, type TestServer } from '#test/support/test-server.js'

interface StripeInvoice {
  readonly id: string
  readonly lines: { readonly data: readonly { readonly id: string; readonly amount: number }[] }
}

describe('Credit notes of Stripe', () => {
  let accounts: BilledAccounts
  let server: TestServer
  let operator: string
  beforeEach(async () => {
    accounts = await BilledAccounts.start(`business: credit-notes
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

  const subscriber = async () => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'basic' })
    const [row] = await server.query<{ customer: string; subscription: string }>(
      `select c.customer_id as customer, s.external_id as subscription from billing_customer c
        join billing_subscription s on s.account_id = c.account_id where c.account_id = $1`,
      [accountId],
    )
    return { buyer, accountId, ...row! }
  }
  const latestOf = async (subscription: string): Promise<StripeInvoice> => {
    const { latest_invoice: id } = await stripeObject<{ latest_invoice: string }>(
      server,
      `subscriptions/${subscription}`,
    )
    return stripeObject<StripeInvoice>(server, `invoices/${id}`)
  }
  /** Credits 5.00 of the plan, which is 6.00 with tax. */
  const credit = ({ id, lines }: StripeInvoice, how: Record<string, string> = {}) =>
    stripeCall<{ id: string }>(server, 'POST', 'credit_notes', {
      invoice: id,
      'lines[0][type]': 'invoice_line_item',
      'lines[0][invoice_line_item]': lines.data[0]!.id,
      'lines[0][amount]': '500',
      ...how,
    })
  const invoiceOf = async (accountId: string) => {
    const [row] = await server.query<{ status: string; total: number; due: number; paid: number; notes: object[] }>(
      `select status, total_minor::int as total, amount_due_minor::int as due, amount_paid_minor::int as paid,
        credit_notes as notes from invoice where account_id = $1 order by created_at desc limit 1`,
      [accountId],
    )
    return row!
  }
  /** The latest invoice as its customer sees it. */
  const shownTo = async ({ token }: { readonly token: string }, accountId: string) => {
    const list = await server.graphql(Invoices, { account: accountId, first: 1, after: null }, token)
    const [invoice] = list.data.account!.billing!.invoices.nodes
    const { data } = await server.graphql(InvoiceTimeline, { invoice: invoice!.id }, token)
    return { invoice: invoice!, timeline: data.node?.__typename === 'Invoice' ? data.node.timeline : [] }
  }
  const sumsOf = async (month: string): Promise<Record<string, number>> => {
    const { data } = await server.graphql(Journal, { month, first: 1, after: null }, operator)
    const sums = data.journal!.totals.map(
      ({ ledgerAccount, debit, credit: credited }) =>
        [ledgerAccount, Math.round((Number(debit.decimal) - Number(credited.decimal)) * 100)] as const,
    )
    expect(sums.reduce((total, [, sum]) => total + sum, 0)).toBe(0)
    return Object.fromEntries(sums.filter(([, sum]) => sum !== 0))
  }
  const cashOf = async (month: string) => {
    const { data } = await stripeObject<{ data: { created: number; net: number }[] }>(
      server,
      'balance_transactions?limit=100',
    )
    return data
      .filter(({ created }) => new Date(created * 1000).toISOString().startsWith(month))
      .reduce((sum, { net }) => sum + net, 0)
  }
  const untilKnown = async () => {
    await untilDelivered(server)
    await untilQuiet(server)
  }

  it('reduce what is open, and the payment and the journal follow', async () => {
    const { buyer, accountId, customer, subscription } = await subscriber()
    await server.sandboxControl('POST', 'payments/fail-next', { customer, times: 20 })
    await server.advanceTo('2026-04-05T12:00:00Z')
    await untilKnown()
    const open = await latestOf(subscription)
    expect(await invoiceOf(accountId)).toMatchObject({ status: 'OPEN', total: 1_200, due: 1_200, notes: [] })
    const { id: mistaken } = await credit(open)
    await eventually(
      () => invoiceOf(accountId),
      ({ due }) => due === 600,
      20_000,
    )
    await stripeCall(server, 'POST', `credit_notes/${mistaken}/void`)
    await eventually(
      () => invoiceOf(accountId),
      ({ due }) => due === 1_200,
      20_000,
    )
    await credit(open)
    await untilKnown()
    expect(await invoiceOf(accountId)).toMatchObject({
      status: 'OPEN',
      total: 1_200,
      due: 600,
      notes: [{ totalMinor: 600, taxMinor: 100, prePaymentMinor: 600, refundedMinor: 0, creditedMinor: 0 }],
    })
    const { invoice, timeline } = await shownTo(buyer, accountId)
    expect(invoice.creditNotes).toEqual([
      {
        number: `${invoice.number}-CN-02`,
        reason: null,
        createdAt: expect.stringMatching(/^2026-04-05T/),
        money: expect.objectContaining({ decimal: '6.00' }),
        tax: expect.objectContaining({ decimal: '1.00' }),
        reducedDue: expect.objectContaining({ decimal: '6.00' }),
        refunded: null,
        credited: null,
        returnedElsewhere: null,
        pdfUrl: expect.stringMatching(/^http/),
      },
    ])
    expect(timeline.map(({ kind }) => kind)).toEqual([
      'CREATED',
      'PAYMENT_FAILED',
      'CREDITED',
      'NEXT_ATTEMPT',
      'ACCESS_ENDS',
    ])
    expect(timeline.flatMap(({ creditNote }) => creditNote ?? [])).toEqual(invoice.creditNotes)
    expect(await sumsOf('2026-04')).toMatchObject({ receivables: 600, taxes: -200 + 100, credit_notes: 500 })
    await server.sandboxControl('DELETE', 'payments/fail-next')
    await stripeCall(server, 'POST', `invoices/${open.id}/pay`)
    await eventually(
      () => invoiceOf(accountId),
      ({ status }) => status === 'PAID',
      20_000,
    )
    await untilKnown()
    expect(await invoiceOf(accountId)).toMatchObject({ due: 0, paid: 600 })
    expect((await buyer.account()).purchases.nodes.map(({ money }) => money.amountMinor)).toEqual([600, 1_200])
    const april = await sumsOf('2026-04')
    expect(april).not.toHaveProperty('receivables')
    expect(april).not.toHaveProperty('customer_credit')
    expect(april).toMatchObject({ taxes: -100, credit_notes: 500, stripe_balance: await cashOf('2026-04') })
    await accounts.expectNoDrift()
  })

  it('return what was paid as a refund, as credit and elsewhere', async () => {
    const { buyer, accountId, subscription } = await subscriber()
    const paid = await latestOf(subscription)
    await credit(paid, {
      refund_amount: '300',
      credit_amount: '200',
      out_of_band_amount: '100',
      reason: 'order_change',
    })
    await untilKnown()
    await eventually(
      () => invoiceOf(accountId),
      ({ notes }) => notes.length === 1,
      20_000,
    )
    expect(await invoiceOf(accountId)).toMatchObject({
      status: 'PAID',
      notes: [{ totalMinor: 600, refundedMinor: 300, creditedMinor: 200, elsewhereMinor: 100, prePaymentMinor: 0 }],
    })
    expect((await shownTo(buyer, accountId)).invoice.creditNotes).toMatchObject([
      {
        reason: 'ORDER_CHANGE',
        money: { decimal: '6.00' },
        reducedDue: null,
        refunded: { decimal: '3.00' },
        credited: { decimal: '2.00' },
        returnedElsewhere: { decimal: '1.00' },
      },
    ])
    const [purchase] = (await buyer.account()).purchases.nodes
    expect(purchase).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: { amountMinor: 300 } })
    // Of 6.00 with 1.00 of tax, the refund has 0.50 of tax, and the rest, too.
    expect(await sumsOf('2026-03')).toMatchObject({
      taxes: -200 + 50 + 50,
      refunds: 250,
      credit_notes: 250,
      customer_credit: -200,
      other_payments: -100,
      stripe_balance: await cashOf('2026-03'),
    })
    // Nothing is returned a second time: 12.00 - 3.00 - 2.00 - 1.00 is left.
    const { data } = await server.graphql<{ refundPurchase: { code?: string; message?: string } }>(
      `mutation ($id: ID!) { refundPurchase(id: $id, amount: { amountMinor: 601, currency: "USD" }, reason: "test", key: "more") { purchase { status } denial { code message } } }`,
      { id: purchase!.id },
      operator,
    )
    expect(data.refundPurchase).toMatchObject({
      code: 'INVALID_AMOUNT',
      message: expect.stringContaining('$3.00 became credit at the provider or was returned outside of it'),
    })
    await accounts.expectNoDrift()
    await server.advanceTo('2026-04-05T12:00:00Z')
    await untilKnown()
    expect(await invoiceOf(accountId)).toMatchObject({ status: 'PAID', total: 1_200, paid: 1_000 })
    const months = await Promise.all(['2026-03', '2026-04'].map(sumsOf))
    expect(months.reduce((sum, { customer_credit: left = 0 }) => sum + left, 0)).toBe(0)
  })

  it('are found by the reconciliation when an event of an old paid invoice was lost', async () => {
    const { accountId, subscription } = await subscriber()
    const paid = await latestOf(subscription)
    await server.advanceTo('2026-05-06T12:00:00Z')
    await untilKnown()
    await withoutReconciliation(server)
    await loseWebhooks(server)
    await credit(paid, { credit_amount: '200', out_of_band_amount: '400' })
    const isCredited = async () =>
      server.query('select 1 from invoice where account_id = $1 and external_id = $2 and credit_notes <> $3', [
        accountId,
        paid.id,
        '[]',
      ])
    expect(await isCredited()).toEqual([])
    const run = await reconcileMoney(server, operator, { heal: true })
    expect(moneyOf(run).map(({ kind, object, healed }) => [kind, object, healed])).toEqual([
      ['MISSING_INVOICE', `invoice:${paid.id}`, true],
    ])
    expect(await isCredited()).toHaveLength(1)
    // The first read of an invoice has the note, too.
    await server.advanceTo('2026-06-06T12:00:00Z')
    await credit(await latestOf(subscription), { credit_amount: '600' })
    await reconcileMoney(server, operator, { heal: true })
    expect(
      await server.query<{ credited: number }>(
        'select credited_minor::int as credited from purchase where account_id = $1 order by purchased_at desc limit 1',
        [accountId],
      ),
    ).toEqual([{ credited: 600 }])
    await accounts.expectNoDrift()
  })
})
