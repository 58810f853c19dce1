import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { applyDiscounts } from '@stackgate/sandbox/stripe/discounts/apply-discounts.js'
import { openCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { customerWithCard, latestInvoice, oneTimePrice, planPrice } from './support/catalog-helpers.js'

describe('discounts of lines', () => {
  const line = (amount: number, product: string | null = null) => ({ amount, discountable: true, product })
  const percent = (percentOff: number) => ({ id: 'p', percentOff, amountOff: null, products: null })
  const amount = (amountOff: number) => ({ id: 'a', percentOff: null, amountOff, products: null })
  const sums = (taken: ReturnType<typeof applyDiscounts>) =>
    taken.map((parts) => parts.reduce((sum, part) => sum + part.amount, 0))

  it.each([
    ['a percentage of each line', [line(1999), line(501)], [percent(20)], [400, 100]],
    ['an amount, spread by size and to the cent', [line(1000), line(1000), line(1000)], [amount(100)], [33, 33, 34]],
    ['no more than there is', [line(50)], [amount(100)], [50]],
    ['one after the other', [line(1000)], [percent(50), amount(100)], [600]],
    [
      'nothing of credits and of what is not discountable',
      [line(-500), { ...line(300), discountable: false }],
      [percent(50)],
      [0, 0],
    ],
    ['only its products', [line(1000, 'a'), line(1000, 'b')], [{ ...percent(10), products: ['b'] }], [0, 100]],
  ])('subtract %s', (_name, lines, discounts, expected) => {
    expect(sums(applyDiscounts(lines, discounts, 'usd'))).toEqual(expected)
  })
})

describe('coupons and promotion codes in the sandbox', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  it('discount three months of a subscription, then no more', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const price = await planPrice(bench, 'Plus', 2000)
    const coupon = await stripe.coupons.create({
      percent_off: 25,
      duration: 'repeating',
      duration_in_months: 3,
      name: 'Spring',
    })
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      discounts: [{ coupon: coupon.id }],
    })
    expect(subscription.discounts).toHaveLength(1)
    const first = await latestInvoice(bench, subscription.id)
    expect(first).toMatchObject({
      subtotal: 2000,
      total: 1500,
      amount_paid: 1500,
      total_discount_amounts: [{ amount: 500 }],
    })
    await bench.moveTo('2026-06-15T00:00:00Z')
    const totals = (await stripe.invoices.list({ subscription: subscription.id })).data.map((invoice) => invoice.total)
    // 31 January, 28 February, 31 March at the discount, which ends on 30 April at 10:00, before that renewal.
    expect(totals).toEqual([2000, 2000, 1500, 1500, 1500])
    expect((await stripe.subscriptions.retrieve(subscription.id)).discounts).toEqual([])
    expect(bench.arrived().filter((type) => type.startsWith('customer.discount'))).toEqual([
      'customer.discount.created',
      'customer.discount.deleted',
    ])
    expect((await stripe.coupons.retrieve(coupon.id)).times_redeemed).toBe(1)
  })

  it('discount the first invoice only with a once coupon, or the first with a price after a trial', async () => {
    const { stripe } = bench
    const price = await planPrice(bench, 'Plus', 2000)
    const coupon = await stripe.coupons.create({ amount_off: 700, currency: 'usd', duration: 'once' })
    const start = async (extra: object) => {
      const customer = await customerWithCard(bench)
      return stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: price.id }],
        discounts: [{ coupon: coupon.id }],
        ...extra,
      })
    }
    const plain = await start({})
    const trial = await start({ trial_period_days: 14 })
    await bench.moveTo('2026-03-20T00:00:00Z')
    const totals = async (id: string) =>
      (await stripe.invoices.list({ subscription: id })).data.map((one) => one.total).toReversed()
    expect(await totals(plain.id)).toEqual([1300, 2000])
    expect(await totals(trial.id)).toEqual([0, 1300, 2000])
  })

  it('redeem a promotion code on the checkout page, within its limits', async () => {
    const { stripe } = bench
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever', max_redemptions: 1 })
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'HALF',
      max_redemptions: 5,
    })
    expect((await stripe.promotionCodes.list({ code: 'half', active: true })).data.map(({ id }) => id)).toEqual([
      code.id,
    ])
    expect(
      await expectError(
        stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'Half' }),
      ),
    ).toMatchObject({ param: 'code' })
    const session = await openCheckout(bench, { allow_promotion_codes: true })
    const typed = await fetch(`${session.url}/promotion`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ code: 'half' }),
    })
    expect(typed.status).toBe(303)
    const discounted = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['discounts.promotion_code', 'line_items'],
    })
    expect(discounted).toMatchObject({
      amount_subtotal: 1999,
      amount_total: 999,
      total_details: { amount_discount: 1000 },
      discounts: [{ coupon: coupon.id, promotion_code: { code: 'HALF' } }],
      line_items: { data: [{ amount_discount: 1000, amount_total: 999 }] },
    })
    await bench.control('POST', `checkouts/${session.id}/pay`, {})
    const [subscription] = (await stripe.subscriptions.list({ expand: ['data.discounts', 'data.latest_invoice'] })).data
    expect(subscription).toMatchObject({
      discounts: [{ promotion_code: code.id, source: { coupon: coupon.id } }],
      latest_invoice: { total: 999 },
    })
    // The coupon is used up now, so its code is too.
    expect((await stripe.promotionCodes.retrieve(code.id)).active).toBe(false)
    expect(
      await expectError(stripe.subscriptions.update(subscription!.id, { discounts: [{ coupon: coupon.id }] })),
    ).toMatchObject({ code: 'coupon_expired' })
  })

  it("redeem a merchant's discount on a single payment, and reject one that does not apply", async () => {
    const { stripe } = bench
    const price = await oneTimePrice(bench, 'Pack', 500)
    const coupon = await stripe.coupons.create({ amount_off: 200, currency: 'usd' })
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 2 }],
      discounts: [{ coupon: coupon.id }],
      success_url: 'http://127.0.0.1:4000/',
    })
    expect(session).toMatchObject({ amount_subtotal: 1000, amount_total: 800 })
    await bench.control('POST', `checkouts/${session.id}/pay`, {})
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(paid.payment_intent).toMatchObject({ amount_received: 800 })
    const create = (discounts: object[], currency = 'usd') =>
      expectError(
        stripe.checkout.sessions.create({
          mode: 'payment',
          currency,
          line_items: [{ price: price.id, quantity: 1 }],
          discounts,
          success_url: 'http://127.0.0.1:4000/',
        }),
      )
    expect(await create([{ coupon: 'nope' }])).toMatchObject({ code: 'resource_missing' })
    const late = await stripe.coupons.create({ percent_off: 10, redeem_by: 1769860000 })
    await bench.moveTo('2026-02-01T00:00:00Z')
    expect(await create([{ coupon: late.id }])).toMatchObject({ code: 'coupon_expired' })
    expect(await expectError(stripe.coupons.create({ percent_off: 10, amount_off: 5 }))).toMatchObject({
      statusCode: 400,
    })
    expect(await expectError(stripe.coupons.create({ percent_off: 10, duration: 'repeating' }))).toMatchObject({
      param: 'duration_in_months',
    })
    const euros = await stripe.coupons.create({ amount_off: 5, currency: 'eur' })
    expect(await create([{ coupon: euros.id }])).toMatchObject({ statusCode: 400 })
  })

  it('keep applied discounts of a deleted coupon, restrict codes to first orders and customers, and can be removed', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const price = await planPrice(bench, 'Plus', 1000)
    const coupon = await stripe.coupons.create({ id: 'FRIENDS', percent_off: 10, duration: 'forever' })
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: 'FRIENDS' },
      customer: customer.id,
      restrictions: { first_time_transaction: true },
    })
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      discounts: [{ promotion_code: code.id }],
    })
    expect(
      await expectError(stripe.subscriptions.update(subscription.id, { discounts: [{ promotion_code: code.id }] })),
    ).toMatchObject({ message: 'This code is for a first order only.' })
    const stranger = await customerWithCard(bench)
    expect(
      await expectError(
        stripe.subscriptions.create({
          customer: stranger.id,
          items: [{ price: price.id }],
          discounts: [{ promotion_code: code.id }],
        }),
      ),
    ).toMatchObject({ message: 'This code is not valid for this customer.' })
    const minimum = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      restrictions: { minimum_amount: 1001, minimum_amount_currency: 'usd' },
    })
    const seats = (quantity: number) =>
      stripe.subscriptions.create({
        customer: stranger.id,
        items: [{ price: price.id, quantity }],
        discounts: [{ promotion_code: minimum.id }],
      })
    expect(await expectError(seats(1))).toMatchObject({ message: 'This order is too small for this code.' })
    expect(await latestInvoice(bench, (await seats(2)).id)).toMatchObject({ total: 1800 })
    expect(await stripe.coupons.del(coupon.id)).toMatchObject({ deleted: true })
    await bench.moveTo('2026-02-28T12:00:00Z')
    expect(await latestInvoice(bench, subscription.id)).toMatchObject({ total: 900, status: 'paid' })
    const kept = await stripe.subscriptions.retrieve(subscription.id, { expand: ['discounts.source.coupon'] })
    expect(kept.discounts[0]).toMatchObject({ source: { coupon: { id: 'FRIENDS', percent_off: 10 } } })
    expect(await stripe.subscriptions.deleteDiscount(subscription.id)).toMatchObject({
      deleted: true,
      subscription: subscription.id,
    })
    await bench.moveTo('2026-03-31T12:00:00Z')
    expect(await latestInvoice(bench, subscription.id)).toMatchObject({ total: 1000 })
    expect(idOf(subscription.customer)).toBe(customer.id)
  })
})
