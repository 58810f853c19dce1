import { entitlementService, newAccount } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { batchClient } from '../support/usage-batches.js'
import { comparisonClient, type ComparisonClient } from '../support/usage-comparisons.js'

const FEATURE = 'ai_credits'
const ENV = { CATALOG: 'ai-platform' }
const ACCOUNTS = 4
const USES = 800
const USES_OF_CALL = 20

describe('comparison that is interrupted', () => {
  let server: TestServer
  let operator: ComparisonClient
  let operatorToken: string
  let serviceKey: string
  const started: SecondServer[] = []
  beforeAll(async () => {
    server = await startTestServer({ env: ENV })
    operatorToken = await server.token('op@example.com', { roles: ['admin'] })
    operator = comparisonClient(server, operatorToken)
    serviceKey = (await entitlementService(server)).key
  })
  afterAll(async () => {
    await Promise.all(started.map((one) => one.kill()))
    await expectInvariants(server)
    await server.close()
  })

  const startAnother = async (): Promise<SecondServer> => {
    const another = await startSecondServer(server, ENV)
    started.push(another)
    return another
  }
  /** Result of a call to another process. Null if the process ended before it responded. */
  const compare = async (url: string, uses: readonly object[]): Promise<object | null> => {
    try {
      const response = await fetch(`${url}/api/v1/usage-comparisons/compare`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${serviceKey}` },
        body: JSON.stringify({ uses }),
      })
      return (await response.json()) as object
    } catch {
      return null
    }
  }
  const stored = async (id: string): Promise<number> =>
    (
      await server.query<{ count: number }>('select count(*)::int from usage_compared_use where comparison_id = $1', [
        id,
      ])
    )[0]!.count
  const entries = () => server.query('select count(*)::int as count from ledger_entry where kind = $1', ['CONSUME'])

  it('compares each use once while processes are killed, and carries each counted unit once', async () => {
    const accounts = await Promise.all(Array.from({ length: ACCOUNTS }, () => newAccount(server)))
    const { id } = await operator.start(accounts)
    const before = await entries()
    const uses = Array.from({ length: USES }, (_, index) => ({
      account_id: accounts[index % ACCOUNTS]!,
      feature: FEATURE,
      amount: 1 + (index % 3),
      key: `use-${index}`,
      allowed: true,
    }))
    const calls = Array.from({ length: USES / USES_OF_CALL }, (_, index) =>
      uses.slice(index * USES_OF_CALL, (index + 1) * USES_OF_CALL),
    )
    // Each process receives all calls, and is killed while it compares them.
    for (const target of [USES / 8, USES / 4]) {
      const second = await startAnother()
      const waiting = [...calls]
      const client = async () => {
        for (let call = waiting.shift(); call; call = waiting.shift()) if (!(await compare(second.url, call))) return
      }
      const sent = Promise.all(Array.from({ length: 4 }, client))
      await eventually(
        () => stored(id),
        (count) => count >= target,
      )
      await second.kill()
      await sent
      expect(await stored(id)).toBeLessThan(USES)
    }
    const third = await startAnother()
    for (const call of calls) expect(await compare(third.url, call)).toMatchObject({ rejected: [] })
    expect(await stored(id)).toBe(USES)
    expect((await operator.read(id)).totals).toMatchObject([{ comparedCount: USES, equalCount: USES }])

    // The end waits for a lock in the middle of its transaction when its connection ends.
    const holder = await server.app.context.database.pool.connect()
    await holder.query('begin')
    await holder.query('lock table usage_batch_line in exclusive mode')
    const waiting = `from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'usage_batch_line' and datname = current_database()`
    try {
      const lost = operator.end(id, 'CONTINUE')
      await eventually(
        () => server.query(`select 1 ${waiting}`),
        (waits) => waits.length === 1,
      )
      await server.query(`select pg_terminate_backend(pid) ${waiting}`)
      expect(await lost).toEqual({ code: 'UNAVAILABLE' })
      expect(await server.query('select id from usage_batch')).toEqual([])
    } finally {
      await holder.query('rollback')
      holder.release()
    }
    const ended = await operator.end(id, 'CONTINUE')
    expect(await operator.end(id, 'CONTINUE')).toEqual(ended)
    expect(await server.query('select id from usage_batch')).toEqual([{ id: ended.usageBatch!.id }])
    expect(await entries()).toEqual(before)
    const units = uses.reduce((sum, { amount }) => sum + amount, 0)
    const lines = await server.query(
      'select count(*)::int, sum(amount)::int as units from usage_batch_line where batch_id = $1',
      [ended.usageBatch!.id],
    )
    expect(lines).toEqual([{ count: ACCOUNTS, units }])

    const batches = batchClient(server, operatorToken)
    await batches.close(ended.usageBatch!.id)
    await batches.ended(ended.usageBatch!.id, 'CLOSED')
    const [used] = await server.query('select sum(used)::int as used from quota_usage where account_id = any($1)', [
      accounts,
    ])
    expect(used).toEqual({ used: units })
  })
})
