import { entitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'

// Random uses, declines, faults of the provider and of its webhooks. Replay a failure with SEED=<the printed seed>.
const SEED = Number(process.env['SEED'] ?? 20261124)
const SPENDERS = 6
const STEPS = 5

describe(`Automatic top-ups under random faults, seed ${SEED}`, () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const faults = async () => {
    const charges = { method: 'POST', path: '/v1/payment_intents' }
    const list: [object, string, number][] = [
      [charges, 'drop_after', 0.25],
      [charges, 'drop_before', 0.15],
      [charges, '500', 0.15],
      [charges, 'malformed', 0.1],
      [{ method: 'GET', path: '/v1/payment_intents' }, 'drop_before', 0.15],
      [{ event: 'payment_intent.*' }, 'webhook_duplicate', 0.5],
      [{ event: 'payment_intent.*' }, 'webhook_shuffle', 0.3],
      [{ event: 'payment_intent.*' }, 'webhook_drop', 0.2],
    ]
    for (const [index, [match, action, probability]] of list.entries())
      await server.sandboxControl('POST', 'faults', {
        match,
        action,
        probability,
        times: 400,
        seed: `${SEED}-${index}`,
      })
  }

  it('make at most one charge for each fall, grant each charge once, and charge nothing after a stop', async () => {
    const random = createSeededRandom(SEED)
    const { key } = await entitlementService(server)
    const spenders = await Promise.all(Array.from({ length: SPENDERS }, () => Spender.subscribed(server, key)))
    for (const spender of spenders) await spender.set({ threshold: 8000 })
    await faults()
    const used = new Map(spenders.map((spender) => [spender, 0]))
    const use = async (spender: Spender, amount: number) => {
      if ((await spender.use(amount)) === 200) used.set(spender, used.get(spender)! + amount)
    }
    const plans = spenders.map(() =>
      Array.from({ length: STEPS }, () => ({
        kind: Math.floor(random.next() * 8),
        amount: Math.floor(random.next() * 9000) + 1,
      })),
    )
    await Promise.all(
      spenders.map(async (spender, index) => {
        // Near the threshold, so that the steps cross it.
        await use(spender, 41_000)
        for (const { kind, amount } of plans[index]!)
          if (kind === 0) {
            const customer = await spender.customerId()
            await server.sandboxControl('POST', 'payments/fail-next', { customer, times: 1 })
            await use(spender, amount)
          } else if (kind === 1) await spender.set({ threshold: 7000 + (amount % 2000) })
          else await Promise.all([amount, 1, 700, amount, 2].map((units) => use(spender, units)))
      }),
    )
    await server.sandboxControl('DELETE', 'faults')
    await eventually(
      () =>
        server.query(
          `select 1 from scheduled_job where kind in ('top_up.run', 'entitlements.sweep') and run_at <= $1
           union all select 1 from top_up where status in ('CHARGING', 'PENDING')
           union all select 1 from alert_crossing where handled_at is null`,
          [server.app.context.clock.now()],
        ),
      (rows) => rows.length === 0,
      60_000,
    )
    await Promise.all(
      spenders.map(async (spender) => {
        const paid = (await spender.charges()).filter(({ status }) => status === 'succeeded')
        const open = (await spender.charges()).filter(({ status }) => !['succeeded', 'canceled'].includes(status))
        const { topUps } = await spender.topUps()
        const [falls] = await server.query<{ count: number }>(
          `select count(*)::int as count from alert_crossing c join alert l on l.account_id = c.account_id and l.id = c.alert_id
           where c.account_id = $1 and l.action = 'TOP_UP'`,
          [spender.accountId],
        )
        expect(open).toEqual([])
        expect(new Set(paid.map(({ metadata }) => metadata['top_up_id'])).size).toBe(paid.length)
        expect(topUps.filter(({ status }) => status === 'PAID')).toHaveLength(paid.length)
        expect(paid.length).toBeLessThanOrEqual(falls!.count)
        expect(await spender.balance()).toBe(50_000 - used.get(spender)! + 10_000 * paid.length)
        const failed = topUps.flatMap(({ failureReason }) => failureReason ?? [])
        const [auto] = (await spender.topUps()).autoTopUps
        const [level] = await server.query<{ threshold: number }>(
          `select units::int as threshold from alert where account_id = $1 and ended_at is null`,
          [spender.accountId],
        )
        expect(falls!.count).toBeGreaterThan(0)
        // An automatic top-up that is active has raised the balance. Faults of the network delay it, and only a decline stops it.
        if (auto!.status !== 'STOPPED') expect(await spender.balance()).toBeGreaterThanOrEqual(level!.threshold)
        if (plans[spenders.indexOf(spender)]!.some(({ kind }) => kind === 0)) return
        expect(failed).toEqual([])
        expect(paid.length).toBeGreaterThan(0)
      }),
    )
  })
})
