import { expectInvariants } from '../support/invariants.js'
import { entitlementService, grantTestCredits, newAccount } from '../support/entitlements.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'
import { describeUnless } from '../support/skip.js'
import { testMachines } from '../support/test-database.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const FEATURE = 'ai_stories'
const CATALOG = { CATALOG: 'agileforge' }
const CALLS = 600
const CALLERS = 16
const ACCOUNTS = 6

const reason = testMachines() ? null : 'CITUS_DATABASE_URL names no cluster'

/** `test/long/citus-server.test.ts` runs this with a cluster. */
describeUnless(reason)('Server on distributed tables', () => {
  let server: TestServer
  let second: SecondServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: CATALOG })
    second = await startSecondServer(server, CATALOG)
    key = (await entitlementService(server)).key
  })
  afterAll(async () => {
    await second?.kill()
    await server?.close()
  })

  /** ID of the consumption. Null: the call failed and has to be repeated. */
  async function consume(url: string, accountId: string, idempotencyKey: string): Promise<string | null> {
    const query = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } } }`
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        query,
        variables: { input: { accountId, feature: FEATURE, amount: 1 }, key: idempotencyKey },
      }),
    })
    const { data } = (await response.json()) as {
      data?: { consume: { consumption: { id: string } | null } | null } | null
    }
    return data?.consume?.consumption?.id ?? null
  }

  /** Moves half of the shards of a worker to the other one, one after the other. */
  async function moveShards(): Promise<number> {
    const placed = await server.query<{ id: string; port: number }>(
      `select shardid as id, nodeport as port from citus_shards where table_name = 'account'::regclass order by 2, 1`,
    )
    const workers = testMachines()!
      .slice(1)
      .map((url) => Number(new URL(url).port))
    const moved = workers.flatMap((port) => placed.filter((shard) => shard.port === port).slice(0, 1))
    for (const { id, port } of moved) {
      const target = workers.find((other) => other !== port)!
      await server.query(
        `select citus_move_shard_placement(${id}, '127.0.0.1', ${port}, '127.0.0.1', ${target}, 'block_writes')`,
      )
    }
    return moved.length
  }

  async function expectExactly(accounts: readonly string[], acknowledged: ReadonlyMap<string, string>): Promise<void> {
    const entries = await server.query<{ key: string; units: number }>(
      `select key, count(*)::int as units from ledger_entry where account_id = any($1) and key is not null group by key`,
      [accounts],
    )
    expect(entries.filter(({ units }) => units !== 1)).toEqual([])
    const stored = new Set(entries.map((entry) => entry.key))
    expect([...acknowledged.keys()].filter((name) => !stored.has(name))).toEqual([])
    const used = await server.query<{ entered: string; counted: string }>(
      `select (select -sum(amount) from ledger_entry where account_id = any($1) and kind = 'CONSUME') as entered,
         (select sum(used) from credit_grant where account_id = any($1)) + (select sum(used) from quota_usage where account_id = any($1)) as counted`,
      [accounts],
    )
    expect(Number(used[0]!.entered)).toBe(entries.length)
    expect(Number(used[0]!.counted)).toBe(entries.length)
  }

  const accountsWithCredits = async (): Promise<string[]> => {
    const accounts: string[] = []
    for (let count = 0; count < ACCOUNTS; count++) {
      const accountId = await newAccount(server)
      await grantTestCredits(server, accountId, FEATURE, 10_000)
      accounts.push(accountId)
    }
    return accounts
  }

  /** Calls from several callers at once. Each is repeated under its key until it has a result. */
  async function load(
    accounts: readonly string[],
    name: string,
    urls: () => readonly string[],
  ): Promise<Map<string, string>> {
    const acknowledged = new Map<string, string>()
    let next = 0
    const caller = async () => {
      for (let call = next++; call < CALLS; call = next++) {
        const idempotencyKey = `${name}-${call}`
        for (let attempt = 0; !acknowledged.has(idempotencyKey); attempt++) {
          const url = urls()[(call + attempt) % urls().length]!
          const id = await consume(url, accounts[call % accounts.length]!, idempotencyKey).catch(() => null)
          if (id) acknowledged.set(idempotencyKey, id)
          else await new Promise((wake) => setTimeout(wake, 100))
        }
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, caller))
    return acknowledged
  }

  it('loses and doubles nothing while shards move', async () => {
    const accounts = await accountsWithCredits()
    const calls = load(accounts, 'moved', () => [server.url, second.url])
    expect(await moveShards()).toBe(2)
    const acknowledged = await calls
    expect(acknowledged.size).toBe(CALLS)
    await expectExactly(accounts, acknowledged)
  })

  it('loses and doubles nothing when a process is killed', async () => {
    const accounts = await accountsWithCredits()
    let urls = [second.url]
    const calls = load(accounts, 'killed', () => urls)
    await new Promise((wake) => setTimeout(wake, 1_000))
    await second.kill()
    urls = [server.url]
    const acknowledged = await calls
    expect(acknowledged.size).toBe(CALLS)
    await expectExactly(accounts, acknowledged)
    for (const [name, id] of [...acknowledged].slice(0, 50))
      expect(await consume(server.url, accounts[Number(name.split('-')[1]) % ACCOUNTS]!, name)).toBe(id)
  })

  it('keeps every invariant', async () => {
    await expectInvariants(server)
  })
})
