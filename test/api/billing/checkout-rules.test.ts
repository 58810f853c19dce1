import { Buyer } from '#test/support/buyer.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const secretKey = { authorization: 'Bearer sk_test_sandbox_server' }

async function stripe<Found>(server: TestServer, path: string, body?: Record<string, string>): Promise<Found> {
  const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
    headers: secretKey,
    ...(body ? { method: 'POST', body: new URLSearchParams(body) } : {}),
  })
  const found = (await response.json()) as Found
  if (!response.ok) throw new Error(JSON.stringify(found))
  return found
}

// Rules for all providers: test/contract/providers/checkout-rules.test.ts.
describe('Stripe checkout rules of the agileforge catalog', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-02-01T08:00:00Z', env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('passes on a promotion code, records the amount paid, and denies an unknown code', async () => {
    const coupon = await stripe<{ id: string }>(server, 'coupons', { percent_off: '25', duration: 'once' })
    await stripe(server, 'promotion_codes', {
      code: 'SPRING25',
      'promotion[type]': 'coupon',
      'promotion[coupon]': coupon.id,
    })
    const buyer = await Buyer.named(server, 'coupon@example.com')
    for (const promotionCode of ['WINTER', 'not a code', "x' or 1=1"])
      expect(await buyer.start('startSubscription', { plan: 'business', promotionCode })).toMatchObject({
        code: 'INVALID_PRICE',
        issues: [{ path: ['promotionCode'] }],
      })
    await buyer.buy('startSubscription', { plan: 'business', promotionCode: 'SPRING25' })
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 1)
    expect(records.purchases.nodes[0]).toMatchObject({ status: 'PAID', money: { amountMinor: 1350 } })
    const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: unknown[] } } } }>(
      `{ account { billing { invoices { nodes { number status total { decimal currency } lines { nodes { kind description money { decimal } quantity unitPrice { amount currency per } } } url } } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.billing.invoices.nodes).toEqual([
      expect.objectContaining({
        status: 'PAID',
        number: expect.any(String),
        total: { decimal: '13.50', currency: 'USD' },
        lines: {
          nodes: [
            expect.objectContaining({
              kind: 'RECURRING',
              money: { decimal: '18.00' },
              quantity: '1',
              unitPrice: { amount: '18.00', currency: 'USD', per: 1 },
            }),
          ],
        },
      }),
    ])
  })

  it('denies a promotion code that does not fit the order with the reason, not as a provider error', async () => {
    const pounds = await stripe<{ id: string }>(server, 'coupons', {
      amount_off: '500',
      currency: 'gbp',
      duration: 'once',
    })
    const percent = await stripe<{ id: string }>(server, 'coupons', { percent_off: '10', duration: 'once' })
    const code = (name: string, coupon: string, more: Record<string, string> = {}) =>
      stripe(server, 'promotion_codes', {
        code: name,
        'promotion[type]': 'coupon',
        'promotion[coupon]': coupon,
        ...more,
      })
    await code('POUNDS', pounds.id)
    await code('LARGE', percent.id, {
      'restrictions[minimum_amount]': '100000',
      'restrictions[minimum_amount_currency]': 'usd',
    })
    await code('FIRST', percent.id, { 'restrictions[first_time_transaction]': 'true' })
    const buyer = await Buyer.named(server, 'misfit@example.com')
    const ask = (promotionCode: string) =>
      buyer.start<{ code: string; message: string }>('startSubscription', {
        plan: 'business',
        promotionCode,
      })
    expect(await ask('POUNDS')).toMatchObject({
      code: 'INVALID_PRICE',
      issues: [{ path: ['promotionCode'] }],
      message: `Promotion code 'POUNDS' is valid only for orders in GBP, not USD.`,
    })
    expect(await ask('LARGE')).toMatchObject({
      code: 'INVALID_PRICE',
      issues: [{ path: ['promotionCode'] }],
      message: `Promotion code 'LARGE' requires an order of at least $1,000.00.`,
    })
    // Conditions that only the provider checks: it rejects the page.
    await buyer.buy('purchasePackage', { package: 'stories_50' })
    expect(await ask('FIRST')).toMatchObject({ code: 'INVALID_PRICE', issues: [{ path: ['promotionCode'] }] })
  })

  it('grants nothing for a bank payment until it succeeds, and nothing if it fails', async () => {
    const good = await Buyer.named(server, 'bank@example.com')
    const bad = await Buyer.named(server, 'broke@example.com')
    for (const [buyer, outcome] of [
      [good, 'async_paid'],
      [bad, 'async_failed'],
    ] as const) {
      const page = await buyer.start('startSubscription', { plan: 'business' })
      const { paymentStatus } = await buyer.pay(page.providerReference, { outcome })
      expect(paymentStatus).toBe('unpaid')
      expect(await buyer.confirm(page.providerReference)).toBe('PROCESSING')
      expect((await buyer.account()).plan.plan.code).toBe('starter')
      expect(await buyer.start('startSubscription', { plan: 'professional' })).toMatchObject({
        code: 'CHECKOUT_CONFLICT',
        remedies: [{ kind: 'WAIT', subject: { id: page.id } }],
      })
    }
    await server.advanceTo('2026-02-20T09:00:00Z')
    const paid = await good.buyerWhen(({ plan }) => plan.plan.code === 'business')
    expect(paid.purchases.nodes).toHaveLength(1)
    const failed = async () =>
      (
        await server.query(
          `select status from checkout c join account a on a.id = c.account_id where a.external_id = 'broke@example.com'`,
        )
      )[0]
    await eventually(failed, (row) => (row as { status: string }).status === 'FAILED')
    const unpaid = await bad.account()
    expect(unpaid.plan.plan.code).toBe('starter')
    expect(unpaid.purchases.nodes).toEqual([])
  })
})
