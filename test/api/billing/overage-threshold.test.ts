import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { AmendUsage, SetChargingTerms } from '@stackgate/client/documents'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { repetitions } from '#test/support/sample.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startSecondServer } from '#test/support/second-server-process.js'
import { stripeCall } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

// Generated uses. Replay a failure with SEED=<the printed seed> npm test -- overage-threshold
const SEED = Number(process.env['SEED'] ?? 20261128)
const THRESHOLD = 2_000
const CALLERS = 8
/** Calls of each caller. A worker is killed after every fourth one of the first caller. */
const CALLS = repetitions(8, 12)

/** Two features at a price, whose cost together reaches the threshold. */
const CATALOG = `business: thresholds
currency: USD
taxes: automatic
dunning: { grace: 7d }
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  pages: { name: Pages, kind: quota, unit: page, window: billing_period }
plans:
  free: { name: Free, rank: 0 }
  grow:
    name: Grow
    rank: 1
    prices: { month: 10.00 }
    overage_threshold: 20.00
    features:
      calls: { amount: 10, overage: { graduated: [{ up_to: 900, price: 0.03 }, { price: 0.011 }], cap: 100000000 } }
      pages: { amount: 0, overage: { price: 0.007, cap: 100000000 } }
  calm:
    name: Calm
    rank: 2
    prices: { month: 20.00 }
    features:
      calls: { amount: 10, overage: { price: 0.03, cap: 100000000 } }
  bulk:
    name: Bulk
    rank: 3
    prices: { month: 30.00 }
    overage_threshold: 50.00
    features:
      calls: { amount: 10, overage: { volume: [{ up_to: 5000, price: 0.02 }, { price: 0.01 }], cap: 100000000 } }
`

interface Invoice {
  readonly status: string
  readonly total: { readonly amountMinor: number }
  readonly tax: { readonly amountMinor: number }
  readonly lines: {
    readonly nodes: readonly { readonly description: string; readonly money: { readonly amountMinor: number } }[]
  }
}

/** An entry of the ledger that costs something, as the database returns it. */
interface Charged {
  readonly version: number
  readonly feature: string
  readonly amountMinor: number
}

