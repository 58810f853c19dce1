import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { accountOf, change, limitOf, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

// AgileForge: Professional costs 10 dollars a month and has 50 GB, Extra Storage is 2.50 dollars for 10 GB more; Starter, which is free, has 1 GB.
const PLAN = 50
const WITH_ADDON = 60
const NOTHING = 1

describe('Add-ons of a subscription with a disputed payment', () => {
  let server: TestServer
  let operator: string
  let serial = 0
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
    await expectInvariants(server)
    await server.close()
  })

  const subscriber = async () => {
    const who = await subscribe(server, `addon-${++serial}@example.com`, { plan: 'professional', trialDays: 0 })
    await change(server, who, 'addAddon', { package: 'extra_storage' })
    await storage(who, WITH_ADDON)
    return who
  }
  const storage = (who: Subscriber, expected: number) =>
    eventually(
      async () => limitOf(await accountOf(server, who), 'storage_gb'),
      (limit) => limit === expected,
      20_000,
    )
  /** Payment of the purchase of a product, the latest one. */
  const paymentOf = async ({ accountId }: Subscriber, product: string) => {
    const [row] = await eventually(
      () =>
        server.query<{ payment_id: string }>(
          `select p.payment_id from purchase p join product o on o.id = p.product_id
           where p.account_id = $1 and o.code = $2 and p.payment_id is not null order by p.purchased_at desc, p.id desc`,
          [accountId, product],
        ),
      (rows) => rows.length > 0,
    )
    return row!.payment_id
  }
  const dispute = async (who: Subscriber, product: string, status: string) => {
    await server.sandboxControl('POST', 'disputes', { payment: await paymentOf(who, product), status })
  }
  const linesAtProvider = async ({ externalId }: Subscriber) =>
    (await stripeObject<{ items: { data: unknown[] } }>(server, `subscriptions/${externalId}`)).items.data.length
  const toRenewal = async (who: Subscriber) => {
    const { subscription } = await accountOf(server, who)
    await server.advanceTo(new Date(Date.parse(subscription!.currentPeriodEnd) + 7_200_000).toISOString())
  }

  it('are suspended alone while their own payment is disputed, and restored when it is won', async () => {
    const who = await subscriber()
    await dispute(who, 'extra_storage', 'needs_response')
    expect(await storage(who, PLAN)).toBe(PLAN)
    // The line stays: the bank has not decided.
    expect(await linesAtProvider(who)).toBe(2)
    expect(await change(server, who, 'addAddon', { package: 'extra_storage' })).toMatchObject({
      __typename: 'Denial',
      remedies: expect.arrayContaining([expect.objectContaining({ kind: 'WAIT' })]),
    })
    await dispute(who, 'extra_storage', 'won')
    expect(await storage(who, WITH_ADDON)).toBe(WITH_ADDON)
  })

  it('end with their line when the dispute of their payment is lost, and the plan continues', async () => {
    const who = await subscriber()
    await dispute(who, 'extra_storage', 'needs_response')
    await storage(who, PLAN)
    await dispute(who, 'extra_storage', 'lost')
    await eventually(
      () => linesAtProvider(who),
      (lines) => lines === 1,
      20_000,
    )
    const account = await accountOf(server, who)
    expect([account.plan.plan.code, limitOf(account, 'storage_gb')]).toEqual(['professional', PLAN])
    // It can be bought again, because nothing is disputed anymore.
    await change(server, who, 'addAddon', { package: 'extra_storage' })
    expect(await storage(who, WITH_ADDON)).toBe(WITH_ADDON)
  })

  it.each([
    ['won', WITH_ADDON],
    ['lost', NOTHING],
  ])('are suspended with the plan by a dispute of the invoice for both: %s', async (decision, limit) => {
    const who = await subscriber()
    await toRenewal(who)
    await eventually(
      () =>
        server.query(`select id from purchase where account_id = $1 and expires_at > $2`, [
          who.accountId,
          server.app.context.clock.now(),
        ]),
      (rows) => rows.length > 0,
      20_000,
    )
    await dispute(who, 'professional', 'needs_response')
    expect(await storage(who, NOTHING)).toBe(NOTHING)
    await dispute(who, 'professional', decision)
    expect(await storage(who, limit)).toBe(limit)
  })

  it('are restored by the payment of the next period while the bank has not decided', async () => {
    const who = await subscriber()
    await dispute(who, 'extra_storage', 'needs_response')
    await storage(who, PLAN)
    await toRenewal(who)
    expect(await storage(who, WITH_ADDON)).toBe(WITH_ADDON)
  })
})
