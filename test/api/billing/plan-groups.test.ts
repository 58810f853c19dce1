import { BilledAccounts } from '#test/support/billed-accounts.js'
import type { Buyer } from '#test/support/buyer.js'

const CATALOG = `business: groups
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  help: { name: Help, kind: boolean }
plans:
  free: { name: Free, rank: 0 }
  grow: { name: Grow, rank: 1, prices: { month: 20.00 }, features: { calls: { amount: 10, overage: { price: 0.10, cap: 100000 } } } }
  none: { name: None, group: support, rank: 0 }
  care: { name: Care, group: support, rank: 1, prices: { month: 5.00, year: 50.00 }, features: { help: true } }
`

/** Amounts of the lines of each invoice, oldest first. */
const linesOf = async ({ server, token }: Buyer) => {
  const { data } = await server.graphql<{
    account: { billing: { invoices: { nodes: { lines: { nodes: { money: { decimal: string } }[] } }[] } } }
  }>(`{ account { billing { invoices(first: 20) { nodes { lines { nodes { money { decimal } } } } } } } }`, {}, token)
  return data.account.billing.invoices.nodes
    .toReversed()
    .map(({ lines }) => lines.nodes.map(({ money }) => money.decimal))
}

describe('An account with subscriptions of two groups of plans', () => {
  let accounts: BilledAccounts
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG)
  })
  afterAll(() => accounts.close())

  it.each([
    ['MONTH', '5.00'],
    ['YEAR', '50.00'],
  ])('has use beyond the allowance on the invoice of its plan, if the other is paid by the %s', async (unit, price) => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'grow' })
    await accounts.passDays(5)
    await buyer.buy('startSubscription', { plan: 'care', interval: { unit, count: 1 } })
    await accounts.service.consume({ accountId, feature: 'calls', amount: 110 })
    await accounts.passDays(28)
    expect(await linesOf(buyer)).toEqual([['20.00'], [price], ['10.00', '20.00']])
    await accounts.expectNoDrift()
  })
})
