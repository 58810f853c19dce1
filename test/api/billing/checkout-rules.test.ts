import { Buyer } from '../../support/buying.js'
import { eventually, openHouse, type House } from '../../support/house.js'
import { CHECKOUTS_PER_MINUTE } from '../../../src/services/billing/checkout/checkout-rate.js'

const secretKey = { authorization: 'Bearer sk_test_sandbox_house' }

async function stripe<Found>(house: House, path: string, body?: Record<string, string>): Promise<Found> {
  const response = await fetch(`${house.sandbox.url}/v1/${path}`, {
    headers: secretKey,
    ...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
  })
  const found = (await response.json()) as Found
  if (!response.ok) throw new Error(JSON.stringify(found))
  return found
}

describe('The rules of a checkout, where the catalog is agileforge', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ start: '2026-02-01T08:00:00Z', env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => house.close())

  const posts = async () =>
    (await house.control<{ calls: { method: string }[] }>('GET', 'calls')).calls.filter(
      ({ method }) => method === 'POST',
    ).length

  it('[CO10] a trial entitles at once; it is had once for an account and plan, and asking for more is refused', async () => {
    const buyer = await Buyer.named(house, 'trial@example.com')
    expect(await buyer.start('startSubscription', { plan: 'professional', trialDays: 15 })).toMatchObject({
      code: 'TRIAL_NOT_AVAILABLE',
      field: 'trialDays',
    })
    expect(await buyer.start('startSubscription', { plan: 'professional', trialDays: -1 })).toMatchObject({
      code: 'TRIAL_NOT_AVAILABLE',
    })
    await buyer.buy('startSubscription', { plan: 'professional', trialDays: 14 })
    const { data } = await house.graphql<{ account: { subscription: { status: string; trialEnd: string } } }>(
      `{ account { subscription { status trialEnd } } }`,
      {},
      buyer.token,
    )
    expect(data.account.subscription).toEqual({ status: 'TRIALING', trialEnd: '2026-02-15T08:00:00.000Z' })
    const books = await buyer.books()
    expect(books.plan.plan.code).toBe('professional')
    expect(books.purchases.nodes).toEqual([])

    await house.graphql(
      `mutation { cancelSubscription(input: { at: NOW, idempotencyKey: "end" }) { __typename } }`,
      {},
      buyer.token,
    )
    await buyer.booksWhen(({ plan }) => plan.plan.code === 'starter')
    const before = await posts()
    expect(await buyer.start('startSubscription', { plan: 'professional', trialDays: 14 })).toMatchObject({
      code: 'TRIAL_NOT_AVAILABLE',
    })
    expect(await posts()).toBe(before)
    // Who does not ask for a trial pays at once.
    await buyer.buy('startSubscription', { plan: 'professional' })
    const paid = await buyer.booksWhen(({ purchases }) => purchases.nodes.length === 1)
    expect(paid.purchases.nodes[0]).toMatchObject({ status: 'PAID', money: { amountMinor: 1000, currency: 'USD' } })
  })

  it('[PL19] enterprise says whom to contact', async () => {
    const buyer = await Buyer.named(house, 'large@example.com')
    const before = await posts()
    expect(await buyer.start('startSubscription', { plan: 'enterprise' })).toMatchObject({
      code: 'CONTACT_REQUIRED',
      remedies: [{ kind: 'CONTACT_SALES', url: 'https://agileforge.example/contact' }],
    })
    expect(await posts()).toBe(before)
  })

  it('a promotion code is passed on, and what was paid is what was paid; an unknown one is refused', async () => {
    const coupon = await stripe<{ id: string }>(house, 'coupons', { percent_off: '25', duration: 'once' })
    await stripe(house, 'promotion_codes', {
      code: 'SPRING25',
      'promotion[type]': 'coupon',
      'promotion[coupon]': coupon.id,
    })
    const buyer = await Buyer.named(house, 'coupon@example.com')
    for (const promotionCode of ['WINTER', 'not a code', "x' or 1=1"])
      expect(await buyer.start('startSubscription', { plan: 'business', promotionCode })).toMatchObject({
        code: 'INVALID_PRICE',
        field: 'promotionCode',
      })
    await buyer.buy('startSubscription', { plan: 'business', promotionCode: 'SPRING25' })
    const books = await buyer.booksWhen(({ purchases }) => purchases.nodes.length === 1)
    expect(books.purchases.nodes[0]).toMatchObject({ status: 'PAID', money: { amountMinor: 1350 } })
    const { data } = await house.graphql<{ account: { invoices: { nodes: unknown[] } } }>(
      `{ account { invoices { nodes { number status total { decimal currency } lines { description money { decimal } quantity } hostedUrl } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.invoices.nodes).toEqual([
      expect.objectContaining({
        status: 'PAID',
        number: expect.any(String),
        total: { decimal: '13.50', currency: 'USD' },
        lines: [expect.objectContaining({ money: { decimal: '18.00' }, quantity: 1 })],
      }),
    ])
  })

  it('[CO13] more checkouts in a minute than a person clicks are refused with the time to wait; a repeated key is not counted', async () => {
    const buyer = await Buyer.named(house, 'eager@example.com')
    const plans = ['professional', 'business']
    let limited: { __typename: string; code: string; retryAfterMs?: number } | null = null
    let asked = 0
    while (!limited && asked < CHECKOUTS_PER_MINUTE + 5) {
      const answer = await buyer.start<{ __typename: string; code: string; retryAfterMs?: number }>(
        'startSubscription',
        {
          plan: plans[asked % 2],
          interval: asked % 4 < 2 ? 'MONTH' : 'YEAR',
          idempotencyKey: `eager-${asked}`,
        },
      )
      if (answer.__typename === 'RateLimited') limited = answer
      else asked += 1
    }
    expect(asked).toBe(CHECKOUTS_PER_MINUTE)
    expect(limited).toMatchObject({ code: 'RATE_LIMITED' })
    expect(limited!.retryAfterMs).toBeGreaterThan(0)
    expect(limited!.retryAfterMs).toBeLessThanOrEqual(60_000)
    expect(
      await buyer.start('startSubscription', { plan: 'professional', interval: 'MONTH', idempotencyKey: 'eager-0' }),
    ).toMatchObject({ __typename: 'Checkout' })
    const rest = await house.rest('POST', '/billing/start', { token: buyer.token, body: { plan_name: 'professional' } })
    expect(rest.status).toBe(429)
    expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0)
    const other = await Buyer.named(house, 'calm@example.com')
    expect(await other.start('startSubscription', { plan: 'professional' })).toMatchObject({ __typename: 'Checkout' })
  })

  it('[CO14] a page that nobody paid closes by its time, by the provider’s event, and another may be opened', async () => {
    const buyer = await Buyer.named(house, 'late@example.com')
    const page = await buyer.start('startSubscription', { plan: 'professional' })
    await house.advanceTo('2026-02-02T09:00:00Z')
    const status = async () =>
      (await house.rows<{ status: string }>(`select status from checkout where id = $1`, [page.id]))[0]!.status
    await eventually(status, (now) => now === 'EXPIRED')
    await expect(buyer.pay(page.sessionId)).rejects.toThrow('409')
    expect(await buyer.start('startSubscription', { plan: 'professional' })).toMatchObject({ __typename: 'Checkout' })
  })

  it('by a bank that takes days: nothing is given until the money has come, and nothing when it does not', async () => {
    const good = await Buyer.named(house, 'bank@example.com')
    const bad = await Buyer.named(house, 'broke@example.com')
    for (const [buyer, outcome] of [
      [good, 'async_paid'],
      [bad, 'async_failed'],
    ] as const) {
      const page = await buyer.start('startSubscription', { plan: 'business' })
      const { paymentStatus } = await buyer.pay(page.sessionId, { outcome })
      expect(paymentStatus).toBe('unpaid')
      expect(await buyer.confirm(page.sessionId)).toBe('PROCESSING')
      expect((await buyer.books()).plan.plan.code).toBe('starter')
      expect(await buyer.start('startSubscription', { plan: 'professional' })).toMatchObject({
        code: 'SUBSCRIPTION_CONFLICT',
        remedies: [{ kind: 'WAIT', target: { id: page.id } }],
      })
    }
    await house.advanceTo('2026-02-20T09:00:00Z')
    const paid = await good.booksWhen(({ plan }) => plan.plan.code === 'business')
    expect(paid.purchases.nodes).toHaveLength(1)
    const failed = async () =>
      (
        await house.rows(
          `select status from checkout c join account a on a.id = c.account_id where a.external_id = 'broke@example.com'`,
        )
      )[0]
    await eventually(failed, (row) => (row as { status: string }).status === 'FAILED')
    const unpaid = await bad.books()
    expect(unpaid.plan.plan.code).toBe('starter')
    expect(unpaid.purchases.nodes).toEqual([])
  })
})
