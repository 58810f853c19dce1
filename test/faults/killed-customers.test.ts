import { freePort } from '../support/free-port.js'
import { createSeededRandom } from '../support/seeded-random.js'
import { startServerChildProcess } from '../support/server-child-process.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const CATALOG = { CATALOG: 'attribution' }
const ROUNDS = 3
const CUSTOMERS = 300
const CONCURRENT = 40

describe('a server that is killed while a key creates customers', () => {
  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: CATALOG })
    key = await server.serviceKey(['entitlements:write', 'accounts:write'])
  })
  afterAll(() => server.close())

  /** First call for a customer. Returns the ID of its account, or null if no response arrived. */
  async function check(url: string, customer: string): Promise<string | null> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        query: `query ($account: ID!) { check(accountId: $account, feature: "exports") { allowed } account(id: $account) { id } }`,
        variables: { account: `customer:${customer}` },
      }),
    }).catch(() => null)
    const body = (await response?.json().catch(() => null)) as { data?: { account: { id: string } | null } } | null
    return body?.data?.account?.id ?? null
  }

  /** Calls for all customers, each twice, with as many requests at a time. */
  async function checkAll(url: string, customers: readonly string[], onResult: (id: string | null) => void) {
    const calls = [...customers, ...customers].toSorted((one, other) => (one < other ? -1 : 1))
    await Promise.all(
      Array.from({ length: CONCURRENT }, async () => {
        for (let call = calls.pop(); call !== undefined; call = calls.pop()) onResult(await check(url, call))
      }),
    )
  }

  /** Accounts of the customers, with the rows that belong to each. */
  const stored = (round: number) =>
    server.query<{ customer: string; names: number; records: number }>(
      `select a.external_id as customer,
         (select count(*)::int from account_directory d where d.account_id = a.id and d.kind = 'ACCOUNT' and d.name = 'CUSTOMER:' || a.external_id) as names,
         (select count(*)::int from audit_entry e where e.account_id = a.id and e.action = 'account.created') as records
       from account a where a.kind = 'CUSTOMER' and a.external_id like $1 order by a.external_id`,
      [`killed-${round}-%`],
    )

  /** Names and records without an account. */
  const halves = () =>
    server.query(
      `select name as id from account_directory d where d.name like 'CUSTOMER:killed-%' and not exists (select from account a where a.id = d.account_id)
       union all
       select id from audit_entry e where e.action = 'account.created' and not exists (select from account a where a.id = e.account_id)`,
    )

  it('leaves no customer half made, and creates each once afterwards', async () => {
    const random = createSeededRandom(50)
    const port = await freePort()
    for (let round = 0; round < ROUNDS; round++) {
      const customers = Array.from({ length: CUSTOMERS }, (_, n) => `killed-${round}-${String(n).padStart(3, '0')}`)
      const child = await startServerChildProcess(server, port, CATALOG)
      const limit = 20 + Math.floor(random.next() * CUSTOMERS)
      const answered = new Set<string>()
      let killed: Promise<void> | undefined
      await checkAll(child.url, customers, (id) => {
        if (id) answered.add(id)
        if (answered.size >= limit) killed ??= child.kill()
      })
      await killed
      const before = await stored(round)
      // The kill was in the middle of the work.
      expect([round, before.length >= answered.size, before.length < CUSTOMERS]).toEqual([round, true, true])
      expect(before.filter(({ names, records }) => names !== 1 || records !== 1)).toEqual([])
      expect(await halves()).toEqual([])
      const all = new Set<string | null>()
      await checkAll(server.url, customers, (id) => void all.add(id))
      const after = await stored(round)
      expect([all.size, all.has(null)]).toEqual([CUSTOMERS, false])
      expect(after).toEqual(customers.map((customer) => ({ customer, names: 1, records: 1 })))
      expect([...answered].filter((id) => !all.has(id))).toEqual([])
    }
  })
})
