import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { CloseJournal } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { createPromotion } from '#test/support/promotions.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { change, stripeObject } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// Generated purchases. Replay a failure with SEED=<the printed seed> npm test -- close-journal
const SEED = Number(process.env['SEED'] ?? 20261128)
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'] as const
/** Half a year after the last invoice, and a year for what is paid yearly. */
const ALL = [...MONTHS, '2026-07', '2026-08', '2026-09', '2026-10', '2026-11', '2026-12', '2027-01'] as const

const CATALOG = `business: journal
currency: USD
taxes: automatic
features:
  credits: { name: Credits, kind: credit, unit: credit }
plans:
  free: { name: Free, rank: 0 }
  basic: { name: Basic, rank: 1, prices: { month: { USD: 10.00, EUR: 9.50 }, year: { USD: 101.00, EUR: 95.00 } } }
  plus: { name: Plus, rank: 2, prices: { month: { USD: 29.99, EUR: 27.00 } } }
packages:
  pack: { name: Pack, type: credit_pack, price: { USD: 7.77, EUR: 6.66 }, valid_for: 365d, grants: { credits: 10 } }
`

interface Row {
  readonly entry: string
  readonly type: string
  readonly time: string
  readonly currency: string
  readonly ledgerAccount: string
  readonly amount: number
}

interface Transaction {
  readonly id: string
  readonly created: number
  readonly currency: string
  readonly net: number
  readonly fee: number
  readonly amount: number
  readonly reporting_category: string
}

