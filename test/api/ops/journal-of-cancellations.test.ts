import { CloseJournal, Journal } from '@stackgate/client/documents'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { change } from '#test/support/subscribers.js'

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
      const sumsOf = async (of: string): Promise<Record<string, number>> => {
        const { data } = await server.graphql(Journal, { month: of, first: 1, after: null }, operator)
        const sums = data.journal!.totals.map(
          ({ ledgerAccount, debit, credit }) =>
            [ledgerAccount, Math.round((Number(debit.decimal) - Number(credit.decimal)) * 100)] as const,
        )
        expect(sums.reduce((total, [, sum]) => total + sum, 0)).toBe(0)
        return Object.fromEntries(sums.filter(([, sum]) => sum !== 0))
      }
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
