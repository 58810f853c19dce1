import { BilledAccounts, invoicesOf } from '#test/support/billed-accounts.js'
import type { Buyer } from '#test/support/buyer.js'
import { reconcileMoney } from '#test/support/money-runs.js'
import { change, stripeCall } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

/** Plans by the month, with use that is counted by the calendar and by the period. */
const CATALOG = `business: waiting-use
currency: USD
taxes: automatic
features:
  calls: { name: Calls, kind: quota, unit: call, window: month }
  reports: { name: Reports, kind: quota, unit: report, window: month }
  mails: { name: Mails, kind: quota, unit: mail, window: month }
  pages: { name: Pages, kind: quota, unit: page, window: billing_period }
plans:
  free: { name: Free, rank: 0 }
  team:
    name: Team
    rank: 1
    prices: { month: 20.00 }
    features:
      calls: { amount: 10, overage: { price: 0.10, cap: 100000 } }
      reports: { amount: 1, overage: { price: 2.00, cap: 100000 } }
  print:
    name: Print
    rank: 2
    prices: { month: 30.00 }
    features:
      pages: { amount: 100, overage: { price: 0.10, cap: 100000 } }
  no_mail: { name: No mail, group: mail, rank: 0 }
  mail:
    name: Mail
    group: mail
    rank: 1
    prices: { month: 10.00 }
    features: { mails: { amount: 10, overage: { price: 0.05, cap: 100000 } } }
`

/** Invoices without a period of a plan, oldest first: status, tax and lines. */
const ownInvoicesOf = async (buyer: Buyer) =>
  (await invoicesOf(buyer))
    .filter(({ lines }) => lines.every((line) => !/^\d+ × /.test(line)))
    .map(({ status, tax, lines }) => [status, tax, ...lines])