describe('closeJournal', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-journal-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-01-10T08:00:00Z', env: { CATALOG: path } })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const file = async (month: string): Promise<string> => {
    const response = await fetch(`${server.url}/api/v1/journal.csv?month=${month}`, {
      headers: { authorization: `Bearer ${operator}` },
    })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    return response.text()
  }
  const rowsOf = async (month: string): Promise<Row[]> =>
    (await file(month))
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [entry, type, time, , , , currency, ledgerAccount, debit, credit] = line.split(',')
        const amount = Math.round((Number(debit || 0) - Number(credit || 0)) * 100)
        return { entry: entry!, type: type!, time: time!, currency: currency!, ledgerAccount: ledgerAccount!, amount }
      })
  const allRows = async () => (await Promise.all(ALL.map((month) => rowsOf(month)))).flat()
  /** Sums by a key, without those that are zero. */
  const sumsBy = (rows: readonly Row[], keyOf: (row: Row) => string): Record<string, number> => {
    const sums = new Map<string, number>()
    for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.amount)
    return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0))
  }
  /** All objects of a list of the provider. */
  const listed = async <Item extends { readonly id: string }>(path: string): Promise<Item[]> => {
    const items: Item[] = []
    for (let after = ''; ;) {
      const page = await stripeObject<{ data: Item[]; has_more: boolean }>(server, `${path}?limit=100${after}`)
      items.push(...page.data)
      if (!page.has_more) return items
      after = `&starting_after=${page.data.at(-1)!.id}`
    }
  }
  /** Net amounts of the provider's balance by month and currency. */
  const balances = async (): Promise<Record<string, number>> => {
    const sums: Record<string, number> = {}
    for (const { created, currency, net } of await listed<Transaction>('balance_transactions')) {
      const key = `${new Date(created * 1000).toISOString().slice(0, 7)} ${currency.toUpperCase()}`
      sums[key] = (sums[key] ?? 0) + net
    }
    return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0))
  }
  const refund = async (id: string, money: { amountMinor: number; currency: string } | null) => {
    const { data } = await server.graphql<{ refundPurchase: { code?: string } }>(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: "test") { purchase { status } denial { code } } }`,
      { id, amount: money, key: randomUUID() },
      operator,
    )
    expect(data.refundPurchase.code).toBeUndefined()
  }
  const firstPurchase = async (buyer: Buyer) => (await buyer.account()).purchases.nodes.at(-1)!
  const close = (month: string) => server.graphql(CloseJournal, { month }, operator)

  it('books half a year in two currencies, and a closed month never changes', async () => {
    const random = createSeededRandom(SEED)
    await createPromotion(server, 'SPRING', { percent_off: '20', duration: 'repeating', duration_in_months: '3' })
    const named = (name: string) => Buyer.named(server, `${name}@example.com`)
    const [euro, coupon, yearly, unhappy, sad] = await Promise.all(
      ['euro', 'coupon', 'yearly', 'unhappy', 'sad'].map(named),
    )
    await euro!.buy('startSubscription', { plan: 'plus', currency: 'EUR' })
    await coupon!.buy('startSubscription', { plan: 'basic', promotionCode: 'SPRING' })
    await yearly!.buy('startSubscription', { plan: 'basic', interval: { unit: 'YEAR', count: 1 } })
    await unhappy!.buy('startSubscription', { plan: 'plus' })
    await sad!.buy('purchasePackage', { package: 'pack', quantity: 3 })
    const disputed = await firstPurchase(unhappy!)
    await unhappy!.dispute(disputed.id, 'needs_response')
    await untilQuiet(server)
    for (const [index, month] of MONTHS.entries()) {
      await sad!.buy('purchasePackage', { package: 'pack', quantity: 1 + Math.floor(random.next() * 5) })
      if (index === 1) await change(server, coupon!, 'changePlan', { plan: 'plus', at: 'NOW' })
      if (index === 2) await euro!.buy('purchasePackage', { package: 'pack', currency: 'EUR' })
      if (index === 3) await change(server, yearly!, 'cancelSubscription', { at: 'PERIOD_END' })
      if (index === 3) await refund((await firstPurchase(sad!)).id, { amountMinor: 1_001, currency: 'USD' })
      if (index === 4)
        for (const one of [euro!, coupon!, unhappy!])
          await change(server, one, 'cancelSubscription', { at: 'PERIOD_END' })
      await untilQuiet(server)
      const next = MONTHS[index + 1] ?? '2026-07'
      await server.advanceTo(`${next}-11T09:00:00Z`)
      await untilQuiet(server)
      // The month before is complete, also its invoices that are drafts for an hour.
      if (index === 2) expect((await close('2026-03')).data).toMatchObject({ closeJournal: { month: '2026-03' } })
      if (index === 2) expect(month).toBe('2026-03')
    }

    const rows = await allRows()
    expect(sumsBy(rows, ({ entry, type, currency }) => `${entry} ${type} ${currency}`)).toEqual({})
    const cash = rows.filter(({ ledgerAccount }) => ledgerAccount === 'stripe_balance')
    expect(sumsBy(cash, ({ time, currency }) => `${time.slice(0, 7)} ${currency}`)).toEqual(await balances())
    const transactions = await listed<Transaction>('balance_transactions')
    expect(new Set(transactions.map((one) => one.reporting_category))).toEqual(new Set(['charge', 'refund', 'dispute']))

    const invoices = (
      await listed<{ id: string; currency: string; status: string; total: number; total_taxes: { amount: number }[] }>(
        'invoices',
      )
    ).filter(({ status }) => status === 'paid' || status === 'open')
    const taxOf = (taxes: readonly { amount: number }[]) => taxes.reduce((sum, { amount }) => sum + amount, 0)
    for (const currency of ['USD', 'EUR']) {
      const of = invoices.filter((invoice) => invoice.currency.toUpperCase() === currency)
      const net = of.reduce((sum, { total, total_taxes }) => sum + total - taxOf(total_taxes), 0)
      const revenue = rows.filter((row) => row.currency === currency && row.ledgerAccount === 'revenue_subscriptions')
      expect(revenue.reduce((sum, { amount }) => sum - amount, 0)).toBe(net)
      expect(net).toBeGreaterThan(0)
      const deferred = rows.filter((row) => row.currency === currency && row.ledgerAccount === 'deferred_revenue')
      expect(deferred.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
    }
    // Each day of a month of 29.99 has the 31st part of it.
    const days = rows.filter(
      ({ time, currency, ledgerAccount }) =>
        currency === 'EUR' && ledgerAccount === 'revenue_subscriptions' && time >= '2026-01-10' && time < '2026-02-10',
    )
    expect(days).toHaveLength(31)
    expect(new Set(days.map(({ amount }) => amount))).toEqual(new Set([-87, -88]))

    const closed = await Promise.all(['2026-01', '2026-02', '2026-03'].map(file))
    const before = await rowsOf('2026-04')
    await refund((await firstPurchase(euro!)).id, null)
    await unhappy!.dispute(disputed.id, 'lost')
    await untilQuiet(server)
    expect(await Promise.all(['2026-01', '2026-02', '2026-03'].map(file))).toEqual(closed)
    const after = await rowsOf('2026-04')
    expect(after.slice(0, after.length - before.length)).toEqual([
      expect.objectContaining({
        type: 'CORRECTION',
        ledgerAccount: 'chargebacks',
        amount: 3_599,
        time: '2026-04-01T00:00:00.000Z',
      }),
      expect.objectContaining({ type: 'CORRECTION', ledgerAccount: 'disputed_payments', amount: -3_599 }),
    ])
    expect(after.slice(after.length - before.length)).toEqual(before)
    await Promise.all([close('2026-06'), close('2026-05')])
    const last = await Promise.all(ALL.map(file))
    await close('2026-06')
    expect(await Promise.all(ALL.map(file))).toEqual(last)
    const sums = sumsBy(await allRows(), ({ ledgerAccount, currency }) => `${ledgerAccount} ${currency}`)
    const provider = Object.entries(await balances()).reduce<Record<string, number>>(
      (all, [key, sum]) => ({ ...all, [key.slice(8)]: (all[key.slice(8)] ?? 0) + sum }),
      {},
    )
    expect({ USD: sums['stripe_balance USD'], EUR: sums['stripe_balance EUR'] }).toEqual(provider)
  })

  it.each([
    ['2026-12', 'INVALID_PARAMETERS'],
    ['2026-07', 'INVALID_PARAMETERS'],
  ])('is denied for the month %s, which has not ended', async (month, code) => {
    expect((await close(month)).data).toMatchObject({ closeJournal: { code } })
  })

  it('rejects what is no month', async () => {
    expect((await close('2026-13')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })
})
