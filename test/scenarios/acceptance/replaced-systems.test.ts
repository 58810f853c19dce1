import { randomUUID } from 'node:crypto'
import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

type Body = Readonly<Record<string, unknown>>

/** Sends what a page of a replaced system sends, as `fetch` does. */
async function send(server: TestServer, method: string, path: string, token: string, body?: object) {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Body }
}

describe('Pages of "Stripe Integration Plan"', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'communities', PARENT_APP_URL: 'https://parent.example' } })
  })
  afterAll(() => server.close())

  it('start a checkout without a body, show the billing after the payment, and return to the plugin', async () => {
    const token = await server.token('ann@example.com', { communityId: '42', communityRole: 'admin' })
    const ann = new Buyer(server, token, 'ann@example.com')
    expect(await send(server, 'POST', '/api/stripe/create-portal-session', token)).toMatchObject({
      body: { code: 'NO_ACTIVE_SUBSCRIPTION' },
    })
    const { status, body } = await send(server, 'POST', '/api/stripe/create-checkout-session', token)
    expect([status, Object.keys(body)]).toEqual([200, ['sessionId']])
    await ann.pay(String(body['sessionId']))
    await ann.confirm(String(body['sessionId']))
    const info = () => send(server, 'GET', '/api/community/billing-info', token)
    await eventually(info, ({ body: shown }) => shown['status'] === 'active', 20_000)
    expect(await info()).toMatchObject({
      status: 200,
      body: {
        plan: { code: 'pro' },
        cancelAt: null,
        portalAvailable: true,
        currentPeriodEnd: expect.any(String) as string,
      },
    })
    const portal = await send(server, 'POST', '/api/stripe/create-portal-session', token, { pluginId: 'chat' })
    expect([portal.status, Object.keys(portal.body)]).toEqual([200, ['portalUrl']])
    expect(await (await fetch(String(portal.body['portalUrl']))).text()).toContain(
      'https://parent.example/c/42/plugin/chat/?stripe_status=portal_return',
    )
  })

  it('reject a member who is no admin', async () => {
    const member = await server.token('ben@example.com', { communityId: '42', communityRole: 'member' })
    for (const name of ['checkout', 'portal'])
      expect(await send(server, 'POST', `/api/stripe/create-${name}-session`, member)).toMatchObject({ status: 403 })
  })
})

describe('Pages of "Stripe Billing Integration"', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
  })
  afterAll(() => server.close())

  it('start a checkout for a plan tier, and refuse an unknown one', async () => {
    const token = await server.token('ann@example.com')
    const checkout = await send(server, 'POST', '/api/billing/create-checkout', token, { plan_tier: 'scale' })
    expect(checkout).toEqual({
      status: 200,
      body: {
        checkout_url: expect.stringMatching(/^http/) as string,
        session_id: expect.stringMatching(/^cs_/) as string,
      },
    })
    expect(await send(server, 'POST', '/api/billing/create-checkout', token, { plan_tier: 'gold' })).toMatchObject({
      status: 400,
      body: { message: 'plan_tier: Invalid plan tier.' },
    })
    expect(await send(server, 'POST', '/api/billing/portal', token)).toMatchObject({
      body: { code: 'NO_ACTIVE_SUBSCRIPTION' },
    })
  })

  it('open the portal of a subscriber', async () => {
    const ann = await Buyer.named(server, 'payer@example.com')
    await ann.buy('startSubscription', { plan: 'pro' })
    expect(await send(server, 'POST', '/api/billing/portal', ann.token)).toEqual({
      status: 200,
      body: { portal_url: expect.stringMatching(/^http/) as string },
    })
  })

  it('count journeys until the plan is exceeded, and then return 402 with the four members', async () => {
    const owner = await server.token('user@example.com')
    const accountId = await accountIdOf(server, owner)
    const service = await server.serviceKey(['entitlements:write'])
    const track = (more: object) =>
      send(server, 'POST', '/api/attribution/track-journey', service, {
        account_id: accountId,
        touchpoints: ['email', 'search'],
        ...more,
      })
    expect(await track({})).toMatchObject({ status: 201, body: { success: true, attribution: { amount: 1 } } })
    const key = randomUUID()
    const first = await track({ idempotency_key: key })
    expect(await track({ idempotency_key: key })).toEqual(first)
    await server.rest('POST', '/api/v1/entitlements/consume', {
      token: service,
      body: { account_id: accountId, feature: 'attribution_runs', amount: 98, idempotency_key: randomUUID() },
    })
    expect(await track({})).toMatchObject({
      status: 402,
      body: {
        error: expect.any(String) as string,
        message: expect.stringContaining('100') as string,
        upgrade_url: expect.stringContaining('/admin/pricing') as string,
        current_plan: 'free',
      },
    })
    expect(await send(server, 'POST', '/api/attribution/track-journey', owner, {})).toMatchObject({ status: 403 })
  })
})

