import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'

// Rules for all providers: test/contract/providers/packages.test.ts.
describe('Credit pack purchase by Stripe', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG: 'agileforge' } })
    operator = await server.token('operator@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const posts = async () =>
    (await server.sandboxControl<{ calls: { method: string }[] }>('GET', 'calls')).calls.filter(
      ({ method }) => method === 'POST',
    ).length
  const grants = async (buyer: Buyer) =>
    server.query<{ feature: string; amount: number; expires_at: Date; revoked: boolean; flags: string[] }>(
      `select feature, amount::int, expires_at, revoked_at is not null as revoked, flags from credit_grant g
       join account a on a.id = g.account_id where a.external_id = $1 order by g.id`,
      [buyer.email],
    )
  const refund = (purchaseId: string, amountMinor?: number) =>
    server.graphql(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { __typename code message } } }`,
      {
        id: purchaseId,
        ...(amountMinor === undefined ? {} : { amount: { amountMinor, currency: 'USD' } }),
        reason: 'asked for',
        key: `r-${purchaseId}-${amountMinor ?? 'all'}`,
      },
      operator,
    )

  it('grants the pack without a payment for a 100% promotion code', async () => {
    const stripe = async (path: string, body: Record<string, string>) =>
      (await (
        await fetch(`${server.sandbox.url}/v1/${path}`, {
          method: 'POST',
          headers: { authorization: 'Bearer sk_test_sandbox_server' },
          body: new URLSearchParams(body),
        })
      ).json()) as { id: string }
    const coupon = await stripe('coupons', { percent_off: '100', duration: 'once' })
    await stripe('promotion_codes', { code: 'ALL', 'promotion[type]': 'coupon', 'promotion[coupon]': coupon.id })
    const buyer = await Buyer.named(server, 'gift@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50', promotionCode: 'ALL' })
    const records = await buyer.account()
    expect(records.purchases.nodes).toEqual([
      expect.objectContaining({ status: 'PAID', money: { amountMinor: 0, currency: 'GBP' } }),
    ])
    expect(await grants(buyer)).toHaveLength(1)
    const { data } = await server.graphql<{ refundPurchase: { code: string } }>(
      `mutation ($id: ID!) { refundPurchase(id: $id, reason: "x", key: "none") { denial { code } } }`,
      { id: records.purchases.nodes[0]!.id },
      operator,
    )
    expect(data.refundPurchase.code).toBe('INVALID_TRANSITION')
  })

  it('removes an add-on immediately when its payment is refunded, and keeps the plan', async () => {
    const buyer = await Buyer.named(server, 'storage@example.com')
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    await server.graphql(
      `mutation { addAddon(package: "extra_storage", key: "storage") { denial { code } } }`,
      {},
      buyer.token,
    )
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 2)
    const addon = records.purchases.nodes.find(({ product }) => product.code === 'extra_storage')!
    expect(addon.money).toEqual({ amountMinor: 250, currency: 'USD' })
    const held = async () =>
      server.query(
        `select 1 from package_assignment p join account a on a.id = p.account_id where a.external_id = $1 and p.ended_at is null`,
        [buyer.email],
      )
    expect(await held()).toHaveLength(1)
    await refund(addon.id)
    await eventually(held, (rows) => rows.length === 0, 10_000)
    expect((await buyer.account()).plan.plan.code).toBe('professional')
  })

  it('denies an add-on without a subscription; with one, names the mutation that adds it', async () => {
    const buyer = await Buyer.named(server, 'addon@example.com')
    const before = await posts()
    expect(await buyer.start('purchasePackage', { package: 'extra_storage' })).toMatchObject({
      code: 'BASE_SUBSCRIPTION_REQUIRED',
    })
    expect(await posts()).toBe(before)
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    const requested = await posts()
    expect(await buyer.start('purchasePackage', { package: 'extra_storage' })).toMatchObject({
      code: 'NOT_FOR_SALE',
      remedies: [{ kind: 'ADD_ADDON', mutation: 'addAddon' }],
    })
    expect(await buyer.start('purchasePackage', { package: 'extra_storage', currency: 'GBP' })).toMatchObject({
      code: 'INVALID_PRICE',
      issues: [{ path: ['currency'] }],
    })
    expect(await posts()).toBe(requested)
  })

  it.each([
    ['an unknown package', { package: 'stories_9' }, 'NOT_FOR_SALE', 'package'],
    ['a plan', { package: 'professional_monthly' }, 'NOT_FOR_SALE', 'package'],
    ['enterprise', { package: 'enterprise' }, 'CONTACT_REQUIRED', null],
    ['a currency that it is not sold in', { package: 'stories_50', currency: 'JPY' }, 'INVALID_PRICE', 'currency'],
    ['none of it', { package: 'stories_50', quantity: 0 }, 'INVALID_AMOUNT', 'quantity'],
    ['more than is sold at once', { package: 'stories_50', quantity: 101 }, 'INVALID_AMOUNT', 'quantity'],
    [
      'a return address elsewhere',
      { package: 'stories_50', successUrl: 'https://evil.example/' },
      'INVALID_RETURN_URL',
      'successUrl',
    ],
    [
      'an unknown promotion code',
      { package: 'stories_50', promotionCode: "' or 1=1" },
      'INVALID_PRICE',
      'promotionCode',
    ],
  ])('denies %s and starts nothing at the provider', async (_what, input, code, field) => {
    const buyer = await Buyer.named(server, 'refused@example.com')
    const before = await posts()
    expect(await buyer.start('purchasePackage', input)).toMatchObject({
      __typename: 'Denial',
      code,
      ...(field ? { issues: [{ path: field.split('.') }] } : {}),
    })
    expect(await posts()).toBe(before)
    expect((await buyer.account()).purchases.totalCount).toBe(0)
  })

  it('lists the history by cursor in one stable order, with its count', async () => {
    const buyer = await Buyer.named(server, 'history@example.com')
    for (const name of ['stories_50', 'stories_100', 'stories_250', 'stories_50', 'stories_100'])
      await buyer.buy('purchasePackage', { package: name })
    const all = (await buyer.account()).purchases.nodes.map(({ id }) => id)
    expect(all).toHaveLength(5)
    const page = async (args: string) =>
      await server.graphql<{
        account: {
          billing: {
            purchases: {
              totalCount: number
              nodes: { id: string }[]
              pageInfo: { hasNextPage: boolean; endCursor: string }
            }
          }
        }
      }>(
        `{ account { billing { purchases(${args}) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } } }`,
        {},
        buyer.token,
      )
    const ids = (answer: Awaited<ReturnType<typeof page>>) =>
      answer.data.account.billing.purchases.nodes.map(({ id }) => id)
    const first = await page('first: 3')
    expect(ids(first)).toEqual(all.slice(0, 3))
    expect(first.data.account.billing.purchases.totalCount).toBe(5)
    const next = await page(`first: 3, after: "${first.data.account.billing.purchases.pageInfo.endCursor}"`)
    expect(ids(next)).toEqual(all.slice(3))
    expect(next.data.account.billing.purchases.pageInfo.hasNextPage).toBe(false)
    for (const wrong of ['first: -1', 'first: 101'])
      expect((await page(wrong)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('lists the history by status, product, provider and time, with the number that matches', async () => {
    const buyer = await Buyer.named(server, 'filtered@example.com')
    for (const name of ['stories_50', 'stories_100', 'stories_50'])
      await buyer.buy('purchasePackage', { package: name })
    const list = async (filter: string, args = '') => {
      const { data } = await server.graphql<{
        account: {
          billing: { purchases: { totalCount: number; nodes: { product: { code: string }; purchasedAt: string }[] } }
        }
      }>(
        `{ account { billing { purchases(filter: { ${filter} }${args}) { totalCount nodes { product { code } purchasedAt } } } } }`,
        {},
        buyer.token,
      )
      return data.account.billing.purchases
    }
    const codes = async (filter: string) => (await list(filter)).nodes.map(({ product }) => product.code)
    expect(await codes('products: ["stories_50"]')).toEqual(['stories_50', 'stories_50'])
    expect(await list('products: ["stories_50"]', ', first: 1')).toMatchObject({ totalCount: 2, nodes: [{}] })
    expect(await codes('statuses: [PAID], providers: [STRIPE]')).toHaveLength(3)
    expect(await codes('statuses: [REFUNDED]')).toEqual([])
    expect(await codes('providers: [PAYPAL]')).toEqual([])
    const { purchasedAt } = (await list('')).nodes[0]!
    const later = new Date(Date.parse(purchasedAt) + 1).toISOString()
    expect(await codes(`to: "${later}"`)).toHaveLength(3)
    expect(await codes(`from: "${later}"`)).toEqual([])
  })

  it('grants the pack by the payment event if the session event is missing', async () => {
    const buyer = await Buyer.named(server, 'hint@example.com')
    const page = await buyer.start('purchasePackage', { package: 'stories_50' })
    await server.sandboxControl('POST', 'faults', { match: { event: 'checkout.session.*' }, action: 'drop' })
    await buyer.pay(page.providerReference)
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
    await server.sandboxControl('DELETE', 'faults')
    expect(records.purchases.totalCount).toBe(1)
    expect(await grants(buyer)).toHaveLength(1)
    const status = async () =>
      (await server.query<{ status: string }>(`select status from checkout where id = $1`, [page.id]))[0]!.status
    expect(await eventually(status, (now) => now !== 'OPEN')).toBe('COMPLETED')
  })
})