describe('Use that waits for the next invoice of a subscription', () => {
  let accounts: BilledAccounts
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG)
    await accounts.server.sandboxControl('POST', 'settings', { taxPercent: 20 })
  })
  afterEach(() => accounts.server.sandboxControl('DELETE', 'faults'))
  afterAll(() => accounts.close())

  /** Without this event, use is added to no draft. */
  const missDrafts = () =>
    accounts.server.sandboxControl('POST', 'faults', { match: { event: 'invoice.created' }, action: 'drop' })
  const whenOwn = (buyer: Buyer, count: number) =>
    eventually(
      () => ownInvoicesOf(buyer),
      (found) => found.length === count && found.every(([status]) => status !== 'DRAFT'),
      20_000,
    )
  const cancel = (buyer: Buyer) => change(accounts.server, buyer, 'cancelSubscription', { at: 'NOW' })
  const customerOf = async (accountId: string) => {
    const [row] = await accounts.server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1 and customer_id is not null`,
      [accountId],
    )
    return row!.customer_id
  }
  const openInvoice = async (accountId: string) => {
    const { data } = await stripeCall<{ data: { id: string }[] }>(
      accounts.server,
      'GET',
      `invoices?status=open&customer=${await customerOf(accountId)}`,
    )
    return data[0]!.id
  }
  /** Ends the running subscription at the provider, which credits nothing. */
  const endAtProvider = async (customer: string) => {
    const { data } = await stripeCall<{ data: { id: string }[] }>(
      accounts.server,
      'GET',
      `subscriptions?customer=${customer}`,
    )
    for (const { id } of data) await stripeCall(accounts.server, 'DELETE', `subscriptions/${id}`)
  }
  /** A subscriber whose use of two months waits. */
  const waiting = async () => {
    await missDrafts()
    const { buyer, accountId } = await accounts.subscriber({ plan: 'team' })
    const use = (feature: string, amount: number) => accounts.service.consume({ accountId, feature, amount })
    await use('calls', 35)
    await accounts.passDays(33)
    await use('calls', 30)
    await use('reports', 5)
    await accounts.passDays(30)
    expect(await ownInvoicesOf(buyer)).toEqual([])
    return { buyer, accountId, use }
  }
  const TWO_MONTHS = [
    'PAID',
    '2.50',
    'Calls beyond the allowance: 20 at $0.10 each = 2.00',
    'Calls beyond the allowance: 25 at $0.10 each = 2.50',
    'Reports beyond the allowance: 4 at $2.00 each = 8.00',
  ]

  it('is on one invoice for all months and features when the subscription is canceled', async () => {
    const { buyer, accountId, use } = await waiting()
    await buyer.buy('startSubscription', { plan: 'mail' })
    await use('mails', 50)
    await use('calls', 20)
    await cancel(buyer)
    expect(await whenOwn(buyer, 1)).toEqual([TWO_MONTHS])
    await accounts.passDays(30)
    // The window that had not ended.
    expect(await whenOwn(buyer, 2)).toEqual([
      TWO_MONTHS,
      ['PAID', '0.20', 'Calls beyond the allowance: 10 at $0.10 each = 1.00'],
    ])
    await endAtProvider(await customerOf(accountId))
    const [, , mails] = await whenOwn(buyer, 3)
    expect(mails).toEqual(['PAID', '0.40', 'Mails beyond the allowance: 40 at $0.05 each = 2.00'])
    await accounts.expectNoDrift()
  })

  it('is on one invoice when the subscription ends while the server is stopped for a week', async () => {
    const { buyer, accountId, use } = await waiting()
    await use('calls', 20)
    const customer = await customerOf(accountId)
    await accounts.server.whileStopped(async () => {
      await endAtProvider(customer)
      await accounts.server.sandboxControl('POST', 'clock', { bySeconds: 7 * 86_400 })
    })
    await accounts.passDays(1)
    // The provider has stopped to send the event.
    const operator = await accounts.server.token('ops@example.com', { roles: ['admin'] })
    await reconcileMoney(accounts.server, operator, { heal: true })
    expect(await whenOwn(buyer, 1)).toEqual([TWO_MONTHS])
    await accounts.expectNoDrift()
  })

  it('is claimed on one invoice after a lost dispute, each month with its share', async () => {
    const { buyer, accountId } = await waiting()
    await endAtProvider(await customerOf(accountId))
    await whenOwn(buyer, 1)
    const [purchase] = await eventually(
      () =>
        accounts.server.query<{ id: string }>(`select id from purchase where account_id = $1 and overage`, [accountId]),
      (found) => found.length === 1,
    )
    await buyer.dispute(purchase!.id, 'lost')
    const [, claim] = await whenOwn(buyer, 2)
    expect(claim).toEqual([
      'OPEN',
      '2.50',
      'Calls beyond the allowance, charged back by the bank = 2.50',
      'Use beyond the allowance, charged back by the bank = 10.00',
    ])
    await stripeCall(accounts.server, 'POST', `invoices/${await openInvoice(accountId)}/pay`)
    await eventually(
      () => ownInvoicesOf(buyer),
      (found) => found.every(([status]) => status === 'PAID'),
    )
    await accounts.expectNoDrift()
  })

  it('is on one invoice with the used part of a period that ends unpaid, and with what its voided invoice charged', async () => {
    const { server, service } = accounts
    const { buyer, accountId } = await accounts.subscriber({ plan: 'print' })
    const use = (amount: number) => service.consume({ accountId, feature: 'pages', amount })
    await use(150)
    const [window] = await server.query<{ window_end: Date }>(
      `select window_end from overage_usage where account_id = $1`,
      [accountId],
    )
    const at = (minutes: number) =>
      server.advanceTo(new Date(window!.window_end.getTime() + minutes * 60_000).toISOString())
    await at(-60)
    const held = await service.reserve({ accountId, feature: 'pages', amount: 30, expiresInSeconds: 86_400 })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: await customerOf(accountId), times: 40 })
    await at(5)
    await service.commit({ reservationId: held.id, amount: 30 })
    await use(40)
    await accounts.passDays(0)
    await accounts.passDays(3)
    await cancel(buyer)
    await server.sandboxControl('DELETE', 'payments/fail-next')
    expect(await whenOwn(buyer, 1)).toEqual([
      [
        'PAID',
        '4.00',
        'Pages beyond the allowance: 30 at $0.10 each = 3.00',
        'Pages beyond the allowance: 50 at $0.10 each = 5.00',
        'Used part of Print: 40 of 100 Pages = 12.00',
      ],
    ])
    await accounts.expectNoDrift()
  })
})
