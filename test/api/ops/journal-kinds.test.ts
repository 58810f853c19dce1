import { Journal } from '@stackgate/client/documents'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

/** The kinds that the constraint of the table allows. */
const storedKinds = async (server: TestServer): Promise<string[]> => {
  const [row] = await server.query<{ definition: string }>(
    `select pg_get_constraintdef(oid) as definition from pg_constraint where conname = 'journal_posting_kind'`,
  )
  return [...row!.definition.matchAll(/'(\w+)'/g)].map(([, kind]) => kind!)
}

describe('a closed month of the journal', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T08:00:00Z' })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  it('shows entries of every kind that it can have', async () => {
    const kinds = await storedKinds(server)
    expect(kinds).toContain('CREDIT_NOTE')
    await server.query(`insert into journal_period (month, closed_at, closed_by) values ('2026-01', now(), 'test')`)
    await server.query(
      `insert into journal_posting (month, position, key, origin, kind, at, document, currency, ledger_account, amount_minor)
       select '2026-01', 2 * kind.number + side.number, 'fact:' || kind.value, '2026-01', kind.value, '2026-01-10T00:00:00Z', kind.value, 'USD', side.account, side.amount
       from unnest($1::text[]) with ordinality as kind (value, number)
         cross join (values (0, 'receivables', 100), (1, 'revenue_use', -100)) as side (number, account, amount)`,
      [kinds],
    )
    const { data, errors } = await server.graphql(Journal, { month: '2026-01', first: 40, after: null }, operator)
    expect(errors).toBeUndefined()
    expect(data.journal!.entries.nodes.map(({ kind }) => kind)).toEqual(kinds)
  })
})
