import { randomUUID } from 'node:crypto'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { askPayPal } from '#test/support/paypal.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { change, stripeObject } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// Generated purchases. Replay a failure with SEED=<the printed seed> npm test -- journal-of-paypal
const SEED = Number(process.env['SEED'] ?? 20261128)
const MONTHS = Array.from({ length: 12 }, (_, index) => `2026-${String(index + 1).padStart(2, '0')}`)

interface Row {
  readonly month: string
  readonly entry: string
  readonly ledgerAccount: string
  readonly amount: number
}

interface Transaction {
  readonly transaction_info: {
    readonly transaction_initiation_date: string
    readonly transaction_amount: { readonly value: string }
    readonly fee_amount?: { readonly value: string }
  }
}

const cents = (decimal: string | undefined): number => Math.round(Number(decimal ?? 0) * 100)

describe('A year of the journal with both providers', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-10T08:00:00Z', env: { CATALOG: 'ai-platform' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const rowsOf = async (month: string): Promise<Row[]> => {
    const response = await fetch(`${server.url}/api/v1/journal.csv?month=${month}`, {
      headers: { authorization: `Bearer ${operator}` },
    })
    const lines = (await response.text()).trimEnd().split('\n').slice(1)
    return lines
      .filter((line) => line !== '')
      .map((line) => {
        const [entry, , , , , , , ledgerAccount, debit, credit] = line.split(',')
        return { month, entry: entry!, ledgerAccount: ledgerAccount!, amount: cents(debit) - cents(credit) }
      })
  }
  const sumsBy = <Item extends { readonly amount: number }>(items: readonly Item[], keyOf: (item: Item) => string) => {
    const sums = new Map<string, number>()
    for (const item of items) sums.set(keyOf(item), (sums.get(keyOf(item)) ?? 0) + item.amount)
    return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0))
  }
  const refund = async (buyer: Buyer, amount: number | null) => {
    const { id, money } = (await buyer.account()).purchases.nodes.at(-1)!
    const { data } = await server.graphql<{ refundPurchase: { code?: string } }>(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: "test") { purchase { status } denial { code } } }`,
      { id, amount: amount && { ...money, amountMinor: amount }, key: randomUUID() },
      operator,
    )
    expect(data.refundPurchase.code).toBeUndefined()
  }
  /** Changes of the balance at PayPal, with their fees. */
  const atPayPal = async () => {
    const found: { month: string; amount: number; fee: number }[] = []
    for (const [index, month] of MONTHS.entries()) {
      const start = `${month}-01T00:00:00Z`
      const end = new Date(Date.UTC(2026, index + 1, 1) - 1000).toISOString()
      const { transaction_details: page = [] } = await askPayPal<{ transaction_details?: Transaction[] }>(
        server.sandbox.url,
        'GET',
        `/v1/reporting/transactions?start_date=${start}&end_date=${end}&page_size=500`,
      )
      for (const { transaction_info: info } of page) {
        const fee = cents(info.fee_amount?.value)
        found.push({ month, amount: cents(info.transaction_amount.value) + fee, fee })
      }
    }
    return found
  }

  it('sums to zero, and equals the balances with their fees', async () => {
    const random = createSeededRandom(SEED)
    const buyers = await Promise.all(
      ['stripe', 'paypal', 'second', 'ended'].map((name) => Buyer.named(server, `${name}@example.com`)),
    )
    const [atStripe, first, second, ended] = buyers as [Buyer, Buyer, Buyer, Buyer]
    await atStripe.buy('startSubscription', { plan: 'pro' })
    await first.buy('startSubscription', { plan: 'pro', provider: 'PAYPAL' })
    await ended.buy('startSubscription', { plan: 'pro', provider: 'PAYPAL' })
    for (const [index] of MONTHS.entries()) {
      const quantity = 1 + Math.floor(random.next() * 4)
      const provider = random.next() < 0.7 ? 'PAYPAL' : 'STRIPE'
      await second.buy('purchasePackage', { package: 'credits_10k', quantity, provider })
      if (index === 2) await refund(ended, null)
      if (index === 5) await refund(first, 700)
      if (index === 8) await change(server, first, 'cancelSubscription', { at: 'PERIOD_END' })
      await untilQuiet(server)
      await server.advanceTo(
        index === 11 ? '2026-12-31T09:00:00Z' : new Date(Date.UTC(2026, index + 1, 11, 9)).toISOString(),
      )
      await untilQuiet(server)
    }
    const rows = (await Promise.all(MONTHS.map(rowsOf))).flat()
    expect(sumsBy(rows, ({ month, entry }) => `${month} ${entry}`)).toEqual({})
    const [balance, theirs] = [rows.filter(({ ledgerAccount }) => ledgerAccount === 'paypal_balance'), await atPayPal()]
    const byMonth = sumsBy(balance, ({ month }) => month)
    expect(byMonth).toEqual(sumsBy(theirs, ({ month }) => month))
    expect(Object.keys(byMonth)).toHaveLength(12)
    const { data } = await stripeObject<{ data: { net: number; fee: number }[] }>(
      server,
      'balance_transactions?limit=100',
    )
    const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
    const totals = sumsBy(rows, ({ ledgerAccount }) => ledgerAccount)
    const payPalFees = -sum(theirs.map(({ fee }) => fee))
    expect(payPalFees).toBeGreaterThan(0)
    expect(totals['provider_fees']).toBe(payPalFees + sum(data.map(({ fee }) => fee)))
    expect(totals['stripe_balance']).toBe(sum(data.map(({ net }) => net)))
  })
})
