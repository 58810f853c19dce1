import { CloseJournal, Journal } from '@stackgate/client/documents'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { change } from '#test/support/subscribers.js'
import type { TestServer } from '#test/support/test-server.js'

const MONTHS = ['2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2027-02', '2027-03'] as const
/** Amounts are cents. The year costs 120 dollars, the month 10; the subscriptions begin on 5 March 2026. */
const CASES = (['credit', 'none'] as const).flatMap((policy) =>
  (
    [
      ['YEAR', 12_000, '2026-03-20T15:00:00Z', '2026-03'],
      ['YEAR', 12_000, '2026-06-05T09:00:00Z', '2026-06'],
      ['MONTH', 1_000, '2026-03-05T20:00:00Z', '2026-03'],
      ['MONTH', 1_000, '2026-03-25T01:00:00Z', '2026-03'],
    ] as const
  ).map((one) => [policy, ...one] as const),
)

/** Sums of the ledger accounts of a month, those of zero left out. */
async function sumsOfMonth(server: TestServer, operator: string, month: string): Promise<Record<string, number>> {
  const { data } = await server.graphql(Journal, { month, first: 1, after: null }, operator)
  const sums = data.journal!.totals.map(
    ({ ledgerAccount, debit, credit }) =>
      [ledgerAccount, Math.round((Number(debit.decimal) - Number(credit.decimal)) * 100)] as const,
  )
  expect(sums.reduce((total, [, sum]) => total + sum, 0)).toBe(0)
  return Object.fromEntries(sums.filter(([, sum]) => sum !== 0))
}

describe('journal of a subscription that is canceled immediately', () => {
  it.each(CASES)(
    'has no deferred revenue after the end (unused time: %s, %s for %i, canceled at %s)',
    async (policy, unit, price, canceledAt, month) => {
      const accounts = await BilledAccounts.start(`business: cancellations
currency: USD
billing: { unused_time: ${policy} }
plans:
  free: { name: Free, rank: 0 }
  basic: { name: Basic, rank: 1, prices: { month: 10.00, year: 120.00 } }
`)
      const { server } = accounts
      const operator = await server.token('ops@example.com', { roles: ['admin'] })
      const sumsOf = (of: string) => sumsOfMonth(server, operator, of)
      const { buyer } = await accounts.subscriber({ plan: 'basic', interval: { unit, count: 1 } })
      await server.advanceTo(canceledAt)
      await untilQuiet(server)
      if (month === '2026-06') await server.graphql(CloseJournal, { month: '2026-03' }, operator)
      const before = await sumsOf('2026-03')
      await change(server, buyer, 'cancelSubscription', { at: 'NOW' })
      await untilDelivered(server)
      await untilQuiet(server)

      const months = await Promise.all(MONTHS.map(sumsOf))
      const byMonth = new Map(MONTHS.map((name, index) => [name as string, months[index]!]))
      const total = (account: string, until = '2028-01') =>
        MONTHS.reduce((sum, name) => sum + (name <= until ? (byMonth.get(name)![account] ?? 0) : 0), 0)
      const credit = total('credit_adjustments')
      expect(credit > 0).toBe(policy === 'credit')
      // At the end of the month of the cancellation, everything is revenue, and nothing follows.
      expect([total('deferred_revenue', month), total('revenue_subscriptions', month)]).toEqual([0, -price])
      expect([total('customer_credit'), total('credit_adjustments', month)]).toEqual([-credit || 0, credit])
      for (const name of MONTHS) if (name > month) expect([name, byMonth.get(name)]).toEqual([name, {}])
      if (month === '2026-06') expect(byMonth.get('2026-03')).toEqual(before)
      await accounts.expectNoDrift()
      await accounts.close()
    },
  )
})

/** Cents that the terms after the change cost, and the days of their period: from 5 March, or from the change on 20 March. */
const LOWERED = [
  ['a lower plan', [['changePlan', { plan: 'basic', at: 'NOW' }]], 1_000, '2026-03-05', '2026-04-05'],
  ['a removed add-on', [['removeAddon', { package: 'more', quantity: 2 }]], 4_000, '2026-03-05', '2026-04-05'],
  [
    'a longer interval',
    [['changePlan', { plan: 'pro', interval: { unit: 'YEAR' }, at: 'NOW' }]],
    40_000,
    '2026-03-20',
    '2027-03-20',
  ],
  [
    'a lower plan, then the end',
    [
      ['changePlan', { plan: 'basic', at: 'NOW' }],
      ['cancelSubscription', { at: 'NOW' }],
    ],
    0,
    '2026-03-05',
    '2026-04-05',
  ],
  [
    'a lower plan, then the end, on the last day of a month',
    [
      ['changePlan', { plan: 'basic', at: 'NOW' }],
      ['cancelSubscription', { at: 'NOW' }],
    ],
    0,
    '2026-03-05',
    '2026-04-05',
  ],
] as const

describe('journal of a subscription whose paid time is forfeited in part', () => {
  it.each(LOWERED)('defers only what is still to be served: %s', async (kind, acts, price, from, to) => {
    const accounts = await BilledAccounts.start(`business: forfeited
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free: { name: Free, rank: 0, features: { calls: 0 } }
  basic: { name: Basic, rank: 1, prices: { month: 10.00 }, features: { calls: 100 } }
  pro: { name: Pro, rank: 2, prices: { month: 40.00, year: 400.00 }, features: { calls: 400 } }
packages:
  more: { name: More, type: addon, price: { USD: 5.00 }, grants: { calls: 50 } }
`)
    const { server } = accounts
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { buyer } = await accounts.subscriber({ plan: 'pro', interval: { unit: 'MONTH', count: 1 } })
    if (kind === 'a removed add-on') await change(server, buyer, 'addAddon', { package: 'more', quantity: 2 })
    await server.advanceTo(`2026-03-${kind.endsWith('last day of a month') ? 31 : 20}T15:00:00Z`)
    for (const [mutation, input] of acts) expect((await change(server, buyer, mutation, input)).code).toBeUndefined()
    await untilDelivered(server)
    await untilQuiet(server)
    const [day, first, last] = ['2026-04-01', from, to].map((date) => Date.parse(date) / 86_400_000) as [
      number,
      number,
      number,
    ]
    const { deferred_revenue: deferred = 0 } = await sumsOfMonth(server, operator, '2026-03')
    // The shares of single days are rounded down, and Stripe prorates the earlier interval to the second.
    expect(Math.abs(deferred + (price * (last - day)) / (last - first))).toBeLessThanOrEqual(10)
    expect(day).toBeGreaterThan(first)
    await accounts.expectNoDrift()
    await accounts.close()
  })
})
