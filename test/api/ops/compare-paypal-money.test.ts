import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { reconcileMoney, resolveDrift, type Drift, type Run } from '#test/support/money-runs.js'
import { loseWebhooks, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { askPayPal } from '#test/support/paypal.js'

const HOUR = 3_600_000
/** Longer than the provider's events are compared: only the money itself can be compared then. */
const FOUR_DAYS = 96 * HOUR

describe('Reconciliation of PayPal payments', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    await withoutReconciliation(server, 'PAYPAL')
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const reconcile = (heal = false): Promise<Run> => reconcileMoney(server, operator, { provider: 'PAYPAL', heal })
  /** The first comparison without a difference: the sales figures follow a purchase within seconds. */
  const clean = () =>
    eventually(
      () => reconcile(),
      ({ drift }) => drift.length === 0,
    )
  const resolve = (drift: Drift): Promise<Drift> => resolveDrift(server, operator, drift)
  const later = async (milliseconds: number) => {
    const { now } = await server.sandboxControl<{ now: string }>('GET', 'clock')
    await server.advanceTo(new Date(Date.parse(now) + milliseconds).toISOString())
  }
  const quiet = () =>
    eventually(
      () =>
        server.query(
          `select 1 from inbox_object where pending union all select 1 from outbox_event where state = 'PENDING'
           union all select 1 from scheduled_job where kind = 'refund.execute'`,
        ),
      (open) => open.length === 0,
      20_000,
    )
  /** Runs an action without webhooks. Its events are not compared afterwards. */
  const unheard = async (happen: () => Promise<unknown>) => {
    await quiet()
    await loseWebhooks(server)
    await happen()
    await later(FOUR_DAYS)
    await server.sandboxControl('DELETE', 'faults')
  }
  /** Differences of money. An event that is on its way counts as missing for a moment. */
  const kindsOf = ({ drift }: Run) =>
    drift
      .filter(({ kind }) => kind !== 'MISSING_EVENT')
      .map(({ kind, action, healed }) => `${kind} ${healed ? 'healed' : action}`)
  const subscriber = async (email: string) => {
    const buyer = await Buyer.named(server, email)
    await buyer.buy('startSubscription', { plan: 'plus', provider: 'PAYPAL' })
    const [purchase] = (await buyer.account()).purchases.nodes
    return { buyer, paymentId: await buyer.paymentOf(purchase!.id) }
  }
  const statusOf = async (buyer: Buyer) => (await buyer.account()).purchases.nodes.map(({ status }) => status).join()
  const permit = (permissions: Record<string, boolean>) =>
    server.sandboxControl('POST', 'settings', { payPalPermissions: permissions })

  it('reports a refund made in PayPal’s pages, and records it', async () => {
    const { buyer, paymentId } = await subscriber('refunded@example.com')
    await unheard(() =>
      askPayPal(server.sandbox.url, 'POST', `/v1/payments/sale/${paymentId}/refund`, {
        amount: { total: '5.00', currency: 'USD' },
      }),
    )
    const run = await reconcile()
    expect(kindsOf(run)).toEqual(['MISSING_REFUND APPLY'])
    expect(run.drift[0]!.description).toMatch(
      /^Refund \w+ of \$5\.00 is SUCCEEDED at the provider and is not recorded here\.$/,
    )
    expect(run.drift[0]!.account).not.toBeNull()
    expect(kindsOf(await reconcile(true))).toEqual(['MISSING_REFUND healed'])
    expect(await statusOf(buyer)).toBe('PARTIALLY_REFUNDED')
    await quiet()
    const after = await clean()
    expect(after.drift).toEqual([])
    expect(after.comparedMoney).toEqual([
      { what: 'received', theirs: { decimal: '20.00' }, ours: { decimal: '20.00' } },
      { what: 'refunded', theirs: { decimal: '5.00' }, ours: { decimal: '5.00' } },
    ])
  })

  it('reports a missed dispute, and records it', async () => {
    const { buyer, paymentId } = await subscriber('disputed@example.com')
    await unheard(() => server.sandboxControl('POST', 'disputes', { payment: paymentId, status: 'needs_response' }))
    const run = await reconcile()
    expect(kindsOf(run)).toEqual(['MISSING_DISPUTE APPLY'])
    expect(run.drift[0]!.description).toMatch(
      /^Dispute PP-R-\S+ of \$20\.00 is OPEN at the provider and is not recorded here\.$/,
    )
    expect(kindsOf(await reconcile(true))).toEqual(['MISSING_DISPUTE healed'])
    expect(await statusOf(buyer)).toBe('DISPUTED')
    await quiet()
    await clean()
  })

  it('reports a missed chargeback with its dispute and reversal, and records it once', async () => {
    const { buyer, paymentId } = await subscriber('lost@example.com')
    await unheard(() => server.sandboxControl('POST', 'disputes', { payment: paymentId, status: 'lost' }))
    const run = await reconcile()
    expect(kindsOf(run)).toEqual(['MISSING_DISPUTE APPLY', 'MISSING_REVERSAL APPLY'])
    expect(run.drift[1]!.description).toMatch(
      /^Reversal \w+ of \$20\.00 is SUCCEEDED at the provider and is not recorded here\.$/,
    )
    expect(kindsOf(await reconcile(true))).toEqual(['MISSING_DISPUTE healed'])
    expect(await statusOf(buyer)).toBe('CHARGED_BACK')
    await quiet()
    await clean()
  })

  it('reports a chargeback by its reversal if the app cannot read disputes, and names that permission', async () => {
    const { paymentId } = await subscriber('unread@example.com')
    await unheard(() => server.sandboxControl('POST', 'disputes', { payment: paymentId, status: 'lost' }))
    await permit({ disputes: false })
    const run = await reconcile()
    expect(kindsOf(run)).toEqual(['MISSING_PERMISSION ACCEPT', 'MISSING_REVERSAL APPLY'])
    expect(run.drift[0]!.description).toContain('lacks the permission "Disputes": disputes are compared by events only')
    await permit({ disputes: true })
    await reconcile(true)
    await quiet()
    await clean()
  })

  it('reports a missed renewal, and records it', async () => {
    const { buyer } = await subscriber('renewed@example.com')
    await unheard(() => later(31 * 24 * HOUR))
    const named = (run: Run) => run.drift.filter(({ kind }) => kind === 'MISSING_PURCHASE')
    const missing = named(await reconcile())
    expect(missing.length).toBeGreaterThan(0)
    for (const { description, action } of missing)
      expect([description, action]).toEqual([
        expect.stringMatching(/^The provider received \$20\.00 by payment \w+, and no purchase here records it\.$/),
        'REFUND',
      ])
    expect((await reconcile(true)).drift.filter(({ healed }) => !healed)).toEqual([])
    expect((await buyer.account()).purchases.totalCount).toBe(2)
    await quiet()
    await clean()
  })

  it('leaves the last three hours to the next reconciliation', async () => {
    const { paymentId } = await subscriber('recent@example.com')
    await quiet()
    await loseWebhooks(server)
    await askPayPal(server.sandbox.url, 'POST', `/v1/payments/sale/${paymentId}/refund`, {
      amount: { total: '1.00', currency: 'USD' },
    })
    const money = (run: Run) => run.drift.filter(({ kind }) => kind !== 'MISSING_EVENT')
    const first = await reconcile()
    expect(money(first)).toEqual([])
    const received = first.comparedMoney.find(({ what }) => what === 'received')!
    expect(received.ours).toEqual(received.theirs)
    await later(4 * HOUR)
    const kinds = (run: Run) => money(run).map(({ kind, healed }) => `${kind} ${healed}`)
    expect(kinds(await reconcile(false))).toEqual(['MISSING_REFUND false'])
    // The sandbox then repeats what it withheld, and the run imports events: both can record the refund before the comparison.
    await server.sandboxControl('DELETE', 'faults')
    expect(['MISSING_REFUND true']).toEqual(expect.arrayContaining(kinds(await reconcile(true))))
    await quiet()
    await clean()
  })

  it('reports a missing permission of the app, compares the subscriptions, and omits it once accepted', async () => {
    const { paymentId } = await subscriber('unsearched@example.com')
    await permit({ transactionSearch: false })
    await unheard(() =>
      askPayPal(server.sandbox.url, 'POST', `/v1/payments/sale/${paymentId}/refund`, {
        amount: { total: '2.00', currency: 'USD' },
      }),
    )
    const run = await reconcile(true)
    expect(kindsOf(run)).toContain('MISSING_PERMISSION ACCEPT')
    expect(run.drift.filter(({ kind }) => kind === 'MISSING_REFUND')).toEqual([])
    expect(run.drift[0]).toMatchObject({ object: 'permission:Transaction Search', account: null })
    expect(run.drift[0]!.description).toMatch(
      /^The PAYPAL app of this server lacks the permission "Transaction Search": payments of subscriptions are still compared;/,
    )
    expect(run.comparedMoney.find(({ what }) => what === 'received')!.theirs.decimal).not.toBe('0.00')
    await resolve(run.drift[0]!)
    await clean()
    await permit({ transactionSearch: true })
    expect(kindsOf(await reconcile(true))).toEqual(['MISSING_REFUND healed'])
    await quiet()
    await clean()
  })

  it("reports a payment without a request, and refunds it on an operator's request", async () => {
    const order = await askPayPal<{ id: string }>(server.sandbox.url, 'POST', '/v2/checkout/orders', {
      intent: 'CAPTURE',
      purchase_units: [{ amount: { currency_code: 'USD', value: '7.77' } }],
    })
    await server.sandboxControl('POST', `checkouts/${order.id}/pay`, {})
    await unheard(() => askPayPal(server.sandbox.url, 'POST', `/v2/checkout/orders/${order.id}/capture`, {}))
    const run = await reconcile(true)
    const [drift, ...others] = run.drift.filter(({ healed }) => !healed)
    expect(others).toEqual([])
    expect(drift).toMatchObject({ kind: 'MISSING_PURCHASE', action: 'REFUND' })
    expect(drift!.description).toMatch(/^The provider received \$7\.77 by payment \w+, and no purchase here/)
    await resolve(drift!)
    await quiet()
    await later(4 * HOUR)
    await clean()
  })
})