describe('Pages of "AgileForge Stripe Packages System"', () => {
  let server: TestServer
  let ann: Buyer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', RETURN_URL_HOSTS: 'yourdomain.com' } })
    ann = await Buyer.named(server, 'ann@example.com')
  })
  afterAll(() => server.close())
  const get = async (path: string, token = ann.token) => send(server, 'GET', `/api/packages${path}`, token)
  const idsOf = ({ body }: { body: unknown }) => (body as { id: string }[]).map(({ id }) => id)

  it('list packages by type, and show one', async () => {
    const all = idsOf(await get('/'))
    const plans = idsOf(await get('/subscriptions'))
    expect(plans).toEqual(expect.arrayContaining(['professional_monthly', 'professional_yearly', 'business_monthly']))
    expect(idsOf(await get('/?package_type=subscription'))).toEqual(plans)
    expect(idsOf(await get('/credits'))).toEqual(['stories_50', 'stories_100', 'stories_250'])
    expect(all).toEqual(expect.arrayContaining([...plans, ...idsOf(await get('/addons')), 'stories_50']))
    expect(await get('/stories_250')).toMatchObject({
      status: 200,
      body: {
        type: 'credit_pack',
        prices: [{ amount: '20.00', currency: 'GBP', interval: 'one_time' }],
        credits: { ai_stories: 250 },
        valid_for_days: 120,
      },
    })
    expect(await get('/unknown')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect(await send(server, 'GET', '/api/packages?package_type=other', ann.token)).toMatchObject({ status: 400 })
  })

  it('start a checkout with return pages and a trial', async () => {
    const buyer = await server.token('ben@example.com')
    const checkout = {
      package_id: 'professional_monthly',
      success_url: 'https://yourdomain.com/success',
      cancel_url: 'https://yourdomain.com/cancel',
      trial_days: 14,
    }
    expect(await send(server, 'POST', '/api/packages/checkout', buyer, checkout)).toMatchObject({
      status: 200,
      body: { url: expect.stringMatching(/^http/) as string },
    })
    const elsewhere = { ...checkout, success_url: 'https://elsewhere.example/success' }
    expect(await send(server, 'POST', '/api/packages/checkout', buyer, elsewhere)).toMatchObject({
      body: { code: 'INVALID_RETURN_URL', field: 'success_url' },
    })
    expect(await send(server, 'POST', '/api/packages/checkout', buyer, { package_id: 'none' })).toMatchObject({
      status: 404,
    })
  })

  it('show purchases by page, credits by feature and figures for operators', async () => {
    for (const pack of ['stories_50', 'stories_100']) {
      const { body } = await send(server, 'POST', '/api/packages/checkout', ann.token, { package_id: pack })
      await ann.pay(String(body['session_id']))
      await ann.confirm(String(body['session_id']))
    }
    await eventually(
      () => get('/user/purchases'),
      ({ body }) => body['total'] === 2,
      20_000,
    )
    const page = (await get('/user/purchases?limit=1&offset=1')).body as { purchases: object[]; total: number }
    expect(page.purchases).toHaveLength(1)
    expect((await get('/user/purchases?limit=20&offset=0')).body).toMatchObject({
      purchases: [
        { package_id: 'stories_100', amount: '9.00', currency: 'GBP' },
        { package_id: 'stories_50', amount: '5.00' },
      ],
    })
    expect((await get('/user/credits')).body).toMatchObject({
      ai_stories: { total_credits: 150, used_credits: 0, remaining_credits: 150 },
    })
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    expect(await get('/analytics/performance')).toMatchObject({ status: 403 })
    expect((await get('/analytics/performance', operator)).body).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          package_id: 'stories_100',
          total_purchases: 1,
          total_revenue: { amount: '9.00', currency: 'GBP' },
        }),
      ]),
    )
  })
})
