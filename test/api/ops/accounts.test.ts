import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { subscribe } from '#test/support/subscribers.js'

const LIST = `query ($filter: AccountFilter, $orderBy: AccountOrder, $first: Int, $after: String) {
  accounts(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount nodes { id name kind plan { plan { code } } billing { subscription { status } } } pageInfo { hasNextPage endCursor } } }`

interface Listed {
  totalCount: number
  nodes: { id: string; name: string; plan: { plan: { code: string } }; subscription: { status: string } | null }[]
  pageInfo: { hasNextPage: boolean; endCursor: string }
}

describe('accounts', () => {
  let server: TestServer
  let operator: string
  let annsId: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    annsId = (await subscribe(server, 'ann.payer@example.com', { plan: 'plus' })).accountId
    await server.query(`update account set name = 'Ann Lovelace' where id = $1`, [annsId])
    await server.query(
      `insert into account (id, kind, external_id, name, created_at)
       select 'acc_' || lpad(n::text, 26, '0'), 'TEAM', 'team-' || n, 'Team number ' || n, now() from generate_series(1, 20000) n`,
    )
    await server.query(`analyze`)
  })
  afterAll(() => server.close())

  const list = async (variables: object): Promise<Listed> => {
    const { data, errors } = await server.graphql<{ accounts: Listed }>(LIST, variables as never, operator)
    expect(errors).toBeUndefined()
    return data.accounts
  }
  const idsOf = async (query: string) => (await list({ filter: { search: query } })).nodes.map(({ id }) => id)

  it('finds an account by address, name, reference, customer, session and invoice number', async () => {
    const [known] = await server.query<{ customer: string; session: string }>(
      `select c.customer_id as customer, k.session_id as session from billing_customer c join checkout k using (account_id) where account_id = $1`,
      [annsId],
    )
    const [invoice] = await eventually(
      () => server.query<{ number: string | null }>(`select number from invoice where account_id = $1`, [annsId]),
      ([first]) => typeof first?.number === 'string',
    )
    const texts = ['ann.payer@ex', 'ANN.Payer', 'lovelace', 'Ann Love', `person:ann.payer@example.com`, annsId]
    for (const text of [...texts, known!.customer, known!.session, invoice!.number!])
      expect([text, await idsOf(text)]).toEqual([text, [annsId]])
    expect(await idsOf('100% nobody')).toEqual([])
    expect((await list({ filter: { search: 'team-1999' }, first: 3 })).totalCount).toBe(11)
  })

  it('filters by kind, plan and status of the subscription, and pages in both orders', async () => {
    const paying = await list({ filter: { plans: ['plus'], subscriptionStatuses: ['ACTIVE'], kinds: ['PERSON'] } })
    expect(paying).toMatchObject({ totalCount: 1, nodes: [{ id: annsId, plan: { plan: { code: 'plus' } } }] })
    const free = await list({ filter: { plans: ['free'] }, first: 1 })
    expect(free.totalCount).toBeGreaterThanOrEqual(20_000)
    const first = await list({ filter: { search: 'team-1' }, orderBy: 'NAME', first: 2 })
    const next = await list({
      filter: { search: 'team-1' },
      orderBy: 'NAME',
      first: 2,
      after: first.pageInfo.endCursor,
    })
    expect([...first.nodes, ...next.nodes].map(({ name }) => name)).toEqual(
      ['1', '10', '100', '1000'].map((n) => `Team number ${n}`),
    )
    const newest = await list({ filter: { search: 'team-1' }, first: 1 })
    expect(newest.nodes[0]!.name).toBe('Team number 19999')
  })

  it('reads no table as a whole for a text, and repeats no statement for each account', async () => {
    const { searchNewestAccounts } = await import('#services/ops/accounts/accounts.sql.js')
    const values: Record<string, unknown> = {
      text: 'team-1999',
      prefix: 'team-1999%',
      words: `'team':* & '1999':*`,
      defaultGroups: [],
      limit: 21,
    }
    const plan = await server.query<Record<string, string>>(
      `explain ${searchNewestAccounts.text}`,
      searchNewestAccounts.names.map((name) => values[name] ?? null),
    )
    const text = plan.map((row) => row['QUERY PLAN']).join('\n')
    expect(text).not.toMatch(/Seq Scan on account\b/)
    const statements = await statementsOf(seen, () => list({ filter: { search: 'team-1' }, first: 40 }))
    expect(maxRepetitions(statements)).toBeLessThanOrEqual(3)
  })

  it('requires an operator, without an effect on other fields', async () => {
    const customer = await server.token('ann.payer@example.com')
    const { data, errors } = await server.graphql(`{ accounts { nodes { id } } account { id } }`, {}, customer)
    expect(data).toEqual({ accounts: null, account: { id: annsId } })
    expect(errors).toMatchObject([{ path: ['accounts'], extensions: { code: 'FORBIDDEN' } }])
  })
})
