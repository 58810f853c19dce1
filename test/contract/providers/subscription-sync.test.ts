import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { BuyerBy, PROVIDERS, type AnyEvent } from './provider.js'

interface Changed {
  readonly __typename: string
  readonly id?: string
  readonly code?: string
  readonly status?: string
  readonly cancelAt?: string | null
}

// 15 January 2026, 10:00: everybody subscribes by the month, so the first period ends on 15 February, 10:00.
describe.each(PROVIDERS)("Subscription copy and the provider's state ($name)", (provider) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const subscriber = async (email: string, plan = 'plus') => {
    const buyer = await BuyerBy.of(server, provider)(email)
    await buyer.buy('startSubscription', { plan })
    // Its events also arrive and would overwrite the test's changes.
    await eventually(
      () => server.query(`select 1 from inbox_object where pending`),
      (open) => open.length === 0,
      20_000,
    )
    return { buyer, ...(await rowOf(email)) }
  }
  const rowOf = async (email: string) =>
    (
      await server.query<{ id: string; external_id: string; account_id: string; status: string }>(
        `select s.id, s.external_id, s.account_id, s.status from billing_subscription s join account a on a.id = s.account_id
         where a.external_id = $1 order by s.id desc`,
        [email],
      )
    )[0]!
  const planOf = async (buyer: BuyerBy) => (await buyer.account()).plan.plan.code
  const publish = async (event: AnyEvent, until: string) => {
    expect((await provider.send(server, event)).status).toBe(200)
    const [row] = await eventually(
      () =>
        server.query<{ state: string; state_reason: string | null }>(
          `select state, state_reason from inbox_event where event_id = $1`,
          [event.id],
        ),
      ([seen]) => seen?.state === until,
      20_000,
    )
    return row!
  }
  const cancel = async (buyer: BuyerBy, input: Record<string, unknown> = {}, token = buyer.token): Promise<Changed> => {
    const { data, errors } = await server.graphql<{ cancelSubscription: Changed }>(
      `mutation ($accountId: ID, $at: ChangeTime, $key: String!, $reason: String) {
        cancelSubscription(accountId: $accountId, at: $at, key: $key, reason: $reason) {
          subscription { __typename id status cancelAt }
          denial { __typename code message remedies { kind mutation } }
        }
      }`,
      { key: `cancel-${Math.random()}`, ...input },
      token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.cancelSubscription
  }

  it(`fetches the subscription for an end event, and trusts only the fetched state (${provider.name})`, async () => {
    const { buyer, external_id: id } = await subscriber('claimed@example.com')
    await publish(provider.claimOfEnd(id), 'PROCESSED')
    expect(await planOf(buyer)).toBe('plus')
    expect((await rowOf(buyer.email)).status).toBe('ACTIVE')
  })

  it(`uses the recorded price, not the event's, and grants nothing for an unknown price (${provider.name})`, async () => {
    const { buyer, id, external_id: external } = await subscriber('priced@example.com', 'basic')
    await publish(provider.claimOfChange(external), 'PROCESSED')
    expect(await planOf(buyer)).toBe('basic')
    await server.query(
      `update provider_price set external_id = external_id || '_gone' where provider = $2 and price_id = (
         select price_id from subscription_item where subscription_id = $1)`,
      [id, provider.name],
    )
    const { state_reason: reason } = await publish(provider.claimOfChange(external), 'DEAD')
    expect(reason).toMatch(/price \S+ of subscription \S+ is not in the catalog/)
    expect(await planOf(buyer)).toBe('basic')
    await server.query(`update provider_price set external_id = replace(external_id, '_gone', '')`)
  })

  it(`binds account, subscription and plan by a paid page, and publishes it once (${provider.name})`, async () => {
    const { account_id: account, id } = await subscriber('bound@example.com')
    const [row] = await server.query(
      `select s.provider, s.status, p.code, s.current_period_end, c.customer_id is not null as has_customer from billing_subscription s
       join plan_version v on v.id = s.plan_version_id join plan p on p.id = v.plan_id join billing_customer c on c.account_id = s.account_id and c.provider = s.provider where s.id = $1`,
      [id],
    )
    expect(row).toMatchObject({
      provider: provider.name,
      status: 'ACTIVE',
      code: 'plus',
      has_customer: true,
      current_period_end: new Date('2026-02-15T10:00:00Z'),
    })
    const notifier = await eventually(
      () =>
        server.query<{ type: string }>(`select type from outbox_event where account_id = $1 order by type`, [account]),
      (rows) => rows.length >= 4,
    )
    expect(notifier.map(({ type }) => type)).toEqual([
      'checkout.completed',
      'checkout.started',
      'purchase.paid',
      'subscription.activated',
    ])
  })

  it(`creates a second subscription for a returning customer, and keeps the first one ended (${provider.name})`, async () => {
    const { buyer, external_id: first } = await subscriber('returns@example.com')
    expect(await cancel(buyer, { at: 'NOW' })).toMatchObject({ status: 'CANCELED' })
    await buyer.buy('startSubscription', { plan: 'plus' })
    const rows = await server.query<{ external_id: string; status: string }>(
      `select s.external_id, s.status from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1 order by s.id`,
      [buyer.email],
    )
    expect(rows.map(({ status }) => status)).toEqual(['CANCELED', 'ACTIVE'])
    expect(new Set([first, ...rows.map(({ external_id: id }) => id)]).size).toBe(2)
    await publish(provider.claimOfEnd(first), 'PROCESSED')
    expect(await planOf(buyer)).toBe('plus')
  })

  it(`defers an event of an unknown customer until it is recorded (${provider.name})`, async () => {
    const { buyer, id, external_id: external, account_id: account } = await subscriber('unknown@example.com')
    const [customer] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [account],
    )
    await server.query(`update billing_customer set customer_id = null where account_id = $1`, [account])
    await server.query(`delete from plan_assignment where account_id = $1`, [account])
    await server.query(`delete from subscription_item where subscription_id = $1`, [id])
    await server.query(`delete from billing_subscription where id = $1`, [id])
    const event = provider.claimOfChange(external)
    await publish(event, 'DEFERRED')
    await server.query(`update billing_customer set customer_id = $2 where account_id = $1`, [
      account,
      customer!.customer_id,
    ])
    await eventually(
      () => server.query<{ state: string }>(`select state from inbox_event where event_id = $1`, [event.id]),
      ([row]) => row?.state === 'PROCESSED',
      10_000,
    )
    expect(await planOf(buyer)).toBe('plus')
  })

  it(`falls back to the free plan when ended and refunded at the provider, despite a scheduled change (${provider.name})`, async () => {
    const { buyer, external_id: external, account_id: account } = await subscriber('ended@example.com')
    const { data } = await server.graphql<{ changePlan: { __typename: string; actionUrl: string | null } }>(
      `mutation { changePlan(input: { plan: "basic", at: PERIOD_END }, key: "less") { __typename actionUrl } }`,
      {},
      buyer.token,
    )
    if (data.changePlan.actionUrl) await buyer.pay(external)
    await eventually(
      () => server.query<{ status: string }>(`select status from subscription_change where account_id = $1`, [account]),
      ([row]) => row?.status === 'SCHEDULED',
    )
    await provider.refundThere(server, await buyer.paymentOf((await buyer.account()).purchases.nodes[0]!.id))
    await provider.endThere(server, external).catch(() => undefined) // the refund may have ended it already
    await buyer.buyerWhen(({ plan }) => plan.plan.code === 'free')
    await eventually(
      () =>
        server.query<{ status: string }>(
          `select status from subscription_change where account_id = $1 and kind = 'PLAN'`,
          [account],
        ),
      ([row]) => row?.status === 'SUPERSEDED',
    )
    const { data: seen } = await server.graphql<{
      account: { billing: { subscription: null; events: { nodes: { type: string }[] } } }
    }>(
      `{ account { billing { subscription { id } events(types: ["subscription.canceled"]) { nodes { type } } } } }`,
      {},
      buyer.token,
    )
    expect([seen.account.billing.subscription, seen.account.billing.events.nodes.length]).toEqual([null, 1])
  })

  it(`cancels once for five concurrent requests, and denies the key for another request (${provider.name})`, async () => {
    const { buyer, account_id: account } = await subscriber('five@example.com')
    const answers = await Promise.all(Array.from({ length: 5 }, () => cancel(buyer)))
    expect(answers.some(({ cancelAt }) => cancelAt === '2026-02-15T10:00:00.000Z')).toBe(true)
    for (const answer of answers) if (answer.__typename === 'Denial') expect(answer.code).toBe('SUBSCRIPTION_CONFLICT')
    const noted = await server.query(
      `select 1 from subscription_change where account_id = $1 and kind = 'CANCEL' and status in ('APPLIED', 'SCHEDULED')`,
      [account],
    )
    expect(noted).toHaveLength(1)
    const { buyer: once } = await subscriber('once@example.com')
    const first = await cancel(once, { key: 'once' })
    expect(await cancel(once, { key: 'once' })).toEqual(first)
    expect(await cancel(once, { key: 'once', at: 'NOW' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' })
  })

  it(`keeps a cancellation without a provider response, and executes it once with the same key (${provider.name})`, async () => {
    const { buyer, external_id: external } = await subscriber('silent@example.com')
    await server.sandboxControl('POST', 'faults', {
      match: { path: provider.endPath(external) },
      action: 'drop_before',
      times: 6,
    })
    expect(await cancel(buyer, { at: 'NOW', key: 'silent' })).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      remedies: [{ kind: 'WAIT' }],
    })
    const { data } = await server.graphql(`{ operation(key: "silent") { status } }`, {}, buyer.token)
    expect(data).toEqual({ operation: { status: 'UNKNOWN' } })
    await server.sandboxControl('DELETE', 'faults')
    expect(await cancel(buyer, { at: 'NOW', key: 'silent' })).toMatchObject({ status: 'CANCELED' })
    expect(await planOf(buyer)).toBe('free')
    expect(await cancel(buyer)).toMatchObject({ code: 'NO_ACTIVE_SUBSCRIPTION' })
    expect(server.logLines.join('')).toMatch(/Subscription sub_\w+ canceled, downgraded to free/)
  })

  it(`denies canceling to other users and to members (${provider.name})`, async () => {
    const { buyer } = await subscriber('target@example.com')
    const stranger = await server.token('stranger@example.com')
    await expect(cancel(buyer, { accountId: `person:${buyer.email}` }, stranger)).rejects.toThrow('NOT_FOUND')
    const admin = await server.token('owner@example.com', { communityId: '7', communityRole: 'admin' })
    await server.graphql(`{ viewer { account { id } } }`, {}, admin)
    const member = await server.token('guest@example.com', { communityId: '7', communityRole: 'member' })
    await expect(cancel(buyer, { accountId: 'community:7' }, member)).rejects.toThrow('FORBIDDEN')
  })
})
