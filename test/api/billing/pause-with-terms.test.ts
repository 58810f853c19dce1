import { BilledAccounts } from '#test/support/billed-accounts.js'
import type { Buyer } from '#test/support/buyer.js'
import type { EntitlementService } from '#test/support/entitlements.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { accountOf, change } from '#test/support/subscribers.js'
import { eventually, type TestServer } from '#test/support/test-server.js'

const CATALOG = `business: pauses
currency: USD
pause: { maximum: 90d }
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  seats: { name: Seats, kind: limit, unit: seat }
plans:
  free: { name: Free, rank: 0 }
  solo:
    name: Solo
    rank: 1
    prices: { month: 4.00 }
    features: { calls: 50, seats: 1 }
  team:
    name: Team
    rank: 2
    prices: { month: 10.00, per: seat }
    features:
      seats: { amount: 1, per: seat }
      calls: { amount: 100, per: seat, rollover: { share: 100, maximum: 1000 } }
  tried:
    name: Tried
    rank: 3
    prices: { month: 30.00 }
    trial_days: 14
    features: { calls: 500, seats: 1 }
  grow:
    name: Grow
    rank: 4
    prices: { month: 20.00, per: seat }
    features:
      seats: { amount: 1, per: seat }
      calls: { amount: 100, per: seat, rollover: { share: 50, maximum: 1000 }, overage: { price: 0.10, minimum: 5.00, cap: 10000 } }
`

const STRIPE = 'STRIPE' as const
const PAYPAL = 'PAYPAL' as const

