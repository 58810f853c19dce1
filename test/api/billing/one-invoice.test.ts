import { randomUUID } from 'node:crypto'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, reconcileMoney, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { stripeObject } from '#test/support/subscribers.js'
import { taxedCatalog } from '#test/support/taxed-catalog.js'
import { CancelSubscription } from '@stackgate/client/documents'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Invoice {
  readonly total: { readonly decimal: string }
  readonly tax: { readonly decimal: string }
  readonly status: string
  readonly lines: { readonly nodes: readonly { readonly money: { readonly decimal: string } }[] }
}

const DAY_MS = 86_400_000

describe('The invoice of a period', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-05T09:00:00Z',
      env: { CATALOG: taxedCatalog('ai-platform') },
    })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  /** A subscriber of the plan `scale`, who has used 251,250 credits beyond the 600,000 of the plan. */
  const heavyUser = async (terms: object = {}) => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: 'scale', ...terms })
    const [row] = await server.query<{ account_id: string; customer_id: string }>(
      `select s.account_id, c.customer_id from billing_subscription s join billing_customer c on c.account_id = s.account_id
        join member m on m.account_id = s.account_id join app_user u on u.id = m.user_id where u.email = $1`,
      [buyer.email],
    )
    const { account_id: accountId, customer_id: customer } = row!
    for (const amount of [600_000, 1_250, 250_000]) await service.consume({ accountId, feature: 'ai_credits', amount })
    return { buyer, accountId, customer }
  }
  const advanceDays = (days: number) =>
    server.advanceTo(new Date(server.app.context.clock.now().getTime() + days * DAY_MS).toISOString())
  /** Status, total, tax and lines of each invoice, oldest first. */
  const invoicesOf = async ({ token }: Buyer) => {
    const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: Invoice[] } } } }>(
      `{ account { billing { invoices(first: 20) { nodes { status total { decimal } tax { decimal } lines { nodes { money { decimal } } } } } } } }`,
      {},
      token,
    )
    return data.account.billing.invoices.nodes
      .map(({ status, total, tax, lines }) => [
        status,
        total.decimal,
        tax.decimal,
        ...lines.nodes.map(({ money }) => money.decimal),
      ])
      .toReversed()
  }
  const FIRST = ['PAID', '240.00', '40.00', '200.00']
  const OWN = ['PAID', '120.60', '20.10', '100.50']
  const whenPaid = (buyer: Buyer, count: number) =>
    eventually(
      () => invoicesOf(buyer),
      (found) => found.filter(([status]) => status === 'PAID').length === count,
      20_000,
    )
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  }

  it('has the use beyond the allowance, and tax on every line', async () => {
    const { buyer } = await heavyUser()
    await advanceDays(32)
    await reportUsage(server.app.context)
    expect(await whenPaid(buyer, 2)).toEqual([FIRST, ['PAID', '360.60', '60.10', '100.50', '200.00']])
    const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: object[] } } } }>(
      `{ account { billing { invoices(first: 1) { nodes { lines { nodes { kind description } } } } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.billing.invoices.nodes).toMatchObject([
      { lines: { nodes: [{ kind: 'USAGE' }, { kind: 'RECURRING' }] } },
    ])
    await noDrift()
  })

  it('has the use of the period before if the server was stopped while that was possible', async () => {
    const { buyer } = await heavyUser()
    await server.whileStopped(async () => {
      await server.sandboxControl('POST', 'clock', { bySeconds: 32 * 86_400 })
    })
    await advanceDays(1)
    await reportUsage(server.app.context)
    expect(await whenPaid(buyer, 2)).toEqual([FIRST, FIRST])
    // The provider sends events for three days. Those of an earlier renewal are found by the first comparison after the start.
    await reconcileMoney(server, operator, { heal: true })
    await advanceDays(31)
    expect(await whenPaid(buyer, 3)).toEqual([FIRST, FIRST, ['PAID', '360.60', '60.10', '100.50', '200.00']])
    await noDrift()
  })

  it.each([
    ['NOW', 12],
    ['PERIOD_END', 12],
  ] as const)('is one for the use alone after the end of the subscription (%s)', async (at, days) => {
    const { buyer } = await heavyUser()
    await advanceDays(days)
    await server.graphql(CancelSubscription, { at, key: 'end' }, buyer.token)
    await advanceDays(32 - days)
    await reportUsage(server.app.context)
    expect(await whenPaid(buyer, 2)).toEqual([FIRST, OWN])
    await noDrift()
    // It sells no plan.
    expect((await buyer.account()).plan.plan.code).toBe('free')
  })

  it('is one for the use alone in the months of a year', async () => {
    const { buyer } = await heavyUser({ interval: { unit: 'YEAR', count: 1 } })
    await advanceDays(33)
    await reportUsage(server.app.context)
    expect(await whenPaid(buyer, 2)).toEqual([['PAID', '2400.00', '400.00', '2000.00'], OWN])
    await noDrift()
  })

  it('is replaced by one for the use if the subscription ends unpaid', async () => {
    const { buyer, customer } = await heavyUser()
    await server.sandboxControl('POST', 'payments/fail-next', { customer, times: 40 })
    await advanceDays(33)
    await eventually(
      () => invoicesOf(buyer),
      (found) => found.some(([status]) => status === 'OPEN'),
      20_000,
    )
    await server.graphql(CancelSubscription, { at: 'NOW', key: 'end' }, buyer.token)
    await server.sandboxControl('DELETE', 'payments/fail-next')
    await advanceDays(15)
    await reportUsage(server.app.context)
    const [first, voided, own, ...more] = await whenPaid(buyer, 2)
    expect([first, voided, own, more]).toEqual([FIRST, ['VOID', '360.60', '60.10', '100.50', '200.00'], OWN, []])
    await noDrift()
  })

  it('is claimed again in its share of use after a lost dispute', async () => {
    const { buyer, customer } = await heavyUser()
    await advanceDays(32)
    await whenPaid(buyer, 2)
    const paid = await buyer.buyerWhen(({ purchases }) =>
      purchases.nodes.some(({ money }) => money.amountMinor === 36_060),
    )
    const { id } = paid.purchases.nodes.find(({ money }) => money.amountMinor === 36_060)!
    await buyer.dispute(id, 'needs_response')
    await buyer.dispute(id, 'lost')
    const open = await eventually(
      () => invoicesOf(buyer),
      (found) => found.some(([status]) => status === 'OPEN'),
      20_000,
    )
    expect(open.filter(([status]) => status === 'OPEN')).toEqual([['OPEN', '120.60', '20.10', '100.50']])
    const { data } = await stripeObject<{ data: { automatic_tax: { enabled: boolean } }[] }>(
      server,
      `invoices?customer=${customer}&status=open`,
    )
    expect(data.map(({ automatic_tax: { enabled } }) => enabled)).toEqual([true])
    await noDrift()
  })
})
