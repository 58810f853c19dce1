import { entitlementService, grantTestCredits, newAccount } from '../support/entitlements.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'

const FEATURE = 'ai_stories'
const CATALOG = { CATALOG: 'agileforge' }

interface Taken {
  readonly id: string | null
  readonly code: string | null
}

describe('two servers on one database', () => {
  let server: TestServer
  let second: SecondServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: CATALOG })
    second = await startSecondServer(server, CATALOG)
    key = (await entitlementService(server)).key
  })
  afterAll(async () => {
    await second.kill()
    await server.close()
  })

  async function consume(url: string, accountId: string, idempotencyKey: string, amount = 1): Promise<Taken> {
    const query = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } denial { code } } }`
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        query,
        variables: { input: { accountId, feature: FEATURE, amount }, key: idempotencyKey },
      }),
    })
    const { data, errors } = (await response.json()) as {
      data?: { consume: { consumption: { id: string } | null; denial: { code: string } | null } | null }
      errors?: object[]
    }
    if (!data?.consume) throw new Error(JSON.stringify(errors))
    const { consumption, denial } = data.consume
    return { id: consumption?.id ?? null, code: denial?.code ?? null }
  }

  it('consume exactly the available units, with one result per key at either server', async () => {
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, FEATURE, 75)
    const urls = [server.url, second.url]
    // 150 keys for 100 units, each sent to both servers concurrently.
    const requested = Array.from({ length: 150 }, (_, index) => `both-${index}`)
    const answers = await Promise.all(
      requested.map((one) => Promise.all(urls.map((url) => consume(url, accountId, one)))),
    )
    for (const [here, there] of answers) if (here!.id && there!.id) expect(here!.id).toBe(there!.id)
    const ids = new Set(answers.flat().flatMap(({ id }) => id ?? []))
    expect(ids.size).toBe(100)
    const [sums] = await server.query(
      `select (select count(*)::int from ledger_entry where account_id = $1 and key is not null) as operations,
         (select used::int from quota_usage where account_id = $1) as of_plan, (select used::int from credit_grant where account_id = $1) as of_pack,
         (select version = (select count(*) from stream_event where stream_id = $1) from account where id = $1) as gap_free`,
      [accountId],
    )
    expect(sums).toEqual({ operations: 100, of_plan: 25, of_pack: 75, gap_free: true })
  })

  it('lose and duplicate nothing if one is killed during many consumes', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, () => newAccount(server)))
    await Promise.all(accounts.map((accountId) => grantTestCredits(server, accountId, FEATURE, 10_000)))
    const answered = new Map<string, string>()
    const calls = Array.from({ length: 1500 }, (_, index) => ({
      key: `killed-${index}`,
      accountId: accounts[index % accounts.length]!,
    }))
    const waiting = [...calls]
    const client = async () => {
      for (let call = waiting.shift(); call; call = waiting.shift()) {
        const taken = await consume(second.url, call.accountId, call.key).catch(() => null)
        if (!taken) return
        answered.set(call.key, taken.id!)
        if (answered.size === 400) void second.kill()
      }
    }
    await Promise.all(Array.from({ length: 32 }, client))
    expect(answered.size).toBeGreaterThanOrEqual(400)
    expect(answered.size).toBeLessThan(1500)

    // Clients without a response repeat the call under the same key at the other server. Clients with a response can
    // repeat it too.
    const requested = calls.slice(0, calls.length - waiting.length)
    const again = await Promise.all(
      requested.map(async (call) => [call.key, await consume(server.url, call.accountId, call.key)] as const),
    )
    const ids = new Map(again.map(([name, { id }]) => [name, id]))
    for (const [name, id] of answered) expect([name, ids.get(name)]).toEqual([name, id])
    const [sums] = await server.query(
      `select operations, units, granted + included as used
       from (select count(*) filter (where key like 'killed-%')::int as operations, -sum(amount) filter (where kind = 'CONSUME')::int as units
           from ledger_entry where account_id = any($1)) entries,
         (select sum(used)::int as granted from credit_grant where account_id = any($1)) credits,
         (select sum(used)::int as included from quota_usage where account_id = any($1)) quotas`,
      [accounts],
    )
    expect(sums).toEqual({ operations: requested.length, units: requested.length, used: requested.length })
    const gaps = await server.query(
      `select a.id from account a where a.id = any($1) and a.version <> (select count(*) from stream_event e where e.account_id = a.id and e.stream_id = a.id)`,
      [accounts],
    )
    expect(gaps).toEqual([])
  })
})
