import { randomUUID } from 'node:crypto'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { change, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('The used part of an unpaid period', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const consume = ({ accountId }: Subscriber, amount: number) =>
    service.consume({ accountId, feature: 'ai_credits', amount }) as Promise<{ amount?: number }>
  const later = async ({ accountId }: Subscriber, seconds: number) => {
    const [row] = await server.query<{ ends: Date }>(
      `select current_period_end as ends from billing_subscription where account_id = $1 order by started_at desc limit 1`,
      [accountId],
    )
    await server.advanceTo(new Date(row!.ends.getTime() + seconds * 1000).toISOString())
  }
  interface Bill {
    readonly status: string
    readonly total: number
    readonly amount_paid: number
    readonly lines: { readonly data: readonly { readonly description: string }[] }
  }
  const billsOf = async ({ customerId }: Subscriber) =>
    (await stripeObject<{ data: Bill[] }>(server, `invoices?customer=${customerId}&limit=100`)).data
  const paidBy = async (who: Subscriber) => (await billsOf(who)).reduce((sum, { amount_paid }) => sum + amount_paid, 0)
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  }
  const preview = async (who: Subscriber) => {
    const { data } = await server.graphql<{ previewCancellation: { due: { amountMinor: number } } }>(
      `{ previewCancellation(at: NOW) { due { amountMinor } lines { description money { amountMinor } } } }`,
      {},
      who.token,
    )
    return data.previewCancellation
  }
  const subscriber = () => subscribe(server, `${randomUUID()}@example.com`, { plan: 'pro' })

  it('is charged when a renewal ends before its payment, each time', async () => {
    const email = `${randomUUID()}@example.com`
    let paid = 0
    for (const round of [1, 2]) {
      const who = await subscribe(server, email, { plan: 'pro' })
      expect(await consume(who, 50_000)).toMatchObject({ amount: 50_000 })
      await later(who, 5)
      expect(await consume(who, 50_000)).toMatchObject({ amount: 50_000 })
      expect(await preview(who)).toMatchObject({
        due: { amountMinor: 2_000 },
        lines: [{ description: 'Used part of Pro: 50,000 of 50,000 AI credits', money: { amountMinor: 2_000 } }],
      })
      expect(await change(server, who, 'cancelSubscription', { at: 'NOW' })).toMatchObject({ status: 'CANCELED' })
      paid = await eventually(
        () => paidBy(who),
        (sum) => sum === round * 4_000,
        20_000,
      )
      const now = server.app.context.clock.now()
      await server.advanceTo(new Date(now.getTime() + 32 * 86_400_000).toISOString())
    }
    expect(paid).toBe(8_000)
    await noDrift()
  })

  it.each([
    [0, 0],
    [100, 0],
    [10_000, 400],
    [33_333, 1_333],
  ])('of %i used units costs %i', async (units, cost) => {
    const who = await subscriber()
    await later(who, 5)
    if (units > 0) await consume(who, units)
    expect(await preview(who)).toMatchObject({ due: { amountMinor: cost } })
    await change(server, who, 'cancelSubscription', { at: 'NOW' })
    await untilQuiet(server)
    const bills = await billsOf(who)
    expect(bills.filter(({ status }) => status === 'draft' || status === 'open')).toEqual([])
    expect(await paidBy(who)).toBe(2_000 + cost)
    await noDrift()
  })

  it('stays owed when its payment fails in the grace period', async () => {
    const who = await subscriber()
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId, times: 20 })
    await later(who, 86_400)
    await eventually(
      async () =>
        (
          await server.query(`select 1 from billing_subscription where account_id = $1 and status = 'PAST_DUE'`, [
            who.accountId,
          ])
        ).length,
      (found) => found === 1,
      20_000,
    )
    await consume(who, 25_000)
    await change(server, who, 'cancelSubscription', { at: 'NOW' })
    const open = await eventually(
      async () => (await billsOf(who)).filter(({ status }) => status === 'open'),
      (found) => found.length === 1 && found[0]!.total === 1_000,
      20_000,
    )
    expect(open[0]!.lines.data.map(({ description }) => description)).toEqual([
      'Used part of Pro: 25,000 of 50,000 AI credits',
    ])
    await server.sandboxControl('DELETE', 'payments/fail-next')
    await noDrift()
  })
})