describe.each([STRIPE, PAYPAL])('A pause at %s', (provider) => {
  let accounts: BilledAccounts
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG)
    ;({ server, service } = accounts)
  })
  afterEach(() => accounts.expectNoDrift())
  afterAll(() => accounts.close())

  const subscriber = (terms: object) => accounts.subscriber({ provider, ...terms })
  const stateOf = async ({ token }: Buyer) => {
    const { data } = await server.graphql<{
      account: {
        plan: { plan: { code: string } }
        billing: {
          subscription: {
            status: string
            quantity: number
            plan: { code: string }
            pause: { paidUntil: string; resumed: boolean } | null
          } | null
          purchases: { nodes: { money: { decimal: string } }[] }
        }
      }
      check: { entitlement: { limit: number | null; remaining: number | null } | null }
    }>(
      `{ account { plan { plan { code } } billing { subscription { status quantity plan { code } pause { paidUntil resumed } } purchases { nodes { money { decimal } } } } } 
        check(feature: "calls") { entitlement { limit remaining } } }`,
      {},
      token,
    )
    const { subscription, purchases } = data.account.billing
    return {
      held: data.account.plan.plan.code,
      status: subscription?.status ?? null,
      plan: subscription && `${subscription.plan.code} × ${subscription.quantity}`,
      remaining: data.check.entitlement?.remaining ?? null,
      paid: purchases.nodes.map(({ money }) => money.decimal).toReversed(),
      pause: subscription?.pause ?? null,
    }
  }
  const approve = async ({ email }: Buyer) => {
    const [row] = await server.query<{ external_id: string }>(
      `select external_id from billing_subscription s join member m using (account_id) join app_user u on u.id = m.user_id where u.email = $1`,
      [email],
    )
    await server.sandboxControl('POST', `checkouts/${row!.external_id}/pay`, {})
    // Until the event of the provider has arrived, the change waits for its confirmation.
    await eventually(
      () =>
        server.query(
          `select from subscription_change c join billing_subscription s on s.id = c.subscription_id
           where s.external_id = $1 and c.status in ('REQUESTED', 'REQUIRES_CONFIRMATION')`,
          [row!.external_id],
        ),
      (open) => open.length === 0,
    )
    await untilQuiet(server)
  }
  const resume = async (buyer: Buyer) => {
    expect(await change(server, buyer, 'resumeSubscription')).toMatchObject({ __typename: 'BillingSubscription' })
    await untilQuiet(server)
  }
  const pause = async (buyer: Buyer) =>
    expect(await change(server, buyer, 'pauseSubscription')).toMatchObject({ __typename: 'BillingSubscription' })
  /** The next payment: Stripe's is that of the resumption, PayPal's at its next date. */
  const untilNextPayment = () => (provider === 'PAYPAL' ? accounts.passDays(31) : undefined)

  it('keeps the seats and what has rolled over, and denies another number of seats', async () => {
    const { buyer, accountId } = await subscriber({ plan: 'team', quantity: 2 })
    await service.consume({ accountId, feature: 'calls', amount: 120 })
    expect(await stateOf(buyer)).toMatchObject({ plan: 'team × 2', remaining: 80, paid: ['20.00'] })
    await pause(buyer)
    expect(await change(server, buyer, 'changePlan', { plan: 'team', quantity: 3 })).toMatchObject({
      code: 'PAYMENT_FAILED',
      remedies: [{ mutation: 'resumeSubscription' }],
    })
    await accounts.passDays(32)
    // The 80 unused units of the first window stay until the end of the next one.
    expect(await stateOf(buyer)).toMatchObject({ held: 'free', status: 'PAUSED', plan: 'team × 2', remaining: 80 })
    expect(await service.consume({ accountId, feature: 'calls', amount: 1 })).toMatchObject({
      taken: [{ amount: 1, source: { kind: 'ROLLOVER' } }],
    })
    await accounts.passDays(20)
    await resume(buyer)
    if (provider === 'STRIPE')
      expect(await stateOf(buyer)).toMatchObject({ held: 'team', status: 'ACTIVE', plan: 'team × 2', remaining: 279 })
    else expect(await stateOf(buyer)).toMatchObject({ held: 'free', status: 'PAUSED', pause: { resumed: true } })
    await accounts.passDays(11)
    // The earlier rollover has ended. Of a time without the plan nothing rolls over.
    expect(await stateOf(buyer)).toMatchObject({
      held: 'team',
      plan: 'team × 2',
      remaining: 200,
      paid: ['20.00', '20.00'],
      pause: null,
    })
    await accounts.passDays(31)
    expect(await stateOf(buyer)).toMatchObject({ remaining: 400, paid: ['20.00', '20.00', '20.00'] })
  })

  it('gives the allowance of one window for each payment after it', async () => {
    const { buyer, accountId } = await subscriber({ plan: 'solo' })
    await pause(buyer)
    await accounts.passDays(41)
    await resume(buyer)
    await untilNextPayment()
    expect(await stateOf(buyer)).toMatchObject({ held: 'solo', remaining: 50, paid: ['4.00', '4.00'] })
    await service.consume({ accountId, feature: 'calls', amount: 50 })
    // Past the date at which the windows before the pause would have ended, and before the next payment.
    await accounts.passDays(provider === 'STRIPE' ? 25 : 15)
    expect(await stateOf(buyer)).toMatchObject({ held: 'solo', remaining: 0, paid: ['4.00', '4.00'] })
    for (const days of [provider === 'STRIPE' ? 6 : 10, 1]) await accounts.passDays(days)
    expect(await stateOf(buyer)).toMatchObject({ held: 'solo', remaining: 50, paid: ['4.00', '4.00', '4.00'] })
  })

  it('ends a trial without a charge, and continues one that is resumed before its end', async () => {
    const { buyer, accountId } = await subscriber({ plan: 'tried' })
    await service.consume({ accountId, feature: 'calls', amount: 120 })
    await pause(buyer)
    expect(await stateOf(buyer)).toMatchObject({ held: 'tried', status: 'TRIALING', remaining: 380, paid: [] })
    await accounts.passDays(20)
    expect(await stateOf(buyer)).toMatchObject({ held: 'free', status: 'PAUSED', plan: 'tried × 1', paid: [] })
    await resume(buyer)
    if (provider === 'PAYPAL')
      expect(await stateOf(buyer)).toMatchObject({ held: 'free', status: 'PAUSED', pause: { resumed: true }, paid: [] })
    await untilNextPayment()
    expect(await stateOf(buyer)).toMatchObject({ held: 'tried', status: 'ACTIVE', paid: ['30.00'], pause: null })

    const { buyer: early } = await subscriber({ plan: 'tried' })
    await pause(early)
    await accounts.passDays(3)
    await resume(early)
    expect(await stateOf(early)).toMatchObject({ held: 'tried', status: 'TRIALING', paid: [], pause: null })
    await accounts.passDays(13)
    expect(await stateOf(early)).toMatchObject({ held: 'tried', status: 'ACTIVE', paid: ['30.00'] })
  })

  it('keeps a scheduled change with other seats, which takes effect in it', async () => {
    const { buyer, accountId } = await subscriber({ plan: 'team', quantity: 2 })
    await service.consume({ accountId, feature: 'calls', amount: 20 })
    expect(await change(server, buyer, 'changePlan', { plan: 'solo', at: 'PERIOD_END' })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    if (provider === 'PAYPAL') await approve(buyer)
    await pause(buyer)
    expect((await accountOf(server, buyer)).subscription?.scheduledChange?.plan.code).toBe('solo')
    await accounts.passDays(40)
    expect(await stateOf(buyer)).toMatchObject({
      held: 'free',
      status: 'PAUSED',
      // PayPal changes it with the next payment.
      plan: provider === 'PAYPAL' ? 'team × 2' : 'solo × 1',
      remaining: 180,
      paid: ['20.00'],
    })
    await resume(buyer)
    await untilNextPayment()
    expect(await stateOf(buyer)).toMatchObject({
      held: 'solo',
      status: 'ACTIVE',
      plan: 'solo × 1',
      paid: ['20.00', '4.00'],
      pause: null,
    })
    await accounts.passDays(32)
    expect(await stateOf(buyer)).toMatchObject({ remaining: 50, paid: ['20.00', '4.00', '4.00'] })
  })

  // PayPal has no use at a price.
  if (provider === 'STRIPE')
    it('charges use at a price of the paid period alone, and neither use nor a minimum in it', async () => {
      const { buyer, accountId } = await subscriber({ plan: 'grow', quantity: 2 })
      await service.consume({ accountId, feature: 'calls', amount: 300 })
      await pause(buyer)
      await accounts.passDays(40)
      expect(await stateOf(buyer)).toMatchObject({ held: 'free', status: 'PAUSED', paid: ['40.00', '10.00'] })
      expect(await service.consume({ accountId, feature: 'calls', amount: 1 })).toMatchObject({ __typename: 'Denial' })
      await resume(buyer)
      // A new period, with a new window.
      expect(await stateOf(buyer)).toMatchObject({ held: 'grow', remaining: 200, paid: ['40.00', '10.00', '40.00'] })
      await accounts.passDays(33)
      // Half of the unused units of two seats have rolled over. The paid window has no use, so that its minimum is on the next invoice.
      expect(await stateOf(buyer)).toMatchObject({ remaining: 300, paid: ['40.00', '10.00', '40.00', '45.00'] })
      await accounts.passDays(31)
      expect((await stateOf(buyer)).paid).toEqual(['40.00', '10.00', '40.00', '45.00', '45.00'])
    })
})
