import { CHECKOUTS_PER_MINUTE } from '#services/billing/model/checkout-rate.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { BuyerBy, callsTo, PROVIDERS } from './provider.js'

/** URL at which a buyer ends after the payment, through our return page if the provider redirects there. */
async function goesBackTo(url: string): Promise<string> {
  if (!url.includes('/billing/return/')) return url
  const response = await fetch(url, { redirect: 'manual' })
  return response.headers.get('location') ?? `${response.status}`
}

describe.each(PROVIDERS)('Checkout rules of the agileforge catalog ($name)', (provider) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG: 'agileforge' } })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const named = (email: string) => BuyerBy.of(server, provider)(email)
  const posts = async () => (await callsTo(server, provider, 'POST')).length

  it.each([
    ['an unknown package', 'purchasePackage', { package: 'stories_9' }, 'NOT_FOR_SALE'],
    ['a plan as a package', 'purchasePackage', { package: 'professional_monthly' }, 'NOT_FOR_SALE'],
    ['an add-on without a plan', 'purchasePackage', { package: 'extra_storage' }, 'BASE_SUBSCRIPTION_REQUIRED'],
    ['enterprise as a package', 'purchasePackage', { package: 'enterprise' }, 'CONTACT_REQUIRED'],
    ['enterprise as a plan', 'startSubscription', { plan: 'enterprise' }, 'CONTACT_REQUIRED'],
    ['another currency', 'purchasePackage', { package: 'stories_50', currency: 'JPY' }, 'INVALID_PRICE'],
    ['none of it', 'purchasePackage', { package: 'stories_50', quantity: 0 }, 'INVALID_AMOUNT'],
    ['too many of it', 'purchasePackage', { package: 'stories_50', quantity: 101 }, 'INVALID_AMOUNT'],
    ['a longer trial', 'startSubscription', { plan: 'professional', trialDays: 15 }, 'TRIAL_NOT_AVAILABLE'],
    ['a negative trial', 'startSubscription', { plan: 'professional', trialDays: -1 }, 'TRIAL_NOT_AVAILABLE'],
  ] as const)(`denies %s without calling the provider (${provider.name})`, async (_what, mutation, input, code) => {
    const buyer = await named('refused@example.com')
    const before = await posts()
    expect(await buyer.start(mutation, input)).toMatchObject({ code })
    expect(await posts()).toBe(before)
    expect((await buyer.account()).purchases.totalCount).toBe(0)
  })

  it(`denies a caller without permission to spend the account's money (${provider.name})`, async () => {
    const of = async (email: string, role: 'admin' | 'member') =>
      new BuyerBy(server, await server.token(email, { communityId: '7', communityRole: role }), email, provider.name)
    const admin = await of('owner@example.com', 'admin')
    await admin.account()
    const before = await posts()
    await expect(
      (await of('guest@example.com', 'member')).start('purchasePackage', { package: 'stories_50' }),
    ).rejects.toThrow('FORBIDDEN')
    await expect(
      (await named('stranger@example.com')).start('purchasePackage', {
        package: 'stories_50',
        accountId: 'community:7',
      }),
    ).rejects.toThrow('NOT_FOUND')
    expect(await posts()).toBe(before)
    expect(await admin.start('purchasePackage', { package: 'stories_50' })).toMatchObject({ __typename: 'Checkout' })
  })

  it(`denies too many checkouts per minute with a retry time, and does not count a repeated key (${provider.name})`, async () => {
    const buyer = await named('eager@example.com')
    type Answer = { __typename: string; code: string; retryAfterSeconds?: number }
    const ask = (plan: string, unit: 'MONTH' | 'YEAR', key: string) =>
      buyer.start<Answer>('startSubscription', { plan, interval: { unit }, idempotencyKey: key })
    let limited: Answer | null = null
    let requested = 0
    while (!limited && requested < CHECKOUTS_PER_MINUTE + 5) {
      const plan = requested % 2 === 0 ? 'professional' : 'business'
      const answer = await ask(plan, requested % 4 < 2 ? 'MONTH' : 'YEAR', `eager-${requested}`)
      if (answer.code === 'RATE_LIMITED') limited = answer
      else requested += 1
    }
    expect(requested).toBe(CHECKOUTS_PER_MINUTE)
    expect(limited).toMatchObject({ code: 'RATE_LIMITED' })
    expect(limited!.retryAfterSeconds).toBeGreaterThan(0)
    expect(limited!.retryAfterSeconds).toBeLessThanOrEqual(60)
    const before = await posts()
    expect(await ask('professional', 'MONTH', 'eager-0')).toMatchObject({ __typename: 'Checkout' })
    const rest = await server.rest('POST', '/billing/start', {
      token: buyer.token,
      body: { plan_name: 'professional', payment_method: provider.name.toLowerCase() },
    })
    expect(rest.status).toBe(429)
    expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await posts()).toBe(before)
    expect(await (await named('calm@example.com')).start('startSubscription', { plan: 'professional' })).toMatchObject({
      __typename: 'Checkout',
    })
  })

  it(`rejects an invalid URL over REST without calling the provider (${provider.name})`, async () => {
    const token = await server.token('nora@example.com')
    const before = await posts()
    for (const user_email of ['nonsense', 'a@b', 'nora@example.com\r\nBcc: x@example.com'])
      expect(
        await server.rest('POST', '/billing/start', {
          token,
          body: { plan_name: 'professional', payment_method: provider.name.toLowerCase(), user_email },
        }),
      ).toMatchObject({ status: 400, body: { code: 'INVALID_EMAIL' } })
    expect(await posts()).toBe(before)
  })

  it(`returns the first result for a repeated key and denies the key for another request (${provider.name})`, async () => {
    const buyer = await named('twice@example.com')
    const first = await buyer.start('startSubscription', { plan: 'professional', idempotencyKey: 'the-key' })
    expect(await buyer.start('startSubscription', { plan: 'professional', idempotencyKey: 'the-key' })).toEqual(first)
    expect(await buyer.start('startSubscription', { plan: 'business', idempotencyKey: 'the-key' })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
  })

  it(`continues a canceled trial until its end, never charges it, and grants it once (${provider.name})`, async () => {
    const buyer = await named('trial@example.com')
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 14 })
    const account = async () =>
      (
        await server.graphql<{
          account: {
            plan: { plan: { code: string } }
            billing: { subscription: { status: string; cancelAt: string } | null }
          }
        }>(`{ account { plan { plan { code } } billing { subscription { status cancelAt } } } }`, {}, buyer.token)
      ).data.account
    await server.graphql(`mutation { cancelSubscription(key: "leave") { denial { code } } }`, {}, buyer.token)
    expect(await account()).toEqual({
      plan: { plan: { code: 'professional' } },
      billing: { subscription: { status: 'TRIALING', cancelAt: '2026-02-15T08:00:00.000Z' } },
    })
    await server.advanceTo('2026-02-15T07:59:59Z')
    expect((await account()).plan.plan.code).toBe('professional')
    await server.advanceTo('2026-02-15T08:00:00Z')
    expect(await account()).toEqual({ plan: { plan: { code: 'starter' } }, billing: { subscription: null } })
    await server.advanceTo('2026-04-01T00:00:00Z')
    expect((await buyer.account()).purchases.nodes).toEqual([])
    expect(await buyer.start('startSubscription', { plan: 'professional', trialDays: 14 })).toMatchObject({
      code: 'TRIAL_NOT_AVAILABLE',
    })
    // A subscription without a trial is paid immediately.
    await buyer.buy('startSubscription', { plan: 'professional' })
    const paid = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 1)
    expect(paid.purchases.nodes[0]).toMatchObject({ status: 'PAID', money: { amountMinor: 1000, currency: 'USD' } })
  })
})