describe('Thresholds of an account and of a plan', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  let env: Record<string, string>
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-threshold-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    env = { CATALOG: path }
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const subscriber = async (plan = 'grow') => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan })
    const accountId = await accountIdOf(server, buyer.token)
    const use = (feature: string, amount: number) =>
      service.consume({ accountId, feature, amount }) as Promise<{
        code?: string
        amount?: number
        remedies?: object[]
      }>
    return { buyer, accountId, use }
  }
  const billingOf = async ({ token }: Buyer) => {
    const { data } = await server.graphql<{
      account: {
        billing: {
          overageThreshold: { amountMinor: number } | null
          openCharges: { cost: { amountMinor: number }; invoiced: { amountMinor: number }; description: string }[]
          invoices: { nodes: Invoice[] }
        }
      }
    }>(
      `{ account { billing { overageThreshold { amountMinor } openCharges { description cost { amountMinor } invoiced { amountMinor } }
        invoices(first: 100) { nodes { status total { amountMinor } tax { amountMinor } lines { nodes { description money { amountMinor } } } } } } } }`,
      {},
      token,
    )
    return data.account.billing
  }
  const isUse = ({ description }: { readonly description: string }) => description.includes('beyond the allowance')
  const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0)
  /** Invoices of use alone, the oldest first, with the sums of their lines. */
  const crossingsOf = async (buyer: Buyer) =>
    (await billingOf(buyer)).invoices.nodes
      .filter(({ lines }) => lines.nodes.length > 0 && lines.nodes.every(isUse))
      .map((invoice) => ({ ...invoice, cost: sumOf(invoice.lines.nodes.map(({ money }) => money.amountMinor)) }))
      .toReversed()
  const ledgerOf = (accountId: string) =>
    server.query<Charged>(
      `select l.version::int, l.feature, (charge ->> 'amountMinor')::int as "amountMinor"
        from ledger_entry l cross join lateral jsonb_array_elements(l.price -> 'charges') charge
        where l.account_id = $1 and l.price is not null order by l.version, l.operation_no`,
      [accountId],
    )
  /** Costs at which the sum of what is not charged reached the threshold, version by version, and the rest. */
  const modelOf = (charges: readonly Charged[], threshold = THRESHOLD) => {
    const crossings: number[] = []
    let open = 0
    for (const of of Map.groupBy(charges, ({ version }) => version).values()) {
      open += sumOf(of.map(({ amountMinor }) => amountMinor))
      if (open < threshold) continue
      crossings.push(open)
      open = 0
    }
    return { crossings, open }
  }
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  }
  const untilPaid = (buyer: Buyer, count: number) =>
    eventually(
      () => crossingsOf(buyer),
      (found) => found.filter(({ status }) => status === 'PAID').length === count,
      30_000,
    )

  it('invoices each crossing of parallel uses once with killed workers, and the rest with the period', async () => {
    const random = createSeededRandom(SEED)
    const { buyer, accountId, use } = await subscriber()
    const start = () => startSecondServer(server, { ...env, ROLE: 'worker' })
    let worker = await start()
    try {
      await Promise.all(
        Array.from({ length: CALLERS }, async (_, caller) => {
          for (let call = 0; call < CALLS; call++) {
            await use(random.next() < 0.5 ? 'calls' : 'pages', 1 + Math.floor(random.next() * 300))
            if (caller > 0 || call % 4 !== 3) continue
            await worker.kill()
            worker = await start()
          }
        }),
      )
    } finally {
      await worker.kill()
    }
    const charges = await ledgerOf(accountId)
    const { crossings, open } = modelOf(charges)
    expect(crossings.length).toBeGreaterThan(3)
    const invoices = await untilPaid(buyer, crossings.length)
    expect(invoices.map(({ cost }) => cost).toSorted((left, right) => left - right)).toEqual(
      crossings.toSorted((left, right) => left - right),
    )
    for (const { total, tax, cost } of invoices) {
      expect(tax.amountMinor).toBe(Math.round(cost * 0.2))
      expect(total.amountMinor).toBe(cost + tax.amountMinor)
    }
    const { openCharges } = await billingOf(buyer)
    expect(sumOf(openCharges.map(({ cost }) => cost.amountMinor))).toBe(open)
    expect(sumOf(openCharges.map(({ invoiced }) => invoiced.amountMinor))).toBeLessThanOrEqual(sumOf(crossings))
    await noDrift()
    await server.advanceTo('2026-04-05T11:00:00Z')
    await reportUsage(server.app.context)
    const all = await eventually(
      async () => (await billingOf(buyer)).invoices.nodes,
      (found) => found.every(({ status }) => status === 'PAID') && found.length === crossings.length + 2,
      30_000,
    )
    const lines = all.flatMap(({ lines: { nodes } }) => nodes).filter(isUse)
    expect(sumOf(lines.map(({ money }) => money.amountMinor))).toBe(sumOf(charges.map((charge) => charge.amountMinor)))
    await noDrift()
  })

  it('charges facts that arrive after the invoice with what is used then', async () => {
    const { buyer, accountId, use } = await subscriber()
    await use('calls', 810)
    const [first] = await untilPaid(buyer, 1)
    expect(first!.cost).toBe(2_400)
    const at = server.app.context.clock.now().toISOString()
    await server.graphql(
      `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount } }`,
      { events: [{ accountId, feature: 'pages', amount: 1_000, at, key: randomUUID() }] },
      await server.serviceKey(['entitlements:read', 'entitlements:write']),
    )
    expect((await billingOf(buyer)).openCharges).toEqual([
      {
        description: 'Pages beyond the allowance: 1,000 at $0.007 each',
        cost: { amountMinor: 700 },
        invoiced: { amountMinor: 0 },
      },
    ])
    await use('calls', 1_010)
    const invoices = await untilPaid(buyer, 2)
    // 100 calls at 0.03, 910 at 0.011, and 1,000 pages at 0.007.
    expect(invoices.map(({ cost }) => cost)).toEqual([2_400, 2_001])
  })

  it('says of an amendment that an invoice has its units', async () => {
    const { buyer, accountId } = await subscriber()
    const first = await service.consume({ accountId, feature: 'calls', amount: 810 })
    await untilPaid(buyer, 1)
    const last = await service.consume({ accountId, feature: 'calls', amount: 50 })
    const amend = async ({ id }: { readonly id: string }, amount: number) => {
      const { data } = await server.graphql(
        AmendUsage,
        { id, amount, reason: 'Counted twice', key: randomUUID() },
        service.key,
      )
      return data.amendUsage
    }
    expect(await amend(last, 10)).toMatchObject({ invoiceEffect: 'NOT_REPORTED' })
    expect(await amend(first, 700)).toMatchObject({ invoiceEffect: 'NEXT_REPORT' })
    // The invoice has 24.00 of the 27.00 that 900 calls cost.
    await service.consume({ accountId, feature: 'calls', amount: 200 })
    expect((await billingOf(buyer)).openCharges).toMatchObject([{ cost: { amountMinor: 300 } }])
  })

  it('denies further use while its invoice is unpaid, and one payment lifts it', async () => {
    const { buyer, accountId, use } = await subscriber()
    const [{ customer_id: customer } = { customer_id: '' }] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [accountId],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer, times: 40 })
    await use('calls', 810)
    await eventually(
      () => server.query(`select from account where id = $1 and overage_end_reason = 'OVERAGE_UNPAID'`, [accountId]),
      (found) => found.length === 1,
      20_000,
    )
    // The grace period allows use, and no second invoice follows.
    expect(await use('calls', 5_000)).toMatchObject({ amount: 5_000 })
    await untilQuiet(server)
    expect(await crossingsOf(buyer)).toHaveLength(1)
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 8 * 86_400_000).toISOString())
    expect(await use('calls', 1)).toMatchObject({
      code: 'OVERAGE_UNPAID',
      remedies: expect.arrayContaining([expect.objectContaining({ kind: 'PAY_INVOICE' })]),
    })
    await server.sandboxControl('DELETE', 'payments/fail-next')
    const [open] = await server.query<{ external_id: string }>(
      `select external_id from invoice where account_id = $1 and status = 'OPEN'`,
      [accountId],
    )
    await stripeCall(server, 'POST', `invoices/${open!.external_id}/pay`)
    await eventually(
      () => server.query(`select from account where id = $1 and overage_end_reason is null`, [accountId]),
      (found) => found.length === 1,
      20_000,
    )
    expect(await use('calls', 1)).toMatchObject({ amount: 1 })
    const invoices = await untilPaid(buyer, 2)
    expect(invoices.map(({ cost }) => cost)).toEqual(modelOf(await ledgerOf(accountId)).crossings)
    await noDrift()
  })

  it('invoices nothing else while one invoice is unpaid, also of 50 callers before its first charge', async () => {
    const { buyer, accountId, use } = await subscriber()
    const [{ customer_id: customer } = { customer_id: '' }] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [accountId],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer, times: 40 })
    const start = () => startSecondServer(server, { ...env, ROLE: 'worker' })
    let worker = await start()
    try {
      await Promise.all([
        ...Array.from({ length: 50 }, () => use('calls', 500)),
        (async () => {
          await worker.kill()
          worker = await start()
        })(),
      ])
    } finally {
      await worker.kill()
    }
    await eventually(
      () => crossingsOf(buyer),
      (found) => found.length > 0,
    )
    await untilQuiet(server)
    const [open, ...others] = await crossingsOf(buyer)
    expect([open!.status, others]).toEqual(['OPEN', []])
    await expect(
      server.query(
        `insert into usage_report (id, account_id, provider, feature, meter, lines, from_version, to_version, amount, at)
         select id || 'x', account_id, provider, feature, meter, lines, to_version, to_version + 1, amount, at from usage_report where account_id = $1`,
        [accountId],
      ),
    ).rejects.toThrow('usage_report_one_threshold')
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 8 * 86_400_000).toISOString())
    expect(await use('calls', 1)).toMatchObject({ code: 'OVERAGE_UNPAID' })
    await server.sandboxControl('DELETE', 'payments/fail-next')
    const [{ external_id: invoice } = { external_id: '' }] = await server.query<{ external_id: string }>(
      `select external_id from invoice where account_id = $1 and status = 'OPEN'`,
      [accountId],
    )
    await stripeCall(server, 'POST', `invoices/${invoice}/pay`)
    const { crossings } = modelOf(await ledgerOf(accountId))
    const invoices = await untilPaid(buyer, crossings.length)
    expect(invoices.map(({ cost }) => cost)).toEqual(crossings)
    expect(await use('calls', 1)).toMatchObject({ amount: 1 })
    await noDrift()
  })

  it('sets the threshold of an account, which invoices what has reached it, and returns to the plan', async () => {
    const { buyer, accountId, use } = await subscriber('calm')
    await use('calls', 2_010)
    await untilQuiet(server)
    expect((await billingOf(buyer)).overageThreshold).toBeNull()
    expect(await crossingsOf(buyer)).toEqual([])
    const set = (threshold: { amountMinor: number; currency: string } | null) =>
      server.graphql(
        SetChargingTerms,
        { input: { accountId, overageThreshold: threshold, reason: 'agreed' } },
        operator,
      )
    const { data } = await set({ amountMinor: 1_500, currency: 'USD' })
    expect(data).toMatchObject({ setChargingTerms: { billing: { overageThreshold: { decimal: '15.00' } } } })
    // One invoice of what had been used, not one for each 15.00 of it.
    expect((await untilPaid(buyer, 1)).map(({ cost }) => cost)).toEqual([6_000])
    await set({ amountMinor: 1_500, currency: 'USD' })
    await use('calls', 400)
    await untilQuiet(server)
    expect(await crossingsOf(buyer)).toHaveLength(1)
    await use('calls', 100)
    expect((await untilPaid(buyer, 2)).map(({ cost }) => cost)).toEqual([6_000, 1_500])
    await set(null)
    await use('calls', 5_000)
    await untilQuiet(server)
    expect(await crossingsOf(buyer)).toHaveLength(2)
    const events = await server.query<{ type: string }>(
      `select type from stream_event where account_id = $1 and type like 'overage.%' order by sequence`,
      [accountId],
    )
    expect(events.map(({ type }) => type)).toEqual([
      'overage.threshold_set',
      'overage.invoiced',
      'overage.invoiced',
      'overage.threshold_set',
    ])
    await noDrift()
  })

  it.each([
    [{ amountMinor: 1_500, currency: 'EUR' }, 'INVALID_PARAMETERS'],
    [{ amountMinor: 0, currency: 'USD' }, 'INVALID_AMOUNT'],
    [{ amountMinor: 10, currency: 'USD' }, 'INVALID_AMOUNT'],
  ])('refuses the threshold %j', async (threshold, code) => {
    const { accountId } = await subscriber('calm')
    const { data } = await server.graphql(
      SetChargingTerms,
      { input: { accountId, overageThreshold: threshold, reason: 'agreed' } },
      operator,
    )
    expect(data).toMatchObject({ setChargingTerms: { code } })
  })

  it('is apart from the invoice of the period also if it is sent after the end of it', async () => {
    const { buyer, accountId, use } = await subscriber()
    await server.sandboxControl('POST', 'faults', {
      match: { path: '/v1/invoices', method: 'POST' },
      action: 'drop_before',
      times: 1000,
    })
    await use('calls', 810)
    await eventually(
      () => server.query(`select from usage_report where account_id = $1 and invoice_id is null`, [accountId]),
      (found) => found.length === 1,
      20_000,
    )
    await use('calls', 100)
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 33 * 86_400_000).toISOString())
    await reportUsage(server.app.context).catch(() => undefined)
    await server.sandboxControl('DELETE', 'faults')
    await reportUsage(server.app.context)
    expect((await untilPaid(buyer, 1)).map(({ cost }) => cost)).toEqual([2_400])
    await noDrift()
    const ofUse = (await billingOf(buyer)).invoices.nodes.map(({ lines }) =>
      lines.nodes.filter(isUse).map(({ money }) => money.amountMinor),
    )
    // The first period, the second one with the rest of the first, and the threshold.
    expect(ofUse.toSorted((left, right) => left.join().localeCompare(right.join()))).toEqual([[], [2_400], [300]])
  })

  it('invoices of volume prices only what no further use makes cheaper, and the rest with the period', async () => {
    const [one, other] = [await subscriber('bulk'), await subscriber('bulk')]
    for (const { use } of [one, other]) expect((await use('calls', 5_010)).code).toBeUndefined()
    for (const { buyer } of [one, other])
      expect((await untilPaid(buyer, 1)).map(({ lines }) => lines.nodes[0])).toEqual([
        { description: 'Calls beyond the allowance: 2,500 at $0.02 each', money: { amountMinor: 5_000 } },
      ])
    await one.use('calls', 1)
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 33 * 86_400_000).toISOString())
    await reportUsage(server.app.context)
    await noDrift()
    const costOf = async ({ buyer }: typeof one) =>
      sumOf(
        (await billingOf(buyer)).invoices.nodes
          .flatMap(({ lines }) => lines.nodes.filter(isUse))
          .map(({ money }) => money.amountMinor),
      )
    expect(await Promise.all([one, other].map(costOf))).toEqual([5_001, 10_000])
  })
})
