import { AccountFigures } from '@stackgate/client/documents'
import { operatorList } from '#test/support/operator-list.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Listed {
  readonly id: string
  readonly account: { readonly externalId: string }
  readonly money: { readonly decimal: string }
}
const lines = (nodes: readonly Listed[]) =>
  nodes.map(({ account, money }) => `${account.externalId.split('@')[0]} ${money.decimal}`)

describe('purchases', () => {
  const seen: string[] = []
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await subscribe(server, 'ann@example.com', { plan: 'basic' })
    await server.advanceTo('2026-01-20T00:00:00Z')
    await subscribe(server, 'bob@example.com', { plan: 'plus' })
    await server.advanceTo('2026-02-16T00:00:00Z')
    await eventually(
      () => server.query(`select 1 from purchase where status = 'PAID'`),
      (rows) => rows.length === 3,
    )
  })
  afterAll(() => server.close())

  it('reads accounts, invoices and subscriptions with one statement each', async () => {
    const selection = 'account { name } invoice { number } subscription { status } refunds { status }'
    const list = operatorList(server, operator, 'purchases', selection)
    expect(maxRepetitions(await statementsOf(seen, () => list.page()))).toBe(1)
  })

  it('lists payments by status, provider, product, account and time, in both orders', async () => {
    const list = operatorList<Listed>(server, operator, 'purchases', 'id account { externalId } money { decimal }')
    expect(lines(await list.all())).toEqual(['ann 10.00', 'bob 20.00', 'ann 10.00'])
    expect(lines(await list.all('reverse: true'))).toEqual(['ann 10.00', 'bob 20.00', 'ann 10.00'])
    const filtered = async (filter: string) => lines((await list.page(`filter: { ${filter} }`)).nodes)
    expect(await filtered('products: ["plus"]')).toEqual(['bob 20.00'])
    expect(await filtered('from: "2026-02-01T00:00:00Z"')).toEqual(['ann 10.00'])
    expect(await filtered('to: "2026-01-20T00:00:00Z"')).toEqual(['ann 10.00'])
    expect(await filtered('providers: [STRIPE], statuses: [PAID]')).toHaveLength(3)
    const { nodes } = await list.page('filter: { account: "person:bob@example.com" }')
    await server.graphql(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { code } } }`,
      { id: nodes[0]!.id, reason: 'asked', key: 'r' },
      operator,
    )
    await eventually(
      () => filtered('statuses: [REFUNDED]'),
      (found) => found.length === 1,
    )
    expect((await list.page('first: 0')).totalCount).toBe(3)
    // Each account has the sum of its own without what was returned, and the recurring revenue of its subscription.
    const paid = async (account: string) => {
      const { data } = await server.graphql(AccountFigures, { account: `person:${account}@example.com` }, operator)
      const { monthlyRecurring, lifetimePaid, customerUrl } = data.account!.billing!
      return [monthlyRecurring, lifetimePaid]
        .map((list) => list.map(({ decimal, currency }) => `${decimal} ${currency}`).join())
        .concat(customerUrl ?? '-')
    }
    expect(await paid('ann')).toEqual(['10.00 USD', '20.00 USD', '-'])
    // The refund ends his subscription at a moment of its own.
    expect((await paid('bob')).slice(1)).toEqual(['0.00 USD', '-'])
  })
})
