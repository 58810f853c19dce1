import { customerWithCard, planPrice } from './support/catalog-helpers.js'
import { startReceiver } from './support/receiver.js'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'

// The differences are those of the types of stripe-node: 17.7 (acacia), 18.5 (basil), 20.4 (clover), 22.6 (dahlia), 23.1 (endive).
describe('API versions of the last two years', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  // Objects of older versions have no types here.
  // oxlint-disable-next-line no-explicit-any
  type Json = Record<string, any>
  const ask = async (version: string, path: string, body?: Record<string, string>) => {
    const response = await fetch(`${bench.sandbox.url}/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox_x', 'stripe-version': version },
      ...(body === undefined ? {} : { body: new URLSearchParams(body) }),
    })
    return {
      status: response.status,
      version: response.headers.get('stripe-version'),
      body: (await response.json()) as Json,
    }
  }
  const ACACIA = '2025-02-24.acacia'
  const BASIL = '2025-08-27.basil'
  const CLOVER = '2025-10-29.clover'
  const DAHLIA = '2026-06-24.dahlia'

  it.each([ACACIA, BASIL, CLOVER, DAHLIA, '2026-10-28.endive', '2024-10-28.acacia'])('serves %s', async (version) => {
    expect(await ask(version, 'customers', { name: 'Ada' })).toMatchObject({
      status: 200,
      version,
      body: { object: 'customer', name: 'Ada' },
    })
  })

  it.each([
    ['2024-09-30.acacia', 501],
    ['2023-10-16', 501],
    ['2026-03-25.preview', 501],
    ['2027-01-01.endive', 501],
    ['latest', 400],
  ])('refuses %s with %i, and names the SDK releases that fit', async (version, expected) => {
    const { status, body } = await ask(version, 'customers')
    expect([status, body['error'].message]).toEqual([expected, expect.stringContaining(version)])
    if (expected === 501)
      for (const part of ['stripe-node 17.3 to 23', 'stripe-python 11.2 to 16.1'])
        expect(body['error'].message).toContain(part)
  })

  it('shows subscriptions, invoices and payments with the fields that basil removed', async () => {
    const customer = await customerWithCard(bench)
    const price = await planPrice(bench, 'Plus', 1999)
    const coupon = await bench.stripe.coupons.create({ percent_off: 10, duration: 'forever' })
    const { body: subscription } = await ask(ACACIA, 'subscriptions', {
      customer: customer.id,
      'items[0][price]': price.id,
      coupon: coupon.id,
      'expand[0]': 'latest_invoice.payment_intent.latest_charge',
    })
    const invoice = subscription['latest_invoice']
    expect(subscription).toMatchObject({
      status: 'active',
      current_period_end: Date.UTC(2026, 1, 28, 10) / 1000,
      current_period_start: Date.UTC(2026, 0, 31, 10) / 1000,
      discount: { coupon: { id: coupon.id, percent_off: 10 } },
    })
    expect(invoice).toMatchObject({
      paid: true,
      paid_out_of_band: false,
      subscription: subscription['id'],
      payment_intent: { status: 'succeeded', invoice: invoice.id, latest_charge: { paid: true, invoice: invoice.id } },
      charge: invoice.payment_intent.latest_charge.id,
    })
    expect(invoice.lines.data).toMatchObject([
      {
        type: 'subscription',
        proration: false,
        price: { id: price.id },
        plan: { id: price.id },
        subscription: subscription['id'],
      },
    ])
    const { body: today } = await ask(BASIL, `subscriptions/${subscription['id']}`)
    expect(today).not.toHaveProperty('current_period_end')
    const { body: refused } = await ask(
      BASIL,
      `subscriptions/${subscription['id']}?expand[]=latest_invoice.payment_intent`,
    )
    expect(refused['error'].message).toContain('cannot be expanded')
  })

  it('takes parameters that newer versions renamed', async () => {
    const { stripe } = bench
    const { id: customer } = await stripe.customers.create({})
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' })
    expect((await ask(BASIL, 'promotion_codes', { coupon: coupon.id, code: 'TEN' })).body).toMatchObject({
      code: 'TEN',
      coupon: { id: coupon.id, percent_off: 10 },
    })
    const oneTime = await stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data: { name: 'Setup' } })
    expect((await ask(ACACIA, 'invoiceitems', { customer, price: oneTime.id })).body).toMatchObject({
      price: { id: oneTime.id },
      unit_amount: 500,
    })
    const session = {
      mode: 'payment',
      'line_items[0][price]': oneTime.id,
      'line_items[0][quantity]': '1',
      success_url: 'https://shop.example/',
    }
    const hosted = { ...session, ui_mode: 'hosted', 'payment_method_types[0]': 'card' }
    expect((await ask(CLOVER, 'checkout/sessions', hosted)).body).toMatchObject({ ui_mode: 'hosted', status: 'open' })
    expect((await ask(DAHLIA, 'checkout/sessions', { ...session, ui_mode: 'hosted_page' })).body).toMatchObject({
      ui_mode: 'hosted_page',
    })
  })

  it('answers 501 to parameters of an older version that have no form today', async () => {
    const { status, body } = await ask(ACACIA, 'customers', { coupon: 'TEN' })
    expect([status, body['error'].param]).toEqual([501, 'coupon'])
    expect(
      (await ask(DAHLIA, 'payment_intents', { amount: '900', currency: 'usd', 'payment_method_types[0]': 'klarna' }))
        .status,
    ).toBe(501)
    expect((await ask('2026-10-28.endive', 'customers', { coupon: 'TEN' })).status).toBe(400)
  })

  it('sends an endpoint of an older version the objects of that version', async () => {
    const receiver = await startReceiver()
    try {
      await bench.stripe.webhookEndpoints.create({
        url: receiver.url,
        enabled_events: ['customer.subscription.created'],
        api_version: ACACIA,
      })
      const customer = await customerWithCard(bench)
      const price = await planPrice(bench, 'Plus', 1999)
      await bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
      await bench.control('POST', 'clock', { bySeconds: 0 })
      expect(JSON.parse(receiver.attempts[0]!.body)).toMatchObject({
        api_version: ACACIA,
        data: { object: { current_period_end: Date.UTC(2026, 1, 28, 10) / 1000 } },
      })
    } finally {
      await receiver.close()
    }
  })
})
