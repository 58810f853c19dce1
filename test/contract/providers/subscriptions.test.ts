import { mutationText, variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { BuyerBy, pricedTemplate, itWith, PROVIDERS } from './provider.js'

interface Seen {
  readonly plan: { readonly plan: { readonly code: string } }
  readonly subscription: {
    readonly status: string
    readonly provider: string
    readonly quantity: number
    readonly currentPeriodEnd: string
    readonly trialEndsAt: string | null
    readonly cancelAt: string | null
    readonly scheduledChange: { readonly plan: { readonly code: string } } | null
  } | null
}

// Everybody subscribes on 15 January 2026, 10:00, by the month.
describe.each(PROVIDERS)('Subscription ($name)', (provider) => {
  const it = itWith(provider)
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const named = (email: string) => BuyerBy.of(server, provider)(email)
  const seen = async (buyer: BuyerBy): Promise<Seen> => {
    const { plan, billing } = (
      await server.graphql<{ account: Pick<Seen, 'plan'> & { billing: Pick<Seen, 'subscription'> } }>(
        `{ account { plan { plan { code } } billing { subscription { status provider quantity currentPeriodEnd trialEndsAt cancelAt scheduledChange { plan { code } } } } } }`,
        {},
        buyer.token,
      )
    ).data.account
    return { plan, ...billing }
  }
  const change = async (buyer: BuyerBy, mutation: string, input: Record<string, unknown> = {}) => {
    const { data, errors } = await server.graphql<
      Record<string, { __typename: string; code?: string; actionUrl?: string }>
    >(
      mutationText(
        mutation,
        `${mutation === 'changePlan' ? '__typename actionUrl effectiveAt' : ''} denial { __typename code message remedies { kind mutation url } }`,
      ),
      variablesOf(mutation, { idempotencyKey: `${mutation}-${Math.random()}`, ...input }),
      buyer.token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data[mutation]!
  }
  /** Confirms a change on the provider's page if required. */
  const confirmed = async (buyer: BuyerBy, answer: { actionUrl?: string | null }) => {
    if (!answer.actionUrl) return
    const [row] = await server.query<{ external_id: string }>(
      `select s.external_id from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
      [buyer.email],
    )
    await buyer.pay(row!.external_id)
  }
  const payments = async (buyer: BuyerBy) =>
    (
      await server.query<{ at: Date; amount: number; until: Date; status: string }>(
        `select purchased_at as at, amount_minor::int as amount, expires_at as until, status from purchase p
         join account a on a.id = p.account_id where a.external_id = $1 order by purchased_at`,
        [buyer.email],
      )
    ).map(
      ({ at, amount, until, status }) =>
        `${at.toISOString().slice(0, 10)} ${amount} ${until.toISOString().slice(0, 10)} ${status}`,
    )
  const moments = async (buyer: BuyerBy) =>
    (
      await server.query<{ type: string; at: Date }>(
        `select e.type, e.at from stream_event e join account a on a.id = e.stream_id
         where a.external_id = $1 and e.type like 'subscription.%' order by e.sequence`,
        [buyer.email],
      )
    ).map(({ type, at }) => `${at.toISOString().slice(0, 10)} ${type}`)

  /** Plans failures of the next payments of the only subscription. */
  const failNext = async (times: number) => {
    const [row] = await server.query<{ external_id: string; customer_id: string }>(
      `select s.external_id, c.customer_id from billing_subscription s
         join billing_customer c on c.account_id = s.account_id and c.provider = s.provider`,
    )
    const payer = await provider.payerOf(server, { customerId: row!.customer_id, subscriptionId: row!.external_id })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: payer, times })
  }

  it(`renews monthly, with one record per payment (${provider.name})`, async () => {
    const buyer = await named('renews@example.com')
    await buyer.buy('startSubscription', { plan: 'plus', quantity: 1 })
    await server.advanceTo('2026-03-20T00:00:00Z')
    expect(await seen(buyer)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', provider: provider.name, currentPeriodEnd: '2026-04-15T10:00:00.000Z' },
    })
    expect(await payments(buyer)).toEqual([
      '2026-01-15 2000 2026-02-15 PAID',
      '2026-02-15 2000 2026-03-15 PAID',
      '2026-03-15 2000 2026-04-15 PAID',
    ])
    expect(await moments(buyer)).toEqual([
      '2026-01-15 subscription.activated',
      '2026-02-15 subscription.renewed',
      '2026-03-15 subscription.renewed',
    ])
  })

  it(`charges yearly prices and quantities, and applies changes from the next period (${provider.name})`, async () => {
    const buyer = await named('yearly@example.com')
    const servers = async () =>
      (
        await server.graphql<{ check: { entitlement: { limit: number } } }>(
          `{ check(feature: "managed_servers", amount: 1) { entitlement { limit } } }`,
          {},
          buyer.token,
        )
      ).data.check.entitlement.limit
    const quantity = async (wanted: number) => {
      const answer = await change(buyer, 'changePlan', { plan: 'basic', quantity: wanted, at: 'PERIOD_END' })
      expect(answer).toMatchObject({ __typename: 'PlanChangePayload' })
      await confirmed(buyer, answer)
      await eventually(
        () => seen(buyer),
        ({ subscription }) => subscription?.scheduledChange !== null,
      )
    }
    await buyer.buy('startSubscription', { plan: 'basic', interval: { unit: 'YEAR', count: 1 }, quantity: 3 })
    expect(await payments(buyer)).toEqual(['2026-01-15 30000 2027-01-15 PAID'])
    expect([(await seen(buyer)).subscription!.quantity, await servers()]).toEqual([3, 3])
    await quantity(5)
    expect([(await seen(buyer)).subscription!.quantity, await servers()]).toEqual([3, 3])
    await server.advanceTo('2027-01-16T00:00:00Z')
    expect([(await seen(buyer)).subscription!.quantity, await servers()]).toEqual([5, 5])
    await quantity(1)
    expect([(await seen(buyer)).subscription!.quantity, await servers()]).toEqual([5, 5])
    await server.advanceTo('2028-01-16T00:00:00Z')
    expect([(await seen(buyer)).subscription!.quantity, await servers()]).toEqual([1, 1])
    expect(await payments(buyer)).toEqual([
      '2026-01-15 30000 2027-01-15 PAID',
      '2027-01-15 50000 2028-01-15 PAID',
      '2028-01-15 10000 2029-01-15 PAID',
    ])
  })

  it(`continues until the period end after a cancellation, can be resumed, and ends on time (${provider.name})`, async () => {
    const buyer = await named('leaves@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    expect(await change(buyer, 'cancelSubscription')).toMatchObject({ __typename: 'BillingSubscription' })
    expect(await seen(buyer)).toMatchObject({
      subscription: { status: 'ACTIVE', cancelAt: '2026-02-15T10:00:00.000Z' },
    })
    await server.advanceTo('2026-02-01T00:00:00Z')
    expect(await change(buyer, 'resumeSubscription')).toMatchObject({ __typename: 'BillingSubscription' })
    expect(await seen(buyer)).toMatchObject({ subscription: { status: 'ACTIVE', cancelAt: null } })
    await server.advanceTo('2026-02-20T00:00:00Z')
    expect((await payments(buyer)).length).toBe(2)

    expect(await change(buyer, 'cancelSubscription', { reason: 'too dear' })).toMatchObject({
      __typename: 'BillingSubscription',
    })
    await server.advanceTo('2026-03-15T09:59:59Z')
    expect(await seen(buyer)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', cancelAt: '2026-03-15T10:00:00.000Z' },
    })
    await server.advanceTo('2026-03-15T10:00:00Z')
    expect(await seen(buyer)).toEqual({ plan: { plan: { code: 'free' } }, subscription: null })
    await server.advanceTo('2026-05-01T00:00:00Z')
    expect((await payments(buyer)).length).toBe(2)
    expect((await moments(buyer)).slice(-1)).toEqual(['2026-03-15 subscription.canceled'])
  })

  it(`ends immediately and credits the unused time when canceled now (${provider.name})`, async () => {
    const buyer = await named('goes@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    expect(await change(buyer, 'cancelSubscription', { at: 'NOW' })).toMatchObject({
      __typename: 'BillingSubscription',
    })
    expect(await seen(buyer)).toEqual({ plan: { plan: { code: 'free' } }, subscription: null })
    await server.advanceTo('2026-03-01T00:00:00Z')
    // All of the time is unused. Stripe keeps the credit for it, PayPal has no balance.
    const status = provider.name === 'PAYPAL' ? 'REFUNDED' : 'PAID'
    expect(await payments(buyer)).toEqual([`2026-01-15 2000 2026-02-15 ${status}`])
    // The plan can be subscribed to again.
    await buyer.buy('startSubscription', { plan: 'basic' })
    expect((await seen(buyer)).plan.plan.code).toBe('basic')
  })

  it(`changes to another plan at the period end without an earlier charge (${provider.name})`, async () => {
    const buyer = await named('smaller@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    const answer = await change(buyer, 'changePlan', { plan: 'basic', at: 'PERIOD_END' })
    expect(answer).toMatchObject({ __typename: 'PlanChangePayload', effectiveAt: '2026-02-15T10:00:00.000Z' })
    await confirmed(buyer, answer)
    await eventually(
      () => seen(buyer),
      ({ subscription }) => subscription?.scheduledChange?.plan.code === 'basic',
    )
    expect(await seen(buyer)).toMatchObject({ plan: { plan: { code: 'plus' } } })
    await server.advanceTo('2026-02-15T09:59:59Z')
    expect(await seen(buyer)).toMatchObject({ plan: { plan: { code: 'plus' } } })
    await server.advanceTo('2026-02-16T00:00:00Z')
    expect(await seen(buyer)).toMatchObject({
      plan: { plan: { code: 'basic' } },
      subscription: { status: 'ACTIVE', scheduledChange: null, currentPeriodEnd: '2026-03-15T10:00:00.000Z' },
    })
    expect((await payments(buyer)).map((line) => line.split(' ')[1])).toEqual(['2000', '1000'])
  })

  it.each([
    ['a higher plan', { plan: 'individual' }, { plan: 'individual', quantity: 1, paid: '4000' }],
    ['more of the same', { plan: 'plus', quantity: 3 }, { plan: 'plus', quantity: 3, paid: '6000' }],
  ])(
    `%s at the period end waits for its first payment; the earlier plan stays in grace (${provider.name})`,
    async (what, to, after) => {
      const buyer = await named(`${what.replaceAll(' ', '-')}@example.com`)
      await buyer.buy('startSubscription', { plan: 'plus' })
      const answer = await change(buyer, 'changePlan', { ...to, at: 'PERIOD_END' })
      expect(answer).toMatchObject({ __typename: 'PlanChangePayload', effectiveAt: '2026-02-15T10:00:00.000Z' })
      await confirmed(buyer, answer)
      await eventually(
        () => seen(buyer),
        ({ subscription }) => subscription?.scheduledChange?.plan.code === after.plan,
      )
      await failNext(1)
      await server.advanceTo('2026-02-15T12:00:00Z')
      expect(await seen(buyer)).toMatchObject({
        plan: { plan: { code: 'plus' } },
        subscription: { status: 'PAST_DUE', quantity: 1, scheduledChange: { plan: { code: after.plan } } },
      })
      expect((await payments(buyer)).length).toBe(1)
      await server.advanceTo('2026-02-24T00:00:00Z')
      expect(await seen(buyer)).toMatchObject({
        plan: { plan: { code: after.plan } },
        subscription: { status: 'ACTIVE', quantity: after.quantity, scheduledChange: null },
      })
      expect((await payments(buyer)).map((line) => line.split(' ')[1])).toEqual(['2000', after.paid])
    },
  )

  it(`ends with the earlier plan if a higher plan at the period end is never paid (${provider.name})`, async () => {
    const buyer = await named('never@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    await confirmed(buyer, await change(buyer, 'changePlan', { plan: 'individual', at: 'PERIOD_END' }))
    await eventually(
      () => seen(buyer),
      ({ subscription }) => subscription?.scheduledChange?.plan.code === 'individual',
    )
    await failNext(10)
    for (const moment of ['2026-02-15T12:00:00Z', '2026-02-20T12:00:00Z', '2026-02-24T00:00:00Z']) {
      await server.advanceTo(moment)
      expect((await seen(buyer)).plan.plan.code).toBe('plus')
    }
    await server.advanceTo('2026-03-10T00:00:00Z')
    expect((await seen(buyer)).plan.plan.code).toBe('free')
    expect((await payments(buyer)).length).toBe(1)
  })

  it(`is past due with entitlements in the grace period, and without them afterwards (${provider.name})`, async () => {
    const buyer = await named('broke@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    await failNext(10)
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await seen(buyer)).toMatchObject({ plan: { plan: { code: 'plus' } }, subscription: { status: 'PAST_DUE' } })
    await server.advanceTo('2026-02-24T00:00:00Z')
    expect(await seen(buyer)).toMatchObject({ plan: { plan: { code: 'plus' } } })
    await server.advanceTo('2026-02-26T00:00:00Z')
    expect((await seen(buyer)).plan.plan.code).toBe('free')
    expect((await payments(buyer)).length).toBe(1)
    const notices = await server.query<{ kind: string }>(`select kind from billing_notice order by id`)
    expect(notices.filter(({ kind }) => kind === 'PAYMENT_FAILED').length).toBeGreaterThanOrEqual(2)
    expect(notices.filter(({ kind }) => kind === 'ACCESS_ENDED')).toHaveLength(1)
    expect(
      (await moments(buyer)).filter((line) => /past_due|access_ended/.test(line)).map((line) => line.split(' ')[1]),
    ).toEqual(['subscription.past_due', 'subscription.access_ended'])
  })

  it(`keeps the plan if paid within the grace period (${provider.name})`, async () => {
    const buyer = await named('late@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    await failNext(1)
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await seen(buyer)).toMatchObject({ subscription: { status: 'PAST_DUE' } })
    await server.advanceTo('2026-02-24T00:00:00Z')
    expect(await seen(buyer)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', currentPeriodEnd: '2026-03-15T10:00:00.000Z' },
    })
    expect((await payments(buyer)).length).toBe(2)
    // Stripe begins the new period before it has tried to collect it.
    const published = (await moments(buyer))
      .map((line) => line.split(' ')[1])
      .filter((type) => type !== 'subscription.renewed')
    expect(published).toEqual(['subscription.activated', 'subscription.past_due', 'subscription.recovered'])
  })

  it(`grants a monthly template only while it is paid (${provider.name})`, async () => {
    const templateId = await pricedTemplate(server, 'uptime-kuma', {
      amountMinor: 700,
      interval: { unit: 'MONTH', count: 1 },
    })
    const buyer = await named('template@example.com')
    await buyer.buy('purchaseTemplate', { templateId })
    expect((await buyer.account()).purchasedTemplates).toEqual([{ slug: 'uptime-kuma' }])
    await server.advanceTo('2026-02-20T00:00:00Z')
    expect(await buyer.account()).toMatchObject({
      purchasedTemplates: [{ slug: 'uptime-kuma' }],
      purchases: { totalCount: 2 },
    })
    const [row] = await server.query<{ external_id: string }>(`select external_id from product_subscription`)
    await provider.endThere(server, row!.external_id)
    await server.advanceTo('2026-03-17T00:00:00Z')
    await buyer.buyerWhen(({ purchasedTemplates }) => purchasedTemplates.length === 0)
    expect((await buyer.account()).purchases.totalCount).toBe(2)
  })

  it(`has no drift afterwards (${provider.name})`, async () => {
    const buyers = await Promise.all(['stays', 'ends', 'ended', 'plans'].map((name) => named(`${name}@example.com`)))
    for (const buyer of buyers) await buyer.buy('startSubscription', { plan: 'plus' })
    await change(buyers[1]!, 'cancelSubscription')
    await change(buyers[2]!, 'cancelSubscription', { at: 'NOW' })
    await confirmed(buyers[3]!, await change(buyers[3]!, 'changePlan', { plan: 'basic', at: 'PERIOD_END' }))
    await eventually(
      () => seen(buyers[3]!),
      ({ subscription }) => subscription?.scheduledChange !== null,
    )
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const reconcile = async (heal: boolean) =>
      (
        await server.graphql<{
          reconcile: {
            checkedCount: number
            error: string | null
            drift: { nodes: { kind: string; object: string; healed: boolean }[] }
          }
        }>(
          `mutation ($input: ReconcileInput!, $key: String!) { reconcile(input: $input, key: $key) { reconciliationRun { checkedCount error drift { nodes { kind object healed } } } } }`,
          { input: { provider: provider.name, heal }, key: randomUUID() },
          operator,
        )
      ).data.reconcile
    // The last webhooks are still on their way.
    const clean = await eventually(
      () => reconcile(false),
      ({ drift }) => drift.nodes.length === 0,
    )
    expect(clean).toMatchObject({ error: null, drift: { nodes: [] } })
    expect(clean.checkedCount).toBeGreaterThan(4)
    for (const moment of ['2026-02-10T00:00:00Z', '2026-02-15T09:30:00Z', '2026-02-16T00:00:00Z']) {
      await server.advanceTo(moment)
      expect(await reconcile(false)).toMatchObject({ error: null, drift: { nodes: [] } })
    }
    // A subscription that is missing here, and a plan that was never granted.
    const [stays] = await server.query<{ id: string }>(
      `select s.id from billing_subscription s join account a on a.id = s.account_id where a.external_id = 'stays@example.com'`,
    )
    await server.query(`update plan_assignment set ended_at = now() where source_id = $1 and ended_at is null`, [
      stays!.id,
    ])
    const found = await reconcile(true)
    expect(found.drift.nodes).toMatchObject([{ kind: 'PAID_NOT_GRANTED', healed: true }])
    expect((await seen(buyers[0]!)).plan.plan.code).toBe('plus')
    expect(await reconcile(false)).toMatchObject({ drift: { nodes: [] } })
  })
})

// The catalog whose plans have a trial of fourteen days, and are paid by the seat.
describe.each(PROVIDERS)('Trial and seats ($name)', (provider) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG: 'agileforge' } })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it(`grants the plan immediately, free until the trial's end, once per account, and then charges (${provider.name})`, async () => {
    const buyer = await BuyerBy.of(server, provider)('trial@example.com')
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 14 })
    const read = async () =>
      (
        await server.graphql<{
          account: {
            billing: { subscription: { status: string; trialEndsAt: string | null; currentPeriodEnd: string } }
          }
        }>(`{ account { billing { subscription { status trialEndsAt currentPeriodEnd } } } }`, {}, buyer.token)
      ).data.account.billing.subscription
    expect(await read()).toMatchObject({ status: 'TRIALING', trialEndsAt: '2026-02-15T08:00:00.000Z' })
    expect(await buyer.account()).toMatchObject({ plan: { plan: { code: 'professional' } }, purchases: { nodes: [] } })
    await server.advanceTo('2026-02-16T00:00:00Z')
    expect(await read()).toMatchObject({ status: 'ACTIVE', currentPeriodEnd: '2026-03-15T08:00:00.000Z' })
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 1)
    expect(records.purchases.nodes[0]).toMatchObject({ status: 'PAID', money: { amountMinor: 1000 } })
    await server.graphql(`mutation { cancelSubscription(at: NOW, key: "end") { denial { code } } }`, {}, buyer.token)
    expect(await buyer.start('startSubscription', { plan: 'professional', trialDays: 14 })).toMatchObject({
      code: 'TRIAL_NOT_AVAILABLE',
    })
  })

  it(`charges and grants a credit pack once, in its own currency (${provider.name})`, async () => {
    const buyer = await BuyerBy.of(server, provider)('pack@example.com')
    const page = await buyer.buy('purchasePackage', { package: 'stories_50', quantity: 2 })
    await buyer.confirm(page.providerReference)
    expect((await buyer.account()).purchases.nodes).toMatchObject([
      {
        status: 'PAID',
        money: { amountMinor: 1000, currency: 'GBP' },
        product: { code: 'stories_50', type: 'PACKAGE' },
      },
    ])
    const grants = await server.query(
      `select g.amount::int as amount from credit_grant g join account a on a.id = g.account_id where a.external_id = $1`,
      [buyer.email],
    )
    expect(grants).toEqual([{ amount: 100 }])
  })
})
