import type { Stripe } from 'stripe'
import { remainingValue } from '@stackgate/sandbox/stripe/subscriptions/prorate.js'
import { iso, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { billed, customerWithCard, idIn, latestInvoice, oneTimePrice, planPrice } from './support/catalog-helpers.js'

describe('value of the rest of a period', () => {
  const april = { start: 1775001600, end: 1777593600 } // 1 April to 1 May 2026: 2,592,000 s
  it.each([
    [1000, 1776297600, 500, 'usd'], // half of it is left
    [1000, 1775802615, 691, 'usd'], // 1,790,985 s are left: 690.97
    [2000, 1775802615, 1382, 'usd'], // 1,381.93
    [2000, 1775802615, 1380, 'kwd'],
    [1000, 1775001600, 1000, 'usd'],
    [1000, 1777593600, 0, 'usd'],
    [-700, 1776297600, -350, 'usd'],
  ])('of %d at %d is %d in %s', (amount, at, expected, currency) => {
    expect(remainingValue(amount, currency, april, at)).toBe(expected)
  })
})

describe('subscription switch in the sandbox', () => {
  let bench: SandboxFixture
  let small: Stripe.Price
  let large: Stripe.Price
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    small = await planPrice(bench, 'Small', 1000)
    large = await planPrice(bench, 'Large', 2000)
  })
  afterEach(() => bench.close())

  const subscribe = async (extra: Partial<Stripe.SubscriptionCreateParams> = {}) => {
    const customer = await customerWithCard(bench)
    return bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }], ...extra })
  }
  const upgrade = (subscription: Stripe.Subscription, extra: Partial<Stripe.SubscriptionUpdateParams> = {}) =>
    bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: large.id }],
      ...extra,
    })
  const halfway = () => bench.moveTo('2026-04-16T00:00:00Z')

  it('adds the prorations to the next invoice by default', async () => {
    const subscription = await subscribe()
    await halfway()
    const after = await upgrade(subscription)
    expect(after.items.data[0]).toMatchObject({ price: { id: large.id }, plan: { amount: 2000 } })
    expect(after.latest_invoice).toBe(subscription.latest_invoice)
    const pending = await bench.stripe.invoiceItems.list({ customer: idIn(subscription.customer), pending: true })
    expect(pending.data.map((item) => [item.amount, item.proration])).toEqual([
      [1000, true],
      [-500, true],
    ])
    await bench.moveTo('2026-05-01T02:00:00Z')
    const invoice = await latestInvoice(bench, subscription.id)
    expect(billed(invoice)).toEqual([
      ['Unused time on Small after 16 Apr 2026', -500],
      ['Remaining time on Large after 16 Apr 2026', 1000],
      ['1 × Large (at $20.00 / month)', 2000],
    ])
    expect(invoice).toMatchObject({ status: 'paid', total: 2500, billing_reason: 'subscription_cycle' })
    const unused = invoice.lines.data[0]
    expect(unused?.parent?.subscription_item_details).toMatchObject({
      invoice_item: pending.data[1]?.id,
      subscription_item: subscription.items.data[0]?.id,
      proration: true,
      subscription: subscription.id,
      proration_details: { credited_items: { invoice: subscription.latest_invoice } },
    })
  })

  it('invoices immediately with always_invoice, and changes only the price with none', async () => {
    const now = await subscribe()
    const later = await subscribe()
    await halfway()
    await upgrade(now, { proration_behavior: 'always_invoice' })
    expect(await latestInvoice(bench, now.id)).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_update',
      total: 500,
    })
    await upgrade(later, { proration_behavior: 'none' })
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect(await latestInvoice(bench, later.id)).toMatchObject({ total: 2000 })
    expect(await latestInvoice(bench, now.id)).toMatchObject({ total: 2000 })
  })

  it('prorates to the second, from a given instant, and again from an earlier proration', async () => {
    const subscription = await subscribe()
    await bench.moveTo('2026-04-20T00:00:00Z')
    const at = Date.parse('2026-04-10T06:30:15Z') / 1000
    await upgrade(subscription, { proration_behavior: 'always_invoice', proration_date: at })
    expect(billed(await latestInvoice(bench, subscription.id))).toEqual([
      ['Unused time on Small after 10 Apr 2026', -691],
      ['Remaining time on Large after 10 Apr 2026', 1382],
    ])
    await bench.moveTo('2026-04-21T00:00:00Z') // ten days of 20 days, 17:29:45 are left
    const back = await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: small.id }],
      proration_behavior: 'always_invoice',
    })
    expect(billed(await latestInvoice(bench, back.id))).toEqual([
      ['Unused time on Large after 21 Apr 2026', -667],
      ['Remaining time on Small after 21 Apr 2026', 333],
    ])
    expect(await expectError(upgrade(subscription, { proration_date: 1 }))).toMatchObject({ param: 'proration_date' })
  })

  it('keeps the amount of a downgrade as credit, which the next invoice uses', async () => {
    const subscription = await subscribe({ items: [{ price: large.id }] })
    await halfway()
    await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: small.id }],
      proration_behavior: 'always_invoice',
    })
    const given = await latestInvoice(bench, subscription.id)
    expect(given).toMatchObject({
      total: -500,
      amount_due: 0,
      status: 'paid',
      starting_balance: 0,
      ending_balance: -500,
    })
    expect(await bench.stripe.customers.retrieve(idIn(subscription.customer))).toMatchObject({ balance: -500 })
    await bench.moveTo('2026-05-01T02:00:00Z')
    const next = await latestInvoice(bench, subscription.id)
    expect(next).toMatchObject({
      total: 1000,
      amount_due: 500,
      amount_paid: 500,
      starting_balance: -500,
      ending_balance: 0,
    })
    const entries = await bench.stripe.customers.listBalanceTransactions(idIn(subscription.customer))
    expect(entries.data.map(({ amount, type }) => [amount, type])).toEqual([
      [500, 'applied_to_invoice'],
      [-500, 'applied_to_invoice'],
    ])
  })

  it('changes quantities, adds and removes items, also one by one', async () => {
    const subscription = await subscribe()
    const addOn = await planPrice(bench, 'Storage', 300)
    await halfway()
    const seats = await bench.stripe.subscriptions.update(subscription.id, {
      items: [
        { id: subscription.items.data[0]!.id, quantity: 3 },
        { price: addOn.id, quantity: 2 },
      ],
      proration_behavior: 'always_invoice',
    })
    expect(seats.items.data.map((item) => [item.price.id, item.quantity])).toEqual([
      [small.id, 3],
      [addOn.id, 2],
    ])
    expect(billed(await latestInvoice(bench, subscription.id))).toEqual([
      ['Unused time on Small after 16 Apr 2026', -500],
      ['Remaining time on 3 × Small after 16 Apr 2026', 1500],
      ['Remaining time on 2 × Storage after 16 Apr 2026', 300],
    ])
    const item = seats.items.data[1]!
    expect(await bench.stripe.subscriptionItems.update(item.id, { quantity: 1, metadata: { a: 'b' } })).toMatchObject({
      quantity: 1,
      metadata: { a: 'b' },
    })
    expect(
      await expectError(bench.stripe.subscriptionItems.create({ subscription: subscription.id, price: addOn.id })),
    ).toMatchObject({ statusCode: 400 })
    expect(await bench.stripe.subscriptionItems.del(item.id)).toMatchObject({ deleted: true })
    const third = await bench.stripe.subscriptionItems.create({
      subscription: subscription.id,
      price: large.id,
      proration_behavior: 'none',
    })
    expect(
      (await bench.stripe.subscriptionItems.list({ subscription: subscription.id })).data.map(({ id }) => id),
    ).toEqual([subscription.items.data[0]!.id, third.id])
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect((await latestInvoice(bench, subscription.id)).total).toBe(3 * 1000 + 2000 - 300 + 150 - 150)
    const only = (await bench.stripe.subscriptions.retrieve(subscription.id)).items.data
    expect(
      await expectError(
        bench.stripe.subscriptions.update(subscription.id, { items: only.map(({ id }) => ({ id, deleted: true })) }),
      ),
    ).toMatchObject({ param: 'items' })
  })

  it('starts a new year immediately if the interval and the anchor change', async () => {
    const yearly = await planPrice(bench, 'Large, yearly', 20_000, 'year')
    const subscription = await subscribe()
    await bench.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
    await halfway()
    const after = await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price: yearly.id }],
      billing_cycle_anchor: { type: 'now' },
    })
    expect(iso(after.billing_cycle_anchor)).toBe('2026-04-16T00:00:00.000Z')
    expect(iso(after.cancel_at)).toBe('2027-04-16T00:00:00.000Z')
    await bench.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })
    expect(iso(after.items.data[0]?.current_period_end)).toBe('2027-04-16T00:00:00.000Z')
    expect(billed(await latestInvoice(bench, subscription.id))).toEqual([
      ['Unused time on Small after 16 Apr 2026', -500],
      ['1 × Large, yearly (at $200.00 / year)', 20_000],
    ])
    await bench.moveTo('2027-04-16T02:00:00Z')
    expect((await bench.stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(3)
  })

  it('includes discounts in prorations, and bills one-time prices with the next invoice', async () => {
    const coupon = await bench.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const setup = await oneTimePrice(bench, 'Setup', 700)
    const subscription = await subscribe({
      discounts: [{ coupon: coupon.id }],
      add_invoice_items: [{ price: setup.id }],
    })
    expect((await latestInvoice(bench, subscription.id)).total).toBe(500 + 350)
    await halfway()
    await upgrade(subscription, { proration_behavior: 'always_invoice' })
    const switched = await latestInvoice(bench, subscription.id)
    expect(billed(switched).map(([, amount]) => amount)).toEqual([-250, 500])
    expect(switched.total_discount_amounts).toEqual([])
  })

  it('previews exactly the bill of a switch, a period, an end or a new subscription, without changes', async () => {
    const { stripe } = bench
    const subscription = await subscribe()
    await halfway()
    const before = (await stripe.events.list({ limit: 100 })).data.length
    const details = { items: [{ id: subscription.items.data[0]!.id, price: large.id }] }
    const now = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { ...details, proration_behavior: 'always_invoice' },
    })
    expect(now).toMatchObject({ total: 500, status: 'draft', number: null })
    const next = await stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: details })
    expect(next).toMatchObject({ total: 2500, billing_reason: 'upcoming' })
    expect(await stripe.invoices.createPreview({ subscription: subscription.id })).toMatchObject({ total: 1000 })
    expect(
      await stripe.invoices.createPreview({
        subscription: subscription.id,
        subscription_details: { cancel_now: true },
      }),
    ).toMatchObject({ total: -500 })
    const fresh = await stripe.invoices.createPreview({
      customer: idIn(subscription.customer),
      subscription_details: { items: [{ price: large.id, quantity: 2 }] },
      invoice_items: [{ amount: 150, description: 'Help' }],
    })
    expect(fresh).toMatchObject({ total: 4150 })
    expect(await expectError(stripe.invoices.createPreview({ customer: idIn(subscription.customer) }))).toMatchObject({
      code: 'invoice_upcoming_none',
    })
    expect((await stripe.events.list({ limit: 100 })).data).toHaveLength(before)
    expect((await bench.control('GET', 'clock')).body).toMatchObject({ nextDue: '2026-05-01T00:00:00.000Z' })
    expect((await stripe.invoices.list({ customer: idIn(subscription.customer) })).data).toHaveLength(1)
    expect((await stripe.invoiceItems.list({ customer: idIn(subscription.customer) })).data).toEqual([])
    await upgrade(subscription, { proration_behavior: 'always_invoice' })
    expect(billed(await latestInvoice(bench, subscription.id))).toEqual(billed(now))
  })

  it('credits unused time of an immediately ended subscription in a last invoice', async () => {
    const subscription = await subscribe()
    await halfway()
    const ended = await bench.stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true })
    expect(ended.status).toBe('canceled')
    expect(await bench.stripe.invoices.retrieve(idIn(ended.latest_invoice))).toMatchObject({
      total: -500,
      status: 'paid',
    })
    expect(await bench.stripe.customers.retrieve(idIn(subscription.customer))).toMatchObject({ balance: -500 })
  })
})