describe.each(PROVIDERS)('Community purchase in an iframe ($name)', (provider) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-01-31T12:00:00Z',
      env: { CATALOG: 'communities', PARENT_APP_URL: 'https://app.cg' },
    })
  })
  afterAll(() => server.close())

  it(`lets its admin buy for all members, and returns to the parent's page (${provider.name})`, async () => {
    const of = async (email: string, role: 'admin' | 'member') =>
      new BuyerBy(server, await server.token(email, { communityId: '42', communityRole: role }), email, provider.name)
    const admin = await of('owner@example.com', 'admin')
    const member = await of('guest@example.com', 'member')
    const stranger = await BuyerBy.of(server, provider)('stranger@example.com')
    await admin.account()
    await expect(member.start('startSubscription', { plan: 'pro' })).rejects.toThrow('FORBIDDEN')
    expect(await admin.start('startSubscription', { plan: 'pro', successUrl: 'https://app.cg/' })).toMatchObject({
      code: 'INVALID_RETURN_URL',
    })
    const page = await admin.start('startSubscription', { plan: 'pro', pluginId: 'wizard' })
    await expect(stranger.start('startSubscription', { plan: 'pro', accountId: 'community:42' })).rejects.toThrow(
      'NOT_FOUND',
    )
    // The community ID in a REST body is ignored. The token determines the account that pays.
    const rest = await server.rest('POST', '/billing/start', {
      token: stranger.token,
      body: { plan_name: 'pro', community_id: '42', payment_method: provider.name.toLowerCase() },
    })
    const [own] = await server.query<{ external_id: string }>(
      `select a.external_id from checkout c join account a on a.id = c.account_id where c.session_id = $1`,
      [(rest.body as { session_id: string }).session_id],
    )
    expect(own!.external_id).toBe('stranger@example.com')

    const { url } = (await admin.pay(page.providerReference)) as unknown as { url: string }
    expect(await goesBackTo(url)).toBe(
      `https://app.cg/c/42/plugin/wizard/?stripe_status=success&session_id=${page.providerReference}`,
    )
    await admin.buyerWhen(({ plan, purchases }) => plan.plan.code === 'pro' && purchases.nodes.length > 0)
    expect((await member.account()).plan.plan.code).toBe('pro')
    expect((await stranger.account()).plan.plan.code).toBe('free')
    // 31 January and a month is 28 February, then 31 March.
    await server.advanceTo('2026-04-01T12:00:00Z')
    await admin.buyerWhen(({ purchases }) => purchases.nodes.length === 3)
    const paid = await server.query<{ purchased_at: Date }>(`select purchased_at from purchase order by purchased_at`)
    expect(paid.map(({ purchased_at: at }) => at.toISOString().slice(0, 10))).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
    ])
  })
})

