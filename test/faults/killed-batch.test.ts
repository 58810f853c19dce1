import { newAccount } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import { startSecondServer } from '../support/second-server-process.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { batchClient, type BatchClient } from '../support/usage-batches.js'

const FEATURE = 'ai_credits'
const ENV = { CATALOG: 'ai-platform' }
const ACCOUNTS = 4
const LINES = 1_200

describe('worker killed during a batch of past usage', () => {
  let server: TestServer
  let batches: BatchClient
  beforeAll(async () => {
    // Only the killed processes run jobs.
    server = await startTestServer({ env: { ...ENV, ROLE: 'api', DATABASE_URL: 'postgres://localhost/unused' } })
    batches = batchClient(server, await server.serviceKey(['entitlements:write']))
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const count = async (sql: string, values: unknown[]): Promise<number> =>
    (await server.query<{ count: number }>(sql, values))[0]!.count
  /** Lines with a result. */
  const done = (id: string, states: readonly string[]) =>
    count(`select count(*)::int from usage_batch_line where batch_id = $1 and state = any($2)`, [id, states])
  const consumed = (id: string) => count(`select count(*)::int from ledger_entry where reference = $1`, [`batch ${id}`])
  const returned = () => count(`select count(*)::int from usage_amendment`, [])

  /** Runs the job in processes that are killed in the middle, and then in one that ends it. */
  async function runKilled(id: string, states: readonly string[], end: 'CLOSED' | 'REVERTED'): Promise<void> {
    for (const target of [LINES / 4, LINES / 2]) {
      const worker = await startSecondServer(server, { ...ENV, ROLE: 'worker' })
      await eventually(
        () => done(id, states),
        (lines) => lines >= target,
      )
      await worker.kill()
      expect(await done(id, states)).toBeLessThan(LINES)
      // The lease of the killed process, spared.
      await server.query(`update scheduled_job set lease_until = now(), available_at = now() where key = $1`, [id])
    }
    const worker = await startSecondServer(server, { ...ENV, ROLE: 'worker' })
    await batches.ended(id, end)
    await worker.kill()
  }

  it('applies and reverts each line exactly once, also if it is killed twice in the middle', async () => {
    const accounts = await Promise.all(Array.from({ length: ACCOUNTS }, () => newAccount(server)))
    const { id } = await batches.open()
    const lines = Array.from({ length: LINES }, (_, index) => ({
      accountId: accounts[index % ACCOUNTS]!,
      feature: FEATURE,
      amount: 1 + (index % 3),
      key: `line-${index}`,
    }))
    for (let at = 0; at < LINES; at += 400) await batches.add(id, lines.slice(at, at + 400))
    await batches.close(id)
    await runKilled(id, ['APPLIED', 'DENIED'], 'CLOSED')
    const units = lines.reduce((sum, { amount }) => sum + amount, 0)
    expect(await done(id, ['APPLIED'])).toBe(LINES)
    expect(await consumed(id)).toBe(LINES)
    const [used] = await server.query(
      `select (select sum(used)::int from quota_usage where account_id = any($1)) as used,
         (select sum(units)::int from usage_batch_line where batch_id = $2) as lines`,
      [accounts, id],
    )
    expect(used).toEqual({ used: units, lines: units })

    await batches.revert(id)
    await runKilled(id, ['REVERTED'], 'REVERTED')
    expect(await done(id, ['REVERTED'])).toBe(LINES)
    expect(await returned()).toBe(LINES)
    const [after] = await server.query(`select sum(used)::int as used from quota_usage where account_id = any($1)`, [
      accounts,
    ])
    expect(after).toEqual({ used: 0 })
  })
})
