import { Buyer } from '../support/buyer.js'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { expectInvariants } from '../support/invariants.js'
import { templateId } from '#test/support/deployments.js'

/** One server per business. One scenario buys the products of each, with its dates and totals. */
const story = (catalog: string, start: string, env: Record<string, string> = {}) => {
  const open = { server: undefined as unknown as TestServer }
  beforeAll(async () => {
    open.server = await startTestServer({ start, env: { CATALOG: catalog, ...env } })
  })
  afterAll(async () => {
    await expectInvariants(open.server)
    await open.server.close()
  })
  return open
}

const sums = (records: Awaited<ReturnType<Buyer['account']>>) =>
  records.purchases.nodes.map(
    ({ product, money, status }) => `${product.code} ${money.amountMinor} ${money.currency} ${status}`,
  )

describe('try-direct: monthly servers, a template forever, a monthly template', () => {
  const open = story('try-direct', '2026-03-10T09:00:00Z')

  it('sells three servers, the shop, and the agents', async () => {
    const { server } = open
    const buyer = await Buyer.named(server, 'ann@example.com')
    const template = async (slug: string) => await templateId(server, slug)

    // 10 March: individual for three managed servers, 3 × 40.00.
    await buyer.buy('startSubscription', { plan: 'individual', quantity: 3 })
    // 12 March: the agents' stack once, 99.99; the shop by the month, 9.00.
    await server.advanceTo('2026-03-12T10:00:00Z')
    await buyer.buy('purchaseTemplate', { templateId: await template('ai-agent-stack') })
    await buyer.buy('purchaseTemplate', { templateId: await template('prestashop') })
    const march = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 3)
    expect(sums(march).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'ai-agent-stack 9999 USD PAID',
      'individual 12000 USD PAID',
      'prestashop 900 USD PAID',
    ])
    expect(march.purchasedTemplates.map(({ slug }) => slug).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'ai-agent-stack',
      'prestashop',
    ])

    // 10 and 12 April: both renew, the one that was paid once does not.
    await server.advanceTo('2026-04-13T10:00:00Z')
    const april = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 5)
    expect(sums(april).slice(0, 2)).toEqual(['prestashop 900 USD PAID', 'individual 12000 USD PAID'])

    // 14 April: the shop's month is refunded and its entitlement revoked. The plan stays.
    const [shop] = april.purchases.nodes
    await server.advanceTo('2026-04-14T10:00:00Z')
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    await server.graphql(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { code } } }`,
      { id: shop!.id, reason: 'never used', key: 'shop' },
      operator,
    )
    const after = await buyer.buyerWhen(({ purchasedTemplates }) => purchasedTemplates.length === 1)
    expect(after.purchasedTemplates).toEqual([{ slug: 'ai-agent-stack' }])
    expect(after.plan.plan.code).toBe('individual')

    // May: nothing of the shop is billed any more.
    await server.advanceTo('2026-05-13T10:00:00Z')
    const may = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 6)
    expect(sums(may)[0]).toBe('individual 12000 USD PAID')
    expect(sums(may).filter((line) => line.startsWith('prestashop'))).toEqual([
      'prestashop 900 USD REFUNDED',
      'prestashop 900 USD PAID',
    ])
    const { data } = await server.graphql<{
      account: { billing: { invoices: { nodes: { total: { decimal: string } }[] } } }
    }>(
      `{ account { billing { invoices { nodes { total { decimal } status url lines { nodes { description } } } } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.billing.invoices.nodes.map(({ total }) => total.decimal)).toEqual([
      '120.00',
      '9.00',
      '120.00',
      '9.00',
      '120.00',
    ])
  })
})

