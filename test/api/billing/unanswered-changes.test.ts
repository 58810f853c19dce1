import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  accountOf,
  change,
  eventsOf,
  waitForInvoices,
  stripeObject,
  subscribe,
  type Subscriber,
} from '#test/support/subscribers.js'
import { sweepChanges } from '#services/billing/subscriptions/changes/sweep-changes.js'

describe('Change with a provider error', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(() => server.close())

  /** The provider stores its error under the idempotency key and repeats it for 24 hours. */
  const storedError = async ({ externalId }: Subscriber, times = 1) =>
    server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: `/v1/subscriptions/${externalId}` },
      action: '500',
      stored: true,
      times,
    })
  const upgradeInVain = async (email: string): Promise<Subscriber> => {
    const person = await subscribe(server, email, { plan: 'plus' })
    await storedError(person)
    const upgrade = { plan: 'individual', idempotencyKey: `upgrade-${email}` }
    expect(await change(server, person, 'changePlan', upgrade)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    return person
  }

  it("is executed once, by the next attempt with the caller's key", async () => {
    const ann = await upgradeInVain('ann@example.com')
    const again = { plan: 'individual', idempotencyKey: 'upgrade-ann@example.com' }
    expect(await change(server, ann, 'changePlan', again)).toMatchObject({
      __typename: 'PlanChangePayload',
      subscription: { plan: { code: 'individual' } },
    })
    expect(await waitForInvoices(server, ann)).toHaveLength(2)
  })

  it('is executed by the sweeper and blocks nothing afterwards', async () => {
    const bob = await upgradeInVain('bob@example.com')
    await sweepChanges(server.app.context, 0)
    expect((await accountOf(server, bob)).plan.plan.code).toBe('individual')
    expect(await change(server, bob, 'changePlan', { plan: 'individual', quantity: 2 })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
  })

  it('never blocks a cancellation: the renewal is not charged, and the earlier request is dropped', async () => {
    const carl = await upgradeInVain('carl@example.com')
    expect(await change(server, carl, 'cancelSubscription')).toMatchObject({ cancelAt: '2026-02-15T10:00:00.000Z' })
    expect(await eventsOf(server, carl, 'subscription.change_superseded')).toHaveLength(1)
    await sweepChanges(server.app.context, 0)
    expect((await accountOf(server, carl)).subscription).toMatchObject({
      plan: { code: 'plus' },
      cancelAt: '2026-02-15T10:00:00.000Z',
    })
    expect(await waitForInvoices(server, carl)).toEqual([2000])
  })

  it('executes a second cancellation after a first one failed', async () => {
    const dora = await subscribe(server, 'dora@example.com', { plan: 'plus' })
    await storedError(dora)
    expect(await change(server, dora, 'cancelSubscription')).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    expect(await change(server, dora, 'cancelSubscription')).toMatchObject({ cancelAt: '2026-02-15T10:00:00.000Z' })
  })

  it('is dropped after its time limit and can be requested again', async () => {
    const eve = await upgradeInVain('eve@example.com')
    await server.query(
      `update subscription_change set recorded_at = now() - interval '16 minutes', attempt = greatest(attempt, 1)
       where account_id = $1 and status = 'REQUESTED'`,
      [eve.accountId],
    )
    await sweepChanges(server.app.context, 0)
    expect((await accountOf(server, eve)).plan.plan.code).toBe('plus')
    expect(await waitForInvoices(server, eve)).toEqual([2000])
    expect(await eventsOf(server, eve, 'subscription.change_failed')).toHaveLength(1)
    const again = { plan: 'individual', idempotencyKey: 'upgrade-eve@example.com' }
    expect(await change(server, eve, 'changePlan', again)).toMatchObject({ __typename: 'PlanChangePayload' })
  })

  it('drops the change that waits for confirmation when the subscription is canceled', async () => {
    const fred = await subscribe(server, 'fred@example.com', { plan: 'plus', card: '4000002760003184' })
    expect(await change(server, fred, 'changePlan', { plan: 'individual' })).toMatchObject({
      actionUrl: expect.stringMatching(/^http/),
    })
    expect(await change(server, fred, 'cancelSubscription')).toMatchObject({ cancelAt: '2026-02-15T10:00:00.000Z' })
    const open = await server.query(
      `select 1 from subscription_change where account_id = $1 and status = 'REQUIRES_CONFIRMATION'`,
      [fred.accountId],
    )
    expect(open).toEqual([])
    const { data } = await stripeObject<{ data: { status: string }[] }>(server, `invoices?customer=${fred.customerId}`)
    expect(data.map(({ status }) => status)).toEqual(['void', 'paid'])
  })
})

describe('Two tabs that start two plans concurrently', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('opens one page, and returns a page or a denial with a remedy for the other', async () => {
    for (const name of ['ann', 'bob', 'carl', 'dora']) {
      const token = await server.token(`${name}@example.com`)
      const start = async (plan: string) =>
        (
          await server.graphql<{ startSubscription: { __typename: string; code?: string; remedies?: unknown[] } }>(
            `mutation ($plan: String!, $key: String!) {
              startSubscription(input: { provider: STRIPE, plan: $plan }, key: $key) { checkout { __typename status } denial { __typename code remedies { mutation input } } }
            }`,
            { plan, key: `${name}-${plan}` },
            token,
          )
        ).data.startSubscription
      const answers = await Promise.all([start('basic'), start('plus')])
      expect(answers.map(({ code }) => code).filter((code) => code && code !== 'CHECKOUT_CONFLICT')).toEqual([])
      expect(answers.filter(({ __typename }) => __typename === 'Checkout').length).toBeGreaterThanOrEqual(1)
      // The denied mutation is sent again without a change.
      for (const { code, remedies } of answers) if (code) expect(remedies).toEqual([{ mutation: null, input: {} }])
    }
    expect(server.logLines.filter((line) => line.includes('checkout creation failed'))).toEqual([])
  })
})
