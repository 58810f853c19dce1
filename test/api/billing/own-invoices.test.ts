import { BilledAccounts, invoicesOf } from '#test/support/billed-accounts.js'
import type { Buyer } from '#test/support/buyer.js'
import { stripeCall } from '#test/support/subscribers.js'

/** Three features at a price in two groups of plans, paid by the quarter. */
const CATALOG = `business: several-features
currency: USD
taxes: automatic
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  reports: { name: Reports, kind: quota, unit: report, window: billing_period }
  mails: { name: Mails, kind: quota, unit: mail, window: billing_period }
plans:
  free: { name: Free, rank: 0 }
  team:
    name: Team
    rank: 1
    prices: { quarter: 60.00 }
    features:
      calls: { amount: 10, overage: { price: 0.10, cap: 100000 } }
      reports: { amount: 1, overage: { price: 2.00, minimum: 6.00, cap: 100 } }
  no_mail: { name: No mail, group: mail, rank: 0 }
  mail:
    name: Mail
    group: mail
    rank: 1
    prices: { quarter: 30.00 }
    features: { mails: { amount: 10, overage: { price: 0.05, cap: 100000 } } }
`

/** Invoices with lines of use, oldest first. */
const invoicesOfUse = async (buyer: Buyer) =>
  (await invoicesOf(buyer)).filter(({ lines }) => lines.some((line) => line.includes('beyond the allowance')))

describe('Windows within a longer period', () => {
  let accounts: BilledAccounts
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG)
    await accounts.server.sandboxControl('POST', 'settings', { taxPercent: 20 })
  })
  afterAll(() => accounts.close())

  it('have one invoice for all features of a subscription, and another one for that of another group', async () => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'team', interval: { unit: 'MONTH', count: 3 } })
    await buyer.buy('startSubscription', { plan: 'mail', interval: { unit: 'MONTH', count: 3 } })
    const use = (feature: string, amount: number, note?: string) =>
      accounts.service.consume({ accountId, feature, amount, ...(note ? { note } : {}) })
    await use('calls', 10, 'Within the allowance')
    await use('calls', 25, 'Import')
    await use('mails', 50, 'Newsletter')
    await accounts.passDays(33)
    expect(await invoicesOfUse(buyer)).toEqual([
      {
        status: 'PAID',
        tax: '1.70',
        lines: [
          'Calls beyond the allowance: 25 at $0.10 each. Notes: Import = 2.50',
          'Reports beyond the allowance: $6.00 up to the minimum = 6.00',
        ],
      },
      {
        status: 'PAID',
        tax: '0.40',
        lines: ['Mails beyond the allowance: 40 at $0.05 each. Notes: Newsletter = 2.00'],
      },
    ])
    await use('calls', 30, 'Second import')
    await use('reports', 5)
    await accounts.passDays(30)
    const [, , ...next] = await invoicesOfUse(buyer)
    expect(next).toEqual([
      {
        status: 'PAID',
        tax: '2.00',
        lines: [
          'Calls beyond the allowance: 20 at $0.10 each. Notes: Second import = 2.00',
          'Reports beyond the allowance: 4 at $2.00 each = 8.00',
        ],
      },
    ])
    const { data: charges } = await stripeCall<{ data: { amount: number }[] }>(accounts.server, 'GET', 'charges')
    expect(charges.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([240, 1020, 1200, 3600, 7200])
    await accounts.expectNoDrift()
  })
})
