import { Buyer } from '../../support/buying.js'
import { eventually, openHouse, type House } from '../../support/house.js'
import { expectInvariants } from '../../support/invariants.js'

interface Credits {
  remaining: number
  granted: number
  debt: number
  nextExpiry: string | null
}

describe('Buying a credit pack', () => {
  let house: House
  let operator: string
  beforeAll(async () => {
    house = await openHouse({ start: '2026-02-01T08:00:00Z', env: { CATALOG: 'agileforge' } })
    operator = await house.token('operator@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(house)
    await house.close()
  })

  const posts = async () =>
    (await house.control<{ calls: { method: string }[] }>('GET', 'calls')).calls.filter(
      ({ method }) => method === 'POST',
    ).length
  const grants = async (buyer: Buyer) =>
    house.rows<{ feature: string; amount: number; expires_at: Date; revoked: boolean; flags: string[] }>(
      `select feature, amount::int, expires_at, revoked_at is not null as revoked, flags from credit_grant g
       join account a on a.id = g.account_id where a.external_id = $1 order by g.id`,
      [buyer.email],
    )
  const credits = async (buyer: Buyer): Promise<Credits> => {
    const [row] = await house.rows<{ remaining: string; debt: string }>(
      `select coalesce(sum(amount - used - reserved - expired - revoked) filter (where revoked_at is null), 0) as remaining,
         coalesce((select sum(d.amount) from credit_debt d where d.account_id = a.id), 0) as debt
       from account a left join credit_grant g on g.account_id = a.id where a.external_id = $1 group by a.id`,
      [buyer.email],
    )
    return { remaining: Number(row!.remaining), debt: Number(row!.debt), granted: 0, nextExpiry: null }
  }
  const consume = async (buyer: Buyer, amount: number, key: string) => {
    const service = await house.serviceKey(['entitlements:write'])
    const { data } = await house.graphql<{ consume: { __typename: string } }>(
      `mutation ($account: ID!, $amount: SafeInt, $key: String!) {
         consume(input: { accountId: $account, feature: "ai_stories", amount: $amount, idempotencyKey: $key }) { __typename } }`,
      { account: `person:${buyer.email}`, amount, key },
      service,
    )
    return data.consume.__typename
  }
  const refund = (purchaseId: string, amountMinor?: number) =>
    house.graphql(
      `mutation ($input: RefundPurchaseInput!) { refundPurchase(input: $input) { __typename ... on Denial { code message } } }`,
      {
        input: {
          purchaseId,
          amountMinor,
          reason: 'asked for',
          idempotencyKey: `r-${purchaseId}-${amountMinor ?? 'all'}`,
        },
      },
      operator,
    )

  it('[CR1] [CR8] grants once per payment, until as many days after it as the pack lasts', async () => {
    const buyer = await Buyer.named(house, 'pack@example.com')
    const page = await buyer.buy('purchasePackage', { package: 'stories_50' })
    await buyer.confirm(page.sessionId)
    expect(await grants(buyer)).toEqual([
      { feature: 'ai_stories', amount: 50, expires_at: new Date('2026-05-02T08:00:00Z'), revoked: false, flags: [] },
    ])
    const books = await buyer.books()
    expect(books.purchases.nodes).toEqual([
      expect.objectContaining({
        status: 'PAID',
        money: { amountMinor: 500, currency: 'GBP' },
        expiresAt: '2026-05-02T08:00:00.000Z',
        product: { code: 'stories_50', type: 'PACKAGE' },
      }),
    ])
    expect(house.logLines.some((line) => line.includes('"Granted credits"'))).toBe(true)
  })

  it('[CR9] a pack’s flag comes with it, and two of a pack are twice the credits', async () => {
    const buyer = await Buyer.named(house, 'flag@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_250', quantity: 2 })
    expect(await grants(buyer)).toEqual([
      expect.objectContaining({
        amount: 500,
        expires_at: new Date('2026-06-01T08:00:00Z'),
        flags: ['priority_processing'],
      }),
    ])
    expect((await buyer.books()).purchases.nodes[0]!.money).toEqual({ amountMinor: 4000, currency: 'GBP' })
  })

  it('[T3] a pack in pounds is sold beside a plan in dollars, for it is paid once', async () => {
    const buyer = await Buyer.named(house, 'both@example.com')
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    await buyer.buy('purchasePackage', { package: 'stories_100' })
    const books = await buyer.booksWhen(({ purchases }) => purchases.nodes.length === 2)
    expect(books.purchases.nodes.map(({ money }) => money.currency)).toEqual(['GBP', 'USD'])
  })

  it('half the money takes half of the pack, what was used counts; the rest takes the rest, and what is owed is paid by the next pack', async () => {
    const buyer = await Buyer.named(house, 'half@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    // 25 are the plan's own; of the pack's 50, 30 are used.
    expect(await consume(buyer, 55, 'half-1')).toBe('Consumption')
    expect(await credits(buyer)).toMatchObject({ remaining: 20, debt: 0 })
    const [purchase] = (await buyer.books()).purchases.nodes
    await refund(purchase!.id, 250)
    // 25 stay bought, 30 were used: nothing is left, 5 are owed.
    expect(await credits(buyer)).toMatchObject({ remaining: 0, debt: 5 })
    await refund(purchase!.id)
    expect(await credits(buyer)).toMatchObject({ remaining: 0, debt: 30 })
    await buyer.buy('purchasePackage', { package: 'stories_100' })
    expect(await credits(buyer)).toMatchObject({ remaining: 70, debt: 0 })
  })

  it('a disputed pack is held back, and given back as it was when the dispute is won', async () => {
    const buyer = await Buyer.named(house, 'dispute@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    expect(await consume(buyer, 35, 'dispute-1')).toBe('Consumption')
    const [purchase] = (await buyer.books()).purchases.nodes
    await buyer.dispute(purchase!.id, 'needs_response')
    await buyer.booksWhen(({ purchases }) => purchases.nodes[0]!.status === 'DISPUTED')
    expect(await credits(buyer)).toMatchObject({ remaining: 0, debt: 10 })
    expect(await buyer.start('purchasePackage', { package: 'stories_50' })).toMatchObject({ code: 'PAYMENT_FAILED' })
    await buyer.dispute(purchase!.id, 'won')
    await buyer.booksWhen(({ purchases }) => purchases.nodes[0]!.status === 'PAID')
    expect(await credits(buyer)).toMatchObject({ remaining: 40, debt: 0 })
    const expiries = (await grants(buyer)).map(({ expires_at: at }) => at.toISOString())
    expect(new Set(expiries)).toEqual(new Set(['2026-05-02T08:00:00.000Z']))
  })

  it('a code that takes off everything: there is nothing to pay, and the pack is given', async () => {
    const stripe = async (path: string, body: Record<string, string>) =>
      (await (
        await fetch(`${house.sandbox.url}/v1/${path}`, {
          method: 'POST',
          headers: { authorization: 'Bearer sk_test_sandbox_house' },
          body: new URLSearchParams(body),
        })
      ).json()) as { id: string }
    const coupon = await stripe('coupons', { percent_off: '100', duration: 'once' })
    await stripe('promotion_codes', { code: 'ALL', 'promotion[type]': 'coupon', 'promotion[coupon]': coupon.id })
    const buyer = await Buyer.named(house, 'gift@example.com')
    await buyer.buy('purchasePackage', { package: 'stories_50', promotionCode: 'ALL' })
    const books = await buyer.books()
    expect(books.purchases.nodes).toEqual([
      expect.objectContaining({ status: 'PAID', money: { amountMinor: 0, currency: 'GBP' } }),
    ])
    expect(await grants(buyer)).toHaveLength(1)
    const { data } = await house.graphql<{ refundPurchase: { code: string } }>(
      `mutation ($id: ID!) { refundPurchase(input: { purchaseId: $id, reason: "x", idempotencyKey: "none" }) { ... on Denial { code } } }`,
      { id: books.purchases.nodes[0]!.id },
      operator,
    )
    expect(data.refundPurchase.code).toBe('INVALID_TRANSITION')
  })

  it('[AD1] an add-on whose money goes back is taken off at once, and the plan stays', async () => {
    const buyer = await Buyer.named(house, 'storage@example.com')
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    await house.graphql(
      `mutation { addAddon(input: { package: "extra_storage", idempotencyKey: "storage" }) { __typename } }`,
      {},
      buyer.token,
    )
    const books = await buyer.booksWhen(({ purchases }) => purchases.nodes.length === 2)
    const addon = books.purchases.nodes.find(({ product }) => product.code === 'extra_storage')!
    expect(addon.money).toEqual({ amountMinor: 250, currency: 'USD' })
    const held = async () =>
      house.rows(
        `select 1 from package_assignment p join account a on a.id = p.account_id where a.external_id = $1 and p.ended_at is null`,
        [buyer.email],
      )
    expect(await held()).toHaveLength(1)
    await refund(addon.id)
    await eventually(held, (rows) => rows.length === 0, 10_000)
    expect((await buyer.books()).plan.plan.code).toBe('professional')
  })

  it('by a bank that takes days: on its way nothing is given; come, it is given; failed, nothing ever was', async () => {
    const good = await Buyer.named(house, 'bank@example.com')
    const bad = await Buyer.named(house, 'broke@example.com')
    for (const [buyer, outcome] of [
      [good, 'async_paid'],
      [bad, 'async_failed'],
    ] as const) {
      const page = await buyer.start('purchasePackage', { package: 'stories_50' })
      await buyer.pay(page.sessionId, { outcome })
      expect(await buyer.confirm(page.sessionId)).toBe('PROCESSING')
      expect((await buyer.books()).purchases.nodes).toEqual([expect.objectContaining({ status: 'PENDING' })])
      expect(await grants(buyer)).toEqual([])
    }
    await house.advanceTo('2026-02-05T08:00:00Z')
    const paid = await good.booksWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
    expect(paid.purchases.totalCount).toBe(1)
    expect(await grants(good)).toHaveLength(1)
    await bad.booksWhen(({ purchases }) => purchases.nodes.length === 0)
    expect(await grants(bad)).toEqual([])
  })

  it('[AD2] an add-on is not sold alone; with a subscription it says how it is added', async () => {
    const buyer = await Buyer.named(house, 'addon@example.com')
    const before = await posts()
    expect(await buyer.start('purchasePackage', { package: 'extra_storage' })).toMatchObject({
      code: 'BASE_SUBSCRIPTION_REQUIRED',
    })
    expect(await posts()).toBe(before)
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 0 })
    const asked = await posts()
    expect(await buyer.start('purchasePackage', { package: 'extra_storage' })).toMatchObject({
      code: 'NOT_FOR_SALE',
      remedies: [{ kind: 'ADD_ADDON', mutation: 'addAddon' }],
    })
    expect(await buyer.start('purchasePackage', { package: 'extra_storage', currency: 'GBP' })).toMatchObject({
      code: 'INVALID_PRICE',
      field: 'currency',
    })
    expect(await posts()).toBe(asked)
  })

  it.each([
    ['[CO12] an unknown package', { package: 'stories_9' }, 'NOT_FOR_SALE', 'package'],
    ['[CO12] a plan', { package: 'professional_monthly' }, 'NOT_FOR_SALE', 'package'],
    ['[PL19] enterprise', { package: 'enterprise' }, 'CONTACT_REQUIRED', null],
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
  ])('%s is refused, and nothing is begun at the provider', async (_what, input, code, field) => {
    const buyer = await Buyer.named(house, 'refused@example.com')
    const before = await posts()
    expect(await buyer.start('purchasePackage', input)).toMatchObject({
      __typename: 'Refused',
      code,
      ...(field ? { field } : {}),
    })
    expect(await posts()).toBe(before)
    expect((await buyer.books()).purchases.totalCount).toBe(0)
  })

  it('[HI1] the history by offset and by cursor, in one stable order, with its count', async () => {
    const buyer = await Buyer.named(house, 'history@example.com')
    for (const name of ['stories_50', 'stories_100', 'stories_250', 'stories_50', 'stories_100'])
      await buyer.buy('purchasePackage', { package: name })
    const all = (await buyer.books()).purchases.nodes.map(({ id }) => id)
    expect(all).toHaveLength(5)
    const page = async (args: string) =>
      await house.graphql<{
        account: {
          purchases: {
            totalCount: number
            nodes: { id: string }[]
            pageInfo: { hasNextPage: boolean; endCursor: string }
          }
        }
      }>(
        `{ account { purchases(${args}) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        {},
        buyer.token,
      )
    const ids = (answer: Awaited<ReturnType<typeof page>>) => answer.data.account.purchases.nodes.map(({ id }) => id)
    expect(ids(await page('limit: 2, offset: 0'))).toEqual(all.slice(0, 2))
    expect(ids(await page('limit: 2, offset: 2'))).toEqual(all.slice(2, 4))
    expect(ids(await page('limit: 2, offset: 4'))).toEqual(all.slice(4))
    expect((await page('limit: 2, offset: 2')).data.account.purchases.totalCount).toBe(5)
    const first = await page('first: 3')
    expect(ids(first)).toEqual(all.slice(0, 3))
    const next = await page(`first: 3, after: "${first.data.account.purchases.pageInfo.endCursor}"`)
    expect(ids(next)).toEqual(all.slice(3))
    expect(next.data.account.purchases.pageInfo.hasNextPage).toBe(false)
    for (const wrong of [
      'limit: 0',
      'limit: 101',
      'offset: -1',
      `offset: 1, after: "${first.data.account.purchases.pageInfo.endCursor}"`,
    ])
      expect((await page(wrong)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('[WH6] the payment’s own event settles it when the session’s never comes', async () => {
    const buyer = await Buyer.named(house, 'hint@example.com')
    const page = await buyer.start('purchasePackage', { package: 'stories_50' })
    await house.control('POST', 'faults', { match: { event: 'checkout.session.*' }, action: 'drop' })
    await buyer.pay(page.sessionId)
    const books = await buyer.booksWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
    await house.control('DELETE', 'faults')
    expect(books.purchases.totalCount).toBe(1)
    expect(await grants(buyer)).toHaveLength(1)
    const status = async () =>
      (await house.rows<{ status: string }>(`select status from checkout where id = $1`, [page.id]))[0]!.status
    expect(await eventually(status, (now) => now !== 'OPEN')).toBe('COMPLETED')
  })
})
