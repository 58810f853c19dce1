import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountOf, change, eventsOf, stripeObject, subscribe } from '#test/support/subscribers.js'
import { eventually } from '#test/support/test-server.js'

const OPEN = `mutation ($input: OpenBillingPortalInput!) { openBillingPortal(input: $input) { __typename
  ... on PortalSession { url } ... on Refused { code message field remedies { mutation } } } }`
const INFO = `{ account { billingInfo { plan { code } status provider currentPeriodEnd cancelAt trialEnd graceUntil paymentMethod { label } portalAvailable } } }`

interface Opened {
  openBillingPortal: { __typename: string; url: string; code: string; message: string; field: string | null }
}

describe('Billing portal and billing page', () => {
  let server: TestServer
  let iframe: TestServer
  beforeAll(async () => {
    server = await startTestServer({
      env: { STRIPE_PUBLISHABLE_KEY: 'pk_test_server', RETURN_URL_HOSTS: 'app.example' },
    })
    iframe = await startTestServer({ env: { CATALOG: 'communities', PARENT_APP_URL: 'https://parent.example' } })
  })
  afterAll(async () => {
    await server.close()
    await iframe.close()
  })

  const open = (at: TestServer, token: string | null, input: Record<string, unknown> = {}) =>
    at.graphql<Opened>(OPEN, { input }, token)
  const info = async (token: string) =>
    (await server.graphql<{ account: { billingInfo: Record<string, unknown> } }>(INFO, {}, token)).data.account
      .billingInfo
  const portalCalls = async (at: TestServer) =>
    (await at.sandboxControl<{ calls: { method: string; path: string }[] }>('GET', 'calls')).calls.filter(({ path }) =>
      path.startsWith('/v1/billing_portal'),
    ).length

  it('returns NO_ACTIVE_SUBSCRIPTION before the first purchase', async () => {
    const token = await server.token('new@example.com')
    const { data } = await open(server, token)
    expect(data.openBillingPortal).toMatchObject({
      __typename: 'Refused',
      code: 'NO_ACTIVE_SUBSCRIPTION',
      message: expect.stringContaining('No active subscription'),
      remedies: [{ mutation: 'startSubscription' }],
    })
    expect(await portalCalls(server)).toBe(0)
    expect(await info(token)).toEqual({
      plan: { code: 'free' },
      status: null,
      provider: null,
      currentPeriodEnd: null,
      cancelAt: null,
      trialEnd: null,
      graceUntil: null,
      paymentMethod: null,
      portalAvailable: false,
    })
  })

  it('opens one page per key and denies the key for another page', async () => {
    const kim = await subscribe(server, 'kim@example.com', { plan: 'plus' })
    const input = { returnUrl: 'https://app.example/billing', idempotencyKey: 'portal-1' }
    const first = (await open(server, kim.token, input)).data.openBillingPortal
    expect(first.__typename).toBe('PortalSession')
    expect((await open(server, kim.token, input)).data.openBillingPortal).toEqual(first)
    const other = { ...input, idempotencyKey: 'portal-2' }
    expect((await open(server, kim.token, other)).data.openBillingPortal.url).not.toBe(first.url)
    const elsewhere = { ...input, returnUrl: 'https://app.example/other' }
    expect((await open(server, kim.token, elsewhere)).data.openBillingPortal.code).toBe('IDEMPOTENCY_MISMATCH')
  })

  it('opens a page for the subscriber and returns to the given URL', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const { data } = await open(server, ann.token, { returnUrl: 'https://app.example/billing' })
    expect(data.openBillingPortal.__typename).toBe('PortalSession')
    const page = await (await fetch(data.openBillingPortal.url)).text()
    expect(page).toContain('https://app.example/billing')
    expect(await info(ann.token)).toMatchObject({
      plan: { code: 'plus' },
      status: 'ACTIVE',
      provider: 'STRIPE',
      currentPeriodEnd: '2026-02-15T10:00:00.000Z',
      paymentMethod: { label: 'Visa ending in 4242' },
      portalAvailable: true,
    })
  })

  it('shows a portal cancellation, keeps the plan until the end date, and continues if it is withdrawn', async () => {
    const [bob, carl] = [
      await subscribe(server, 'bob@example.com', { plan: 'plus' }),
      await subscribe(server, 'carl@example.com', { plan: 'plus' }),
    ]
    // As the portal does it in flexible billing mode: a date, and no flag.
    for (const { externalId } of [bob, carl])
      await fetch(`${server.sandbox.url}/v1/subscriptions/${externalId}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_sandbox_server' },
        body: new URLSearchParams({ cancel_at: 'max_period_end' }),
      })
    expect(await stripeObject(server, `subscriptions/${bob.externalId}`)).toMatchObject({ cancel_at_period_end: false })
    for (const person of [bob, carl])
      await eventually(
        () => accountOf(server, person),
        ({ subscription }) => subscription?.cancelAt === '2026-02-15T10:00:00.000Z',
      )
    expect(await change(server, carl, 'resumeSubscription')).toMatchObject({ cancelAt: null })
    await server.advanceTo('2026-02-15T09:59:59Z')
    expect((await accountOf(server, bob)).plan.plan.code).toBe('plus')
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await accountOf(server, bob)).plan.plan.code).toBe('free')
    expect((await accountOf(server, carl)).plan.plan.code).toBe('plus')
    expect(await eventsOf(server, bob, 'subscription.canceled')).toHaveLength(1)
  })

  it.each([
    ['a foreign host', 'https://evil.example/'],
    ['no scheme', '//evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['credentials', 'https://app.example@evil.example/'],
    ['a line break', 'https://app.example/\r\nX: y'],
  ])('rejects a return URL with %s before calling the provider', async (_what, returnUrl) => {
    const token = await server.token('ann@example.com')
    const before = await portalCalls(server)
    const { data } = await open(server, token, { returnUrl })
    expect(data.openBillingPortal).toMatchObject({ code: 'INVALID_RETURN_URL', field: 'returnUrl' })
    expect(await portalCalls(server)).toBe(before)
  })

  it('returns an iframe to exactly the parent’s page, with or without the plug-in', async () => {
    const admin = await iframe.token('owner@example.com', { communityId: '42', communityRole: 'admin' })
    const { data } = await iframe.graphql<{ startSubscription: { providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "pro", idempotencyKey: "k" }) { ... on Checkout { providerReference } } }`,
      {},
      admin,
    )
    const { providerReference } = data.startSubscription
    await iframe.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await iframe.graphql(
      `mutation ($id: String!) { confirmCheckout(input: { providerReference: $id }) { ... on Checkout { id } } }`,
      { id: providerReference },
      admin,
    )
    const wayBack = async (input: Record<string, unknown>) => {
      const answer = await open(iframe, admin, input)
      const page = await (await fetch(answer.data.openBillingPortal.url)).text()
      return /https:\/\/parent\.example[^"<\s]*/.exec(page)?.[0]
    }
    expect(await wayBack({})).toBe('https://parent.example/c/42/?stripe_status=portal_return')
    expect(await wayBack({ pluginId: 'chat' })).toBe(
      'https://parent.example/c/42/plugin/chat/?stripe_status=portal_return',
    )
    expect((await open(iframe, admin, { returnUrl: 'https://parent.example/' })).data.openBillingPortal).toMatchObject({
      code: 'INVALID_RETURN_URL',
    })
    expect((await open(iframe, admin, { pluginId: '../x' })).data.openBillingPortal).toMatchObject({
      code: 'INVALID_RETURN_URL',
      field: 'pluginId',
    })
    // Only an admin of the community; a member sees the plan and is not offered the portal.
    const member = await iframe.token('guest@example.com', { communityId: '42', communityRole: 'member' })
    expect((await open(iframe, member)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const seen = await iframe.graphql<{
      account: { billingInfo: { portalAvailable: boolean; plan: { code: string } } }
    }>(`{ account { billingInfo { portalAvailable plan { code } } } }`, {}, member)
    expect(seen.data.account.billingInfo).toEqual({ portalAvailable: false, plan: { code: 'pro' } })
  })

  it('is not found by other users and requires a token', async () => {
    const stranger = await server.token('stranger@example.com')
    expect((await open(server, stranger, { accountId: 'person:ann@example.com' })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    )
    expect((await open(server, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})
