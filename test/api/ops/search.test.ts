import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { stripeObject, subscribe } from '#test/support/subscribers.js'

const SEARCH = `query ($query: String!, $types: [SearchType!], $first: Int) {
  search(search: $query, types: $types, first: $first) { __typename id } }`
const PURCHASES = `{ account { id billing { purchases { nodes { id status disputes { id status providerReference createdAt money { decimal currency } } } } } } }`

interface Found {
  readonly __typename: string
  readonly id: string
}
interface Disputed {
  readonly id: string
  readonly status: string
  readonly disputes: readonly {
    readonly id: string
    readonly status: string
    readonly providerReference: string
    readonly createdAt: string
    readonly money: object
  }[]
}

describe('search', () => {
  let server: TestServer
  let operator: string
  let ann: Awaited<ReturnType<typeof subscribe>>
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    ann = await subscribe(server, 'ann.buyer@example.com', { plan: 'plus' })
    await server.query(`insert into account (id, kind, external_id, name)
      select 'acc_' || lpad(n::text, 26, '0'), 'TEAM', 'team-' || n, 'Team number ' || n from generate_series(1, 20000) n`)
    await server.query('analyze')
  })
  afterAll(() => server.close())

  const ask = (variables: Record<string, unknown>, token = operator) =>
    server.graphql<{ search: Found[] | null }>(SEARCH, variables, token)
  const search = async (query: string, more: Record<string, unknown> = {}) => {
    const { data, errors } = await ask({ query, ...more })
    expect(errors).toBeUndefined()
    return data.search!
  }
  const purchases = async () =>
    (await server.graphql<{ account: { billing: { purchases: { nodes: Disputed[] } } } }>(PURCHASES, {}, ann.token))
      .data.account.billing.purchases.nodes

  it('finds each object by its IDs here and at the provider', async () => {
    const [row] = await eventually(
      () =>
        server.query<Record<string, string>>(
          `select a.id as account, u.id as "user", k.id as checkout, k.session_id as session, s.id as subscription, s.external_id as "subscriptionThere",
             i.id as invoice, i.number, i.external_id as "invoiceThere", p.id as purchase, p.payment_id as payment
           from account a join member m on m.account_id = a.id join app_user u on u.id = m.user_id
             join checkout k on k.account_id = a.id join billing_subscription s on s.account_id = a.id
             join invoice i on i.account_id = a.id join purchase p on p.account_id = a.id where a.id = $1`,
          [ann.accountId],
        ),
      ([first]) => typeof first?.['number'] === 'string',
    )
    const expected: [string, string, string][] = [
      [row!['account']!, 'Account', row!['account']!],
      ['ann.buyer@ex', 'User', row!['user']!],
      [row!['session']!, 'Checkout', row!['checkout']!],
      [row!['subscriptionThere']!, 'BillingSubscription', row!['subscription']!],
      [row!['number']!, 'Invoice', row!['invoice']!],
      [row!['payment']!, 'Purchase', row!['purchase']!],
    ]
    for (const [text, __typename, id] of expected)
      expect([text, await search(text)]).toEqual([text, expect.arrayContaining([{ __typename, id }])])
    const byInvoice = await search(row!['invoiceThere']!)
    expect(byInvoice.map((found) => found.__typename)).toEqual(['Invoice', 'Purchase'])
    expect(await search(row!['invoiceThere']!, { types: ['PURCHASE'] })).toEqual([byInvoice[1]])
    expect(await search('100% nobody')).toEqual([])
  })

  it('finds a dispute, which its purchase shows until it is decided', async () => {
    const [payment] = await server.query<{ payment: string }>(
      'select payment_id as payment from purchase where account_id = $1',
      [ann.accountId],
    )
    await server.sandboxControl('POST', 'disputes', { payment: payment!.payment, status: 'needs_response' })
    const [purchase] = await eventually(purchases, ([first]) => first?.disputes.length === 1)
    const [dispute] = purchase!.disputes
    expect(dispute).toMatchObject({ status: 'OPEN', money: { currency: 'USD' } })
    const there = await stripeObject<{ amount: number }>(server, `disputes/${dispute!.providerReference}`)
    expect(there.amount).toBeGreaterThan(0)
    expect(await search(dispute!.providerReference)).toEqual([{ __typename: 'Dispute', id: dispute!.id }])
    await server.sandboxControl('POST', 'disputes', { payment: payment!.payment, status: 'won' })
    const [won] = await eventually(purchases, ([first]) => first?.status === 'PAID')
    expect(won!.disputes).toMatchObject([{ status: 'WON' }])
    const stranger = await server.token('stranger@example.com')
    const { data } = await server.graphql<{ node: unknown }>(
      'query ($id: ID!) { node(id: $id) { id } }',
      { id: dispute!.id },
      stranger,
    )
    expect(data.node).toBeNull()
  })

  it('returns no more than requested, with one statement per type of result', async () => {
    expect(await search('team-1', { first: 50 })).toHaveLength(50)
    expect(maxRepetitions(await statementsOf(seen, () => search('team-1', { first: 50 })))).toBeLessThan(5)
    expect((await search('number', { first: 3 })).map(({ __typename }) => __typename)).toEqual(Array(3).fill('Account'))
  })

  it('refuses others, an empty text and a wrong number of results', async () => {
    const refused = await ask({ query: 'ann' }, ann.token)
    expect(refused.data.search).toBeNull()
    expect(refused.errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' })
    for (const variables of [{ query: '  ' }, { query: 'a', first: 0 }, { query: 'a', first: 101 }])
      expect((await ask(variables)).errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
