import { variablesOf } from '#test/support/mutations.js'
import { startTestServer, eventually, type TestServer } from '#test/support/test-server.js'
import { accountOf, change, eventsOf, stripeObject, subscribe } from '#test/support/subscribers.js'

const OPEN = `mutation ($accountId: ID, $key: String, $pluginId: String, $returnUrl: String) {
  openBillingPortal(accountId: $accountId, key: $key, pluginId: $pluginId, returnUrl: $returnUrl) { __typename
    url
    denial { __typename code message issues { path } remedies { mutation } }
  }
}`
const INFO = `{ installation { providerConfiguration } account { plan { plan { code } } billing { portalAvailable subscription { status provider currentPeriodEnd cancelAt trialEndsAt graceEndsAt paymentMethod { label } } } } }`

interface Opened {
  openBillingPortal: { __typename: string; url: string; code: string; message: string }
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
    at.graphql<Opened>(OPEN, variablesOf('openBillingPortal', input), token)
  const info = async (token: string) => {
    const { account, installation } = (
      await server.graphql<{
        account: { plan: object; billing: { portalAvailable: boolean; subscription: object | null } }
        installation: object
      }>(INFO, {}, token)
    ).data
    const { portalAvailable, subscription } = account.billing
    return { ...account.plan, portalAvailable, ...installation, ...subscription }
  }
  const portalCalls = async (at: TestServer) =>
    (await at.sandboxControl<{ calls: { method: string; path: string }[] }>('GET', 'calls')).calls.filter(({ path }) =>
      path.startsWith('/v1/billing_portal'),
    ).length

  it('returns NO_ACTIVE_SUBSCRIPTION before the first purchase', async () => {
    const token = await server.token('new@example.com')
    const { data } = await open(server, token)
    expect(data.openBillingPortal).toMatchObject({
      __typename: 'Denial',
      code: 'NO_ACTIVE_SUBSCRIPTION',
      message: expect.stringContaining('No active subscription'),
      remedies: [{ mutation: 'startSubscription' }],
    })
    expect(await portalCalls(server)).toBe(0)
    expect(await info(token)).toEqual({
      plan: { code: 'free' },
      portalAvailable: false,
      providerConfiguration: { STRIPE: { publishableKey: 'pk_test_server' } },
    })
  })

  it('opens one page per key and denies the key for another page', async () => {
    const kim = await subscribe(server, 'kim@example.com', { plan: 'plus' })
    const input = { returnUrl: 'https://app.example/billing', idempotencyKey: 'portal-1' }
    const first = (await open(server, kim.token, input)).data.openBillingPortal
    expect(first.__typename).toBe('ProviderPagePayload')
    expect((await open(server, kim.token, input)).data.openBillingPortal).toEqual(first)
    const other = { ...input, idempotencyKey: 'portal-2' }
    expect((await open(server, kim.token, other)).data.openBillingPortal.url).not.toBe(first.url)
    const elsewhere = { ...input, returnUrl: 'https://app.example/other' }
    expect((await open(server, kim.token, elsewhere)).data.openBillingPortal.code).toBe('IDEMPOTENCY_MISMATCH')
  })

  it('opens a page for the subscriber and returns to the given URL', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const { data } = await open(server, ann.token, { returnUrl: 'https://app.example/billing' })
    expect(data.openBillingPortal.__typename).toBe('ProviderPagePayload')
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
    expect(data.openBillingPortal).toMatchObject({ code: 'INVALID_RETURN_URL', issues: [{ path: ['returnUrl'] }] })
    expect(await portalCalls(server)).toBe(before)
  })

  it('returns an iframe to exactly the parent’s page, with or without the plug-in', async () => {
    const admin = await iframe.token('owner@example.com', { communityId: '42', communityRole: 'admin' })
    const { data } = await iframe.graphql<{ startSubscription: { providerReference: string } }>(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "pro" }, key: "k") { checkout { providerReference } } }`,
      {},
      admin,
    )
    const { providerReference } = data.startSubscription
    await iframe.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await iframe.graphql(
      `mutation ($id: String!) { confirmCheckout(by: { providerReference: $id }) { checkout { id } } }`,
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
      issues: [{ path: ['pluginId'] }],
    })
    // Only an admin of the community; a member sees the plan and is not offered the portal.
    const member = await iframe.token('guest@example.com', { communityId: '42', communityRole: 'member' })
    expect((await open(iframe, member)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const seen = await iframe.graphql<{
      account: object
    }>(`{ account { billing { portalAvailable } plan { plan { code } } } }`, {}, member)
    expect(seen.data.account).toEqual({ billing: { portalAvailable: false }, plan: { plan: { code: 'pro' } } })
  })

  it('is not found by other users and requires a token', async () => {
    const stranger = await server.token('stranger@example.com')
    expect((await open(server, stranger, { accountId: 'person:ann@example.com' })).errors?.[0]?.extensions.code).toBe(
      'NOT_FOUND',
    )
    expect((await open(server, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})