describe.each(PROVIDERS)('Return URLs of the catalog ($name)', (provider) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-06-15T12:00:00Z',
      env: { CATALOG: 'attribution', APP_URL: 'https://dash.example' },
    })
  })
  afterAll(() => server.close())

  it(`sells pro monthly at 49.00 and returns to the admin page (${provider.name})`, async () => {
    const buyer = await BuyerBy.of(server, provider)('meg@example.com')
    expect(await buyer.start('startSubscription', { plan: 'pro', cancelUrl: 'https://dash.example/' })).toMatchObject({
      code: 'INVALID_RETURN_URL',
    })
    const page = await buyer.start('startSubscription', { plan: 'pro' })
    const left = await server.sandboxControl<{ url: string }>('POST', `checkouts/${page.providerReference}/cancel`)
    expect(left.url).toMatch(/^https:\/\/dash\.example\/admin\/attribution/)
    const again = await buyer.start('startSubscription', { plan: 'pro' })
    const { url } = (await buyer.pay(again.providerReference)) as unknown as { url: string }
    expect(await goesBackTo(url)).toBe(`https://dash.example/admin/attribution?session_id=${again.providerReference}`)
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 1)
    expect(records.purchases.nodes[0]).toMatchObject({
      status: 'PAID',
      money: { amountMinor: 4900 },
      expiresAt: '2026-07-15T12:00:00.000Z',
    })
  })
})
