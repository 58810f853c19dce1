import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { assignTestPlan, entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { repetitions } from '#test/support/sample.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `
business: unwritten
currency: USD
group: main
return_urls: client
features:
  monthly: { name: Monthly, kind: quota, unit: call, window: month }
  weekly:  { name: Weekly, kind: quota, unit: call, window: week }
plans:
  free:
    name: Free
    rank: 0
    features:
      monthly: { amount: 500, rollover: { share: 100 } }
      weekly:  { amount: 70, rollover: { share: 50, periods: 3, maximum: 90 } }
  plain: { name: Plain, rank: 1, prices: { month: 5.00 }, features: { monthly: 100, weekly: 10 } }
  rolling:
    name: Rolling
    rank: 2
    prices: { month: 10.00 }
    features:
      monthly: { amount: 1000, rollover: { share: 100 } }
      weekly:  { amount: 200, rollover: { share: 50 } }
`
const AMOUNTS: Record<string, Record<string, number>> = {
  free: { monthly: 500, weekly: 70 },
  plain: { monthly: 100, weekly: 10 },
  rolling: { monthly: 1000, weekly: 200 },
}

/** Plans in order, each with the number of days before it, of an account that nothing was written for. */
const LIVES = fc.array(fc.tuple(fc.integer({ min: 0, max: 95 }), fc.constantFrom('plain', 'rolling')), {
  minLength: 1,
  maxLength: 3,
})

describe('Accounts that were never written', () => {
  let server: TestServer
  let service: EntitlementService
  let path: string

  beforeAll(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'stackgate-unwritten-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-01-10T00:00:00Z', env: { CATALOG: path } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await server?.close()
    if (path) rmSync(dirname(path), { recursive: true })
  })

  const read = async (accountId: string) => {
    const { data } = await server.graphql<{
      account: {
        usage: Record<string, { limit: number; sources: { kind: string; amount: number; expiresAt: string }[] }>
      }
    }>(
      `query ($id: ID!) { account(id: $id) { usage { ${['monthly', 'weekly'].map((code) => `${code}: entitlement(feature: "${code}") { limit sources { kind amount expiresAt } }`).join(' ')} } } }`,
      { id: accountId },
      service.key,
    )
    return data.account.usage
  }
  const rolled = (usage: Awaited<ReturnType<typeof read>>, code: string) =>
    usage[code]!.sources.filter(({ kind }) => kind === 'ROLLOVER')

  it('keep what rolled over at every change of the plan, and the clock continues', async () => {
    const lives = fc.sample(LIVES, { numRuns: repetitions(3, 8), seed: Number(process.env.SEED ?? 20261130) })
    const steps = await Promise.all(lives.map(async (life) => ({ life, accountId: await newAccount(server) })))
    const start = Date.parse('2026-01-10T00:00:00Z')
    const due = steps
      .flatMap(({ life, accountId }) => {
        let day = 0
        return life.map(([days, plan], index) => ({ accountId, plan, index, day: (day += days) }))
      })
      .toSorted((left, right) => left.day - right.day || left.index - right.index)
    const last = new Map<string, string>()
    for (const { accountId, plan, day } of due) {
      await server.advanceTo(new Date(start + day * 86_400_000).toISOString())
      const before = await read(accountId)
      if (last.get(accountId) === plan) continue
      last.set(accountId, plan)
      await assignTestPlan(server, accountId, plan)
      const after = await read(accountId)
      for (const code of ['monthly', 'weekly']) {
        expect([plan, day, code, rolled(after, code)]).toEqual([plan, day, code, rolled(before, code)])
        const units = rolled(after, code).reduce((sum, { amount }) => sum + amount, 0)
        expect([plan, day, code, after[code]!.limit]).toEqual([plan, day, code, AMOUNTS[plan]![code]! + units])
      }
    }
    await server.advanceTo('2026-12-01T00:00:00Z')
    await expectInvariants(server, ['plans_have_their_subscription'])
  })

  it('name a due job that does not finish, and the clock continues without it', async () => {
    const accountId = await newAccount(server)
    const { pool } = server.app.context.database
    // Another process has claimed it and is gone.
    await pool.query(
      `insert into scheduled_job (id, kind, key, account_id, run_at, lease_token, lease_until)
       values ('job_of_nobody', 'entitlements.sweep', $1, $1, '2026-12-02T00:00:00Z', gen_random_uuid(), now() + interval '1 day')
       on conflict on constraint scheduled_job_once do update set run_at = excluded.run_at, lease_token = excluded.lease_token, lease_until = excluded.lease_until`,
      [accountId],
    )
    const admin = await server.token('clock@example.com', { roles: ['admin'] })
    const { data } = await server.graphql<{
      advanceClock: { clock: { now: string }; failures: { source: string; kind: string; subject: string }[] }
    }>(
      `mutation { advanceClock(input: { to: "2026-12-03T00:00:00Z" }) { clock { now } failures { source kind subject message } } }`,
      {},
      admin,
    )
    expect(data.advanceClock).toMatchObject({
      clock: { now: '2026-12-03T00:00:00.000Z' },
      failures: [{ source: 'SERVER', kind: 'entitlements.sweep', subject: accountId }],
    })
  })
})
