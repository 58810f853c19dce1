import { Journal } from '@stackgate/client/documents'
import { Buyer } from '#test/support/buyer.js'
import { untilQuiet } from '#test/support/money-runs.js'
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
