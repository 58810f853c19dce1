import type { RecordUsageVariables } from '@stackgate/client/documents'
import { assignTestPlan, newAccount } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import { rolloverCatalog } from '../support/rollover-catalog.js'
import { RolloverModel, type ModelPlan } from '../support/rollover-model.js'
import { createSeededRandom } from '../support/seeded-random.js'
import { startSecondServer, type SecondServer } from '../support/second-server-process.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { repetitions } from '#test/support/sample.js'

const SEED = 51
const ACCOUNTS = repetitions(8, 24)
const EVENTS = 12
const MONTHS = ['2026-02', '2026-03', '2026-04', '2026-05'] as const
/** Index of the month in which accounts use more than they have. */
const HEAVY = 2
const PRO: ModelPlan = {
  code: 'pro',
  amount: 100,
  window: 'month',
  rollover: { share: 50, maximum: 60, periods: 2 },
}

const RECORD = `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount duplicateCount rejected { message } } }`

type Reported = RecordUsageVariables['events'][number] & { readonly amount: number }

describe('rollover in processes that are killed', () => {
  let server: TestServer
  let env: Record<string, string>
  let key: string
  beforeAll(async () => {
    env = { CATALOG: rolloverCatalog([]) }
    // Only the killed processes run jobs.
    server = await startTestServer({
      start: '2026-01-10T08:00:00.000Z',
      env: { ...env, ROLE: 'api', DATABASE_URL: 'postgres://localhost/unused' },
    })
    key = await server.serviceKey(['entitlements:read', 'entitlements:write'])
  })
  const running = new Set<SecondServer>()
  const start = async (role: 'api' | 'worker') => {
    const process = await startSecondServer(server, { ...env, ROLE: role })
    running.add(process)
    return process
  }
  afterAll(async () => {
    for (const process of running) await process.kill()
    await expectInvariants(server, ['plans_have_their_subscription'])
    await server.close()
  })

  /** Records facts of one account at a server. Undefined without a response. */
  async function record(url: string, events: readonly Reported[]): Promise<number | undefined> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: RECORD, variables: { events } }),
    }).catch(() => undefined)
    const { data, errors } = ((await response?.json().catch(() => ({}))) ?? {}) as {
      errors?: readonly object[]
      data?: { recordUsage: { acceptedCount: number; duplicateCount: number; rejected: object[] } }
    }
    if (errors) throw new Error(JSON.stringify(errors))
    if (!data?.recordUsage) return undefined
    expect(data.recordUsage.rejected).toEqual([])
    return data.recordUsage.acceptedCount + data.recordUsage.duplicateCount
  }

  it('equals the model, also with facts of windows that have ended', async () => {
    const random = createSeededRandom(SEED)
    const upTo = (limit: number) => Math.floor(random.next() * limit)
    const { clock } = server.app.context
    const began = clock.now().getTime()
    const accounts = await Promise.all(Array.from({ length: ACCOUNTS }, () => newAccount(server)))
    for (const accountId of accounts) await assignTestPlan(server, accountId, PRO.code)
    const models = new Map(accounts.map((id) => [id, new RolloverModel(began, PRO, 1, began)]))
    let [kills, lost, late] = [0, 0, 0]
    const kill = async (process: SecondServer) => {
      await process.kill()
      kills++
    }
    for (const [index, month] of MONTHS.entries()) {
      const now = clock.now().getTime()
      const events = accounts.flatMap((accountId) =>
        Array.from({ length: EVENTS }, (_, number): Reported => {
          const isLate = random.next() < 0.4
          if (isLate) late++
          return {
            accountId,
            feature: 'words',
            amount: 1 + upTo(index === HEAVY ? 30 : 14),
            key: `${month}-${accountId}-${number}`,
            // Up to 30 days ago: often in a window that has ended and that other processes have rolled over.
            at: isLate ? new Date(now - upTo(30 * 24 * 3_600_000)).toISOString() : undefined,
          }
        }),
      )
      const api = await start('api')
      let answered = 0
      const waiting = [...events]
      const client = async () => {
        for (let event = waiting.shift(); event; event = waiting.shift()) {
          if ((await record(api.url, [event])) === undefined) return
          if (++answered === Math.floor(events.length / 3)) void kill(api)
        }
      }
      await Promise.all(Array.from({ length: 8 }, client))
      lost += events.length - answered
      // Events are sent again under their keys, whether they had a response or not.
      for (const ofAccount of Map.groupBy(events, ({ accountId }) => accountId).values())
        expect(await record(server.url, ofAccount)).toBe(EVENTS)
      for (const { accountId, amount } of events) models.get(accountId)!.record(amount)

      // The month ends, and a worker is killed while it writes what rolls over.
      const end = new Date(`${month}-02T00:00:00.000Z`)
      await clock.set(end)
      for (const model of models.values()) model.advance(end.getTime())
      const worker = await start('worker')
      // In the month that uses more than the allowance, nothing rolls over.
      if (index < HEAVY)
        await eventually(
          () => rolled(end),
          (count) => count > 0,
        )
      await kill(worker)
      await server.query(`update scheduled_job set lease_until = now(), available_at = now() where lease_until > now()`)
      expect([month, await state()]).toEqual([month, expected()])
    }
    expect([kills, lost > 0, late > 100]).toEqual([MONTHS.length * 2, true, true])
    const worker = await start('worker')
    await eventually(
      () => due(),
      (count) => count === 0,
    )
    await worker.kill()
    expect(await state()).toEqual(expected())
    // Everything is written now: units granted − used − expired = held.
    expect(await written(accounts)).toEqual(
      accounts
        .map((accountId) => {
          const { granted, usedOfLots: used, expired, debt } = models.get(accountId)!
          return { accountId, granted, used, expired, debt }
        })
        .toSorted(byAccount),
    )

    function expected() {
      return accounts
        .map((accountId) => ({ accountId, remaining: models.get(accountId)!.available() }))
        .toSorted(byAccount)
    }
  })

  const byAccount = (left: { readonly accountId: string }, right: { readonly accountId: string }): number =>
    left.accountId < right.accountId ? -1 : 1

  /** Units that a reader sees at the server without jobs. */
  async function state() {
    const rows = await server.query<{ id: string }>(
      `select distinct account_id as id from plan_assignment where ended_at is null`,
    )
    const found = await Promise.all(
      rows.map(async ({ id }) => {
        const { body } = await server.rest('POST', '/api/v1/entitlements/check', {
          token: key,
          body: { account_id: id, feature: 'words', amount: 1 },
        })
        const { entitlement } = body as unknown as { entitlement: { remaining: number } }
        return { accountId: id, remaining: entitlement.remaining }
      }),
    )
    return found.toSorted(byAccount)
  }

  const count = async (sql: string, values: unknown[] = []): Promise<number> =>
    (await server.query<{ count: number }>(sql, values))[0]!.count
  /** Accounts whose rollover of the last window is written. */
  const rolled = (at: Date) =>
    count(
      `select count(*)::int from credit_grant where source_kind = 'ROLLOVER' and granted_at > $1::timestamptz - interval '2 days'`,
      [at],
    )
  const due = () =>
    count(`select count(*)::int from scheduled_job where kind = 'entitlements.sweep' and run_at <= $1`, [
      server.app.context.clock.now(),
    ])
  /** Sums of the units that rolled over, as they are written. */
  const written = async (accounts: readonly string[]) =>
    (
      await server.query<{ readonly accountId: string }>(
        `select a.id as "accountId", coalesce(sum(g.amount), 0)::int as granted, coalesce(sum(g.used), 0)::int as used,
           coalesce(sum(g.expired), 0)::int as expired, coalesce(max(d.amount), 0)::int as debt
         from account a left join credit_grant g on g.account_id = a.id and g.source_kind = 'ROLLOVER'
           left join credit_debt d on d.account_id = a.id
         where a.id = any($1) group by 1`,
        [accounts],
      )
    ).toSorted(byAccount)
})