describe('communities: plan of a community, bought in its iframe', () => {
  const open = story('communities', '2026-01-31T12:00:00Z', { PARENT_APP_URL: 'https://app.cg' })

  const sessionOf = async (server: TestServer, providerReference: string) =>
    (await (
      await fetch(`${server.sandbox.url}/v1/checkout/sessions/${providerReference}`, {
        headers: { authorization: 'Bearer sk_test_sandbox_server' },
      })
    ).json()) as { success_url: string; cancel_url: string; client_reference_id: string }

  it('lets the admin buy for all members of the community, and only for them', async () => {
    const { server } = open
    const admin = new Buyer(
      server,
      await server.token('owner@example.com', { communityId: '42', communityRole: 'admin' }),
      'owner@example.com',
    )
    const member = new Buyer(
      server,
      await server.token('guest@example.com', { communityId: '42', communityRole: 'member' }),
      'guest@example.com',
    )
    const plain = await admin.start('startSubscription', { plan: 'pro' })
    expect(await sessionOf(server, plain.providerReference)).toMatchObject({
      success_url: 'https://app.cg/c/42/?stripe_status=success&session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://app.cg/c/42/?stripe_status=cancel',
      client_reference_id: '42',
    })
    const framed = await admin.start('startSubscription', { plan: 'pro', pluginId: 'wizard' })
    expect(await sessionOf(server, framed.providerReference)).toMatchObject({
      success_url: 'https://app.cg/c/42/plugin/wizard/?stripe_status=success&session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://app.cg/c/42/plugin/wizard/?stripe_status=cancel',
    })
    expect(await admin.start('startSubscription', { plan: 'pro', successUrl: 'https://app.cg/' })).toMatchObject({
      code: 'INVALID_RETURN_URL',
    })
    await expect(member.start('startSubscription', { plan: 'pro' })).rejects.toThrow('FORBIDDEN')
    const stranger = await Buyer.named(server, 'stranger@example.com')
    await expect(stranger.start('startSubscription', { plan: 'pro', accountId: 'community:42' })).rejects.toThrow(
      'NOT_FOUND',
    )
    // The community ID in a REST body is ignored. The token determines the account that pays.
    const rest = await server.rest('POST', '/billing/start', {
      token: stranger.token,
      body: { plan_name: 'pro', community_id: '42' },
    })
    const { session_id: own } = rest.body as { session_id: string }
    expect((await sessionOf(server, own)).client_reference_id).toBe('stranger@example.com')

    await admin.pay(framed.providerReference)
    await admin.buyerWhen(({ plan, purchases }) => plan.plan.code === 'pro' && purchases.nodes.length > 0)
    expect((await member.account()).plan.plan.code).toBe('pro')
    expect((await stranger.account()).plan.plan.code).toBe('free')
    expect(sums(await admin.account())).toEqual(['pro 1900 USD PAID'])

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

  it('contains a working mutation in the denial of a missing plan', async () => {
    const { server } = open
    const buyer = await Buyer.named(server, 'chatty@example.com')
    const { data } = await server.graphql<{
      check: { allowed: boolean; denial: { code: string; remedies: { mutation: string; subject: { code: string } }[] } }
    }>(
      `{ check(feature: "ai_chat_message", amount: 500) { allowed denial { code remedies { mutation subject { ... on Plan { code } } } } } }`,
      {},
      buyer.token,
    )
    const remedy = data.check.denial.remedies.find(({ mutation }) => mutation === 'startSubscription')!
    await buyer.buy(remedy.mutation as 'startSubscription', { plan: remedy.subject.code })
    const after = await server.graphql<{ check: { allowed: boolean } }>(
      `{ check(feature: "ai_chat_message", amount: 500) { allowed } }`,
      {},
      buyer.token,
    )
    expect(after.data.check.allowed).toBe(true)
  })
})

describe('attribution: return URL of the catalog', () => {
  const open = story('attribution', '2026-06-15T12:00:00Z', { APP_URL: 'https://dash.example' })

  it('sells pro monthly at 49.00', async () => {
    const { server } = open
    const buyer = await Buyer.named(server, 'meg@example.com')
    const page = await buyer.start('startSubscription', { plan: 'pro' })
    const session = (await (
      await fetch(`${server.sandbox.url}/v1/checkout/sessions/${page.providerReference}`, {
        headers: { authorization: 'Bearer sk_test_sandbox_server' },
      })
    ).json()) as { success_url: string; cancel_url: string; metadata: Record<string, string> }
    expect(session).toMatchObject({
      success_url: 'https://dash.example/admin/attribution?session_id={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://dash.example/admin/attribution',
      metadata: { plan_tier: 'pro' },
    })
    await buyer.pay(page.providerReference)
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 1)
    expect(sums(records)).toEqual(['pro 4900 USD PAID'])
    expect(records.purchases.nodes[0]!.expiresAt).toBe('2026-07-15T12:00:00.000Z')
  })
})

describe('agileforge: a yearly plan in dollars, and packs in pounds', () => {
  const open = story('agileforge', '2026-02-01T08:00:00Z')

  it('renews after a year and expires the pack after its days', async () => {
    const { server } = open
    const buyer = await Buyer.named(server, 'tim@example.com')
    await buyer.buy('startSubscription', { plan: 'business', interval: { unit: 'YEAR', count: 1 } })
    await server.advanceTo('2026-02-10T08:00:00Z')
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 2)
    expect(sums(records)).toEqual(['stories_50 500 GBP PAID', 'business 18000 USD PAID'])
    expect(records.purchases.nodes.map(({ expiresAt }) => expiresAt)).toEqual([
      '2026-05-11T08:00:00.000Z',
      '2027-02-01T08:00:00.000Z',
    ])
    await server.advanceTo('2027-02-02T08:00:00Z')
    const renewed = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 3)
    expect(sums(renewed)).toEqual(['business 18000 USD PAID', 'stories_50 500 GBP PAID', 'business 18000 USD PAID'])
    const grants = await server.query<{ expired: number }>(`select expired::int from credit_grant`)
    expect(grants).toHaveLength(1)
  })
})
