import { randomUUID } from 'node:crypto'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import type { Buyer } from '#test/support/buyer.js'
import { change, stripeObject } from '#test/support/subscribers.js'
import type { EntitlementService } from '#test/support/entitlements.js'
import type { TestServer } from '#test/support/test-server.js'

const CATALOG = `business: tried
currency: USD
taxes: none
trials: { once_per: [] }
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free: { name: Free, rank: 0 }
  grow:
    name: Grow
    rank: 1
    prices: { month: 20.00 }
    trial_days: 10
    features: { calls: { amount: 10, overage: { price: 1.00, cap: 1000 } } }
  large:
    name: Large
    rank: 2
    prices: { month: 50.00 }
    features: { calls: { amount: 30, overage: { price: 1.00, cap: 1000 } } }
`

// Trials begin on 5 March at 9:00 and end on 15 March; periods follow each 15th.
describe('Windows of use after a trial', () => {
  let accounts: BilledAccounts
  let server: TestServer
  let service: EntitlementService
  beforeEach(async () => {
    accounts = await BilledAccounts.start(CATALOG)
    ;({ server, service } = accounts)
  })
  afterEach(() => accounts.close())

  const windowOf = async ({ token }: Buyer) => {
    const { data } = await server.graphql<{
      check: { entitlement: { used: number; limit: number; resetsAt: string } }
    }>(`{ check(feature: "calls") { entitlement { used limit resetsAt } } }`, {}, token)
    const { used, limit, resetsAt } = data.check.entitlement
    return `${used} of ${limit} until ${resetsAt.slice(0, 10)}`
  }
  const linesOf = async ({ token }: Buyer) => {
    const { data } = await server.graphql<{
      account: { billing: { invoices: { nodes: { lines: { nodes: { money: { decimal: string } }[] } }[] } } }
    }>(`{ account { billing { invoices(first: 20) { nodes { lines { nodes { money { decimal } } } } } } } }`, {}, token)
    return data.account.billing.invoices.nodes
      .toReversed()
      .map(({ lines }) => lines.nodes.map(({ money }) => money.decimal).join(' + '))
  }
  const use = (accountId: string, amount: number) => service.consume({ accountId, feature: 'calls', amount })

  it('are the paid periods: the first payment has a whole allowance, and each invoice the use of the window before', async () => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'grow' })
    await use(accountId, 15)
    expect(await windowOf(buyer)).toBe('10 of 10 until 2026-03-15')
    await accounts.passDays(10.1)
    expect(await windowOf(buyer)).toBe('0 of 10 until 2026-04-15')
    await use(accountId, 12)
    await accounts.passDays(30.9)
    expect(await windowOf(buyer)).toBe('0 of 10 until 2026-05-15')
    await use(accountId, 10)
    await accounts.passDays(30)
    expect(await linesOf(buyer)).toEqual(['0.00', '5.00 + 20.00', '2.00 + 20.00', '20.00'])
    await accounts.expectNoDrift()
  })

  it('begin with the end of a trial that was moved', async () => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'grow' })
    await use(accountId, 4)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { errors } = await server.graphql(
      `mutation ($accountId: ID!, $key: String!, $until: DateTime!) {
        extendTrial(accountId: $accountId, key: $key, reason: "Waits for a review", trialEndsAt: $until) { denial { code } }
      }`,
      { accountId, key: randomUUID(), until: '2026-03-20T09:00:00Z' },
      operator,
    )
    expect(errors).toBeUndefined()
    await accounts.passDays(1)
    expect(await windowOf(buyer)).toBe('4 of 10 until 2026-03-20')
    await accounts.passDays(14.1)
    expect(await windowOf(buyer)).toBe('0 of 10 until 2026-04-20')
    await use(accountId, 11)
    await accounts.passDays(31)
    expect(await linesOf(buyer)).toEqual(['0.00', '20.00', '1.00 + 20.00'])
    await accounts.expectNoDrift()
  })

  it('begin with a plan whose payment ends the trial', async () => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'grow' })
    await accounts.passDays(3)
    await use(accountId, 4)
    expect(await change(server, buyer, 'changePlan', { plan: 'large', at: 'NOW' })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    await accounts.passDays(0)
    expect(await windowOf(buyer)).toBe('0 of 30 until 2026-04-08')
    await use(accountId, 28)
    await accounts.passDays(8)
    expect(await windowOf(buyer)).toBe('28 of 30 until 2026-04-08')
    await use(accountId, 3)
    await accounts.passDays(24)
    const { data } = await stripeObject<{ data: { total: number }[] }>(server, 'invoices?limit=10')
    expect(data.map(({ total }) => total).toReversed()).toEqual([0, 5000, 5100])
    await accounts.expectNoDrift()
  })
})
