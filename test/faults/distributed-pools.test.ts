import { mutationText, variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { entitlementService, type EntitlementService } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import type { Person } from '../support/members.js'
import { poolApi, poolOf, POOL } from '../support/pools.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'
import { describeUnless } from '../support/skip.js'
import { inDatabase, testMachines } from '../support/test-database.js'
import { startTestServer, type TestServer } from '../support/test-server.js'

const CATALOG = { CATALOG: 'ai-platform' }
/** Units of each account. */
const GRANTED = 1000
const [USES, USERS, MOVES, MOVERS] = [480, 12, 16, 3]

const reason = testMachines() ? null : 'CITUS_DATABASE_URL names no cluster'

/** `test/long/citus-server.test.ts` runs this with a cluster. */
describeUnless(reason)('Pools of accounts on several machines', () => {
  let server: TestServer
  let second: SecondServer
  let service: EntitlementService
  let api: ReturnType<typeof poolApi>
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: CATALOG })
    second = await startSecondServer(server, CATALOG)
    service = await entitlementService(server)
    api = poolApi(server)
  })
  afterAll(async () => {
    await second?.kill()
    await server?.close()
  })

  /** Consumes or reserves units through one of the processes. The code is that of a denial; an error is thrown. */
  async function use(url: string, name: 'consume' | 'reserve', input: object): Promise<string | null> {
    const query = mutationText(name, `denial { code }`)
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${service.key}` },
      body: JSON.stringify({ query, variables: variablesOf(name, { feature: POOL, key: randomUUID(), ...input }) }),
    })
    const { data, errors } = (await response.json()) as {
      data?: Record<string, { denial: { code: string } | null } | null> | null
      errors?: { extensions: { code: string } }[]
    }
    if (!data?.[name]) throw new Error(errors?.[0]?.extensions.code)
    return data[name].denial?.code ?? null
  }

  const takenFrom = async ({ accountId }: Person): Promise<number> =>
    (
      await server.query<{ used: number }>(
        `select coalesce(-sum(amount), 0)::int as used from ledger_entry where account_id = $1 and feature = $2`,
        [accountId, POOL],
      )
    )[0]!.used

  const shardOf = async (accountId: string): Promise<{ table: string; port: number; database: string }> =>
    (
      await server.query<{ table: string; port: number; database: string }>(
        `select shard_name as table, nodeport as port, current_database() as database from citus_shards
         where shardid = get_shard_id_for_distribution_column('sub_account'::regclass, $1::text)`,
        [accountId],
      )
    )[0]!

  /**
   * Runs work while a move out of a pool is committed on all machines except that of the sub-account, and commits it there when the work waits
   * for it.
   */
  async function whilePending<Result>(accountId: string, work: () => Promise<Result>): Promise<Result> {
    const { table, port, database } = await shardOf(accountId)
    const machine = testMachines()!.find((url) => Number(new URL(url).port) === port)!
    const client = new pg.Client({ connectionString: inDatabase(machine, database) })
    await client.connect()
    const name = `move_of_${accountId}`
    try {
      await client.query('begin')
      await client.query(`delete from ${table} where account_id = '${accountId}'`)
      await client.query(`prepare transaction '${name}'`)
      const result = work()
      const state = { isOver: false }
      void result.catch(() => undefined).then(() => (state.isOver = true))
      const waiting = () =>
        client.query(`select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%${table}%'`)
      while (!state.isOver && (await waiting()).rows.length === 0);
      expect(state.isOver).toBe(false)
      await client.query(`commit prepared '${name}'`)
      return await result
    } finally {
      await client.query(`rollback prepared '${name}'`).catch(() => undefined) // it is committed
      await client.end()
    }
  }

  it('waits for a move that the machine of the sub-account has not committed yet', async () => {
    const { parent, subAccounts, operator } = await poolOf(server, 'pending', 1)
    const one = subAccounts[0]!
    const { accountId } = one
    expect(await use(server.url, 'consume', { accountId, amount: 1 })).toBeNull()
    expect(await whilePending(accountId, () => use(server.url, 'consume', { accountId, amount: 10 }))).toBeNull()
    expect([await takenFrom(parent), await takenFrom(one)]).toEqual([1, 10])
    const input = { accountId, parentId: parent.accountId }
    expect(await api.setParent(operator, input)).toMatchObject({ subAccount: { account: { id: accountId } } })
    expect(await use(second.url, 'consume', { accountId, amount: 10 })).toBeNull()
    expect([await takenFrom(parent), await takenFrom(one)]).toEqual([11, 10])
    const limit = { subAccountId: accountId, feature: POOL, period: 'DAY', limit: { units: 5 } }
    expect(await whilePending(accountId, () => api.setLimit(parent.token, limit))).toMatchObject({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['subAccountId'] }],
    })
  })

  it('makes no third level, whichever of two moves is first', async () => {
    for (let round = 0; round < 8; round++) {
      const { parent, operator } = await poolOf(server, `levels${round}`, 0)
      const [upper, lower] = await Promise.all([poolOf(server, `upper${round}`, 0), poolOf(server, `lower${round}`, 0)])
      const move = (from: Person, to: Person) =>
        api.setParent(operator, { accountId: from.accountId, parentId: to.accountId })
      const answers = await Promise.all([move(upper.parent, parent), move(lower.parent, upper.parent)])
      expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1)
      expect(answers.filter(({ code }) => code === 'INVALID_PARAMETERS')).toHaveLength(1)
    }
  })

  it('takes each use once from the parent at that time, while sub-accounts move and receive limits', async () => {
    const [one, two] = [await poolOf(server, 'one', 3), await poolOf(server, 'two', 3)]
    const parents = [one.parent, two.parent]
    const children = [...one.subAccounts, ...two.subAccounts]
    const urls = [server.url, second.url]
    const done = new Map<string, number>()
    const denials = new Set<string>()
    let next = 0
    const user = async () => {
      for (let call = next++; call < USES; call = next++) {
        const key = `use-${call}`
        const amount = 1 + (call % 9)
        const name = call % 5 === 0 ? 'reserve' : 'consume'
        const input = { accountId: children[call % children.length]!.accountId, amount, key }
        for (let attempt = 0; ; attempt++) {
          const code = await use(urls[(call + attempt) % 2]!, name, input).catch((error: Error) => error.message)
          if (code === 'UNAVAILABLE') continue
          if (code === null) done.set(key, amount)
          else denials.add(code)
          break
        }
      }
    }
    const mover = async (_: unknown, place: number) => {
      for (let move = 0; move < MOVES; move++) {
        const { accountId } = children[(move * MOVERS + place) % children.length]!
        const parentId = [...parents, null][(move + place) % 3]?.accountId ?? null
        expect((await api.setParent(one.operator, { accountId, parentId })).code).toBeUndefined()
        const input = { subAccountId: accountId, feature: POOL, period: 'DAY', limit: { units: 400 } }
        const { code } = await api.setLimit(parents[move % 2]!.token, input)
        expect([undefined, 'INVALID_PARAMETERS']).toContain(code)
      }
    }
    await Promise.all([...Array.from({ length: USERS }, user), ...Array.from({ length: MOVERS }, mover)])
    expect(
      [...denials].filter((code) => !['POOL_EXHAUSTED', 'QUOTA_EXCEEDED', 'SPEND_CAP_REACHED'].includes(code)),
    ).toEqual([])
    expect(done.size).toBeGreaterThan(USES / 2)
    const people = [...parents, ...children]
    const ids = people.map(({ accountId }) => accountId)
    const entries = await server.query<Entry>(
      `select account_id as "accountId", version::int, sub_account_id as "subAccountId", -amount::int as amount, key from ledger_entry
       where account_id = any($1) and feature = $2 and amount < 0`,
      [ids, POOL],
    )
    // Nothing is lost or doubled: a part of a use has no key of its own.
    const keys = entries.flatMap(({ key }) => (key === null ? [] : [key.split(' ').at(-1)!]))
    expect(keys.toSorted()).toEqual([...done.keys()].toSorted())
    const units = [...done.values()].reduce((sum, amount) => sum + amount, 0)
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(units)
    for (const person of people) expect(await takenFrom(person)).toBeLessThanOrEqual(GRANTED)
    expect(await wrongPayers(entries, ids)).toEqual([])
    await expectLimits(ids)
  })

  interface Entry {
    readonly accountId: string
    readonly version: number
    readonly subAccountId: string | null
    readonly amount: number
    readonly key: string | null
  }

  /** Entries of an account for one that was not its sub-account at that version, or of its own units while it was in a pool. */
  async function wrongPayers(entries: readonly Entry[], ids: readonly string[]): Promise<Entry[]> {
    const events = await server.query<{
      accountId: string
      version: number
      type: string
      data: Record<string, string>
    }>(
      `select account_id as "accountId", sequence::int as version, type, data from stream_event where stream_id = any($1)
         and type in ('sub_account.added', 'sub_account.removed', 'account.parent_changed') order by sequence`,
      [ids],
    )
    return entries.filter(({ accountId, version, subAccountId }) => {
      const last = events.findLast(
        (event) =>
          event.accountId === accountId &&
          event.version < version &&
          (subAccountId === null
            ? event.type === 'account.parent_changed'
            : event.data['subAccountId'] === subAccountId),
      )
      return subAccountId === null ? (last?.data['to'] ?? null) !== null : last?.type !== 'sub_account.added'
    })
  }

  /** The limits of a parent are those of its present sub-accounts, and count what they used of it. */
  async function expectLimits(ids: readonly string[]): Promise<void> {
    const caps = await server.query<{ accountId: string; subAccountId: string; used: number }>(
      `select account_id as "accountId", sub_account_id as "subAccountId", used::int from spend_cap
       where account_id = any($1) and ended_at is null`,
      [ids],
    )
    const rows = await server.query<{ accountId: string; parentId: string }>(
      `select account_id as "accountId", parent_id as "parentId" from sub_account where account_id = any($1)`,
      [ids],
    )
    expect(caps.length).toBeGreaterThan(0)
    for (const { accountId, subAccountId, used } of caps) {
      expect(rows).toContainEqual({ accountId: subAccountId, parentId: accountId })
      const [sum] = await server.query<{ used: number }>(
        `select coalesce(-sum(amount), 0)::int as used from ledger_entry where account_id = $1 and sub_account_id = $2 and kind = 'CONSUME'`,
        [accountId, subAccountId],
      )
      expect(used).toBe(sum!.used)
    }
  }

  it('keeps every invariant', async () => {
    await expectInvariants(server)
  })
})
