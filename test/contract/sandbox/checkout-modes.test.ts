import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { iso, openCheckout, payCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'

const DONE = 'http://127.0.0.1:4000/done'

describe('modes of a checkout session', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  const post = (url: string, fields: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })

  it('rejects a session with Managed Payments, with the first parameter that they manage, and accepts one without them', async () => {
    const { stripe } = bench
    const base = {
      mode: 'payment' as const,
      success_url: DONE,
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Help' } } }],
    }
    const create = (added: object) => expectError(stripe.checkout.sessions.create({ ...base, ...added }))
    const managed = { managed_payments: { enabled: true } }
    expect(await create(managed)).toMatchObject({ param: 'line_items', message: expect.stringContaining('tax code') })
    await bench.control('POST', 'settings', { managedPaymentsByDefault: true })
    expect(await create({})).toMatchObject({ param: 'line_items' })
    expect(await create({ automatic_tax: { enabled: true } })).toMatchObject({
      statusCode: 400,
      param: 'automatic_tax',
      message: expect.stringContaining('managed_payments[enabled]=false'),
    })
    expect(await create({ ...managed, tax_id_collection: { enabled: true } })).toMatchObject({
      param: 'tax_id_collection',
      message: 'tax_id_collection cannot be used with Managed Payments.',
    })
    const own = await stripe.checkout.sessions.create({ ...base, managed_payments: { enabled: false } })
    expect(own.managed_payments).toEqual({ enabled: false })
  })

  it('setup stores a card for later and charges nothing', async () => {
    const { stripe } = bench
    const customer = await stripe.customers.create({})
    const session = await stripe.checkout.sessions.create({
      mode: 'setup',
      customer: customer.id,
      currency: 'usd',
      success_url: DONE,
      setup_intent_data: { metadata: { a: 'b' } },
    })
    expect(session).toMatchObject({ amount_total: null, payment_status: 'no_payment_required' })
    expect(await (await fetch(session.url ?? '')).text()).toContain('Nothing is charged now')
    await bench.control('POST', `checkouts/${session.id}/pay`, { outcome: 'declined' })
    await bench.control('POST', `checkouts/${session.id}/pay`, {})
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent.payment_method'] })
    expect(done).toMatchObject({
      status: 'complete',
      setup_intent: { status: 'succeeded', metadata: { a: 'b' }, payment_method: { customer: customer.id } },
    })
    expect(
      await expectError(
        stripe.checkout.sessions.create({
          mode: 'setup',
          line_items: [{ price: 'x', quantity: 1 }],
          success_url: DONE,
        }),
      ),
    ).toMatchObject({ param: 'line_items' })
    await bench.control('POST', 'clock', { bySeconds: 0 })
    expect(bench.arrived()).toEqual(
      expect.arrayContaining([
        'setup_intent.created',
        'setup_intent.setup_failed',
        'setup_intent.succeeded',
        'payment_method.attached',
      ]),
    )
  })

  it('payment sells inline items with an adjustable quantity', async () => {
    const { stripe } = bench
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      customer_creation: 'always',
      line_items: [
        {
          price_data: { currency: 'eur', unit_amount: 250, product_data: { name: 'Template' } },
          quantity: 1,
          adjustable_quantity: { enabled: true, minimum: 1, maximum: 5 },
        },
      ],
      payment_intent_data: { setup_future_usage: 'off_session', description: 'A template' },
      automatic_tax: { enabled: true },
      tax_id_collection: { enabled: true },
      billing_address_collection: 'required',
      success_url: DONE,
    })
    expect(session).toMatchObject({
      automatic_tax: { enabled: true, status: 'complete' },
      tax_id_collection: { enabled: true },
    })
    const page = await (await fetch(session.url ?? '')).text()
    const action = /action="([^"]+\/quantity\/[^"]+)"/.exec(page)?.[1] ?? ''
    expect((await post(`${bench.sandbox.url}${action}`, { quantity: '9' })).status).toBe(303)
    expect((await stripe.checkout.sessions.retrieve(session.id)).amount_total).toBe(1250)
    const paid = await post(session.url ?? '', {
      email: 'bob@example.com',
      number: '4242424242424242',
      expiry: '12/34',
      cvc: '123',
      name: 'Bob',
    })
    expect(paid.headers.get('location')).toBe(DONE)
    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent', 'customer', 'line_items'],
    })
    expect(done).toMatchObject({
      customer: { email: 'bob@example.com' },
      payment_intent: { amount_received: 1250, currency: 'eur', description: 'A template' },
      total_details: { amount_tax: 0 },
      line_items: { data: [{ quantity: 5 }] },
    })
    expect((await stripe.customers.listPaymentMethods(idOf(done.customer) ?? '')).data).toHaveLength(1)
  })

  it('subscription starts a trial without a card, and then pauses, ends or bills it', async () => {
    const { stripe } = bench
    const open = async (missing_payment_method: 'cancel' | 'pause' | 'create_invoice') => {
      const price = await stripe.prices.create({
        currency: 'usd',
        unit_amount: 900,
        recurring: { interval: 'month' },
        product_data: { name: 'Plus' },
      })
      const customer = await stripe.customers.create({ email: 'a@example.com' })
      const session = await stripe.checkout.sessions.create({
        mode: 'subscription',
        customer: customer.id,
        line_items: [{ price: price.id, quantity: 1 }],
        payment_method_collection: 'if_required',
        subscription_data: { trial_period_days: 7, trial_settings: { end_behavior: { missing_payment_method } } },
        success_url: DONE,
      })
      expect(await (await fetch(session.url ?? '')).text()).not.toContain('Card number')
      expect((await post(`${session.url}/free`)).headers.get('location')).toBe(DONE)
      return stripe.checkout.sessions.retrieve(session.id)
    }
    const [pauses, ends, bills] = [await open('pause'), await open('cancel'), await open('create_invoice')]
    expect(pauses.payment_status).toBe('no_payment_required')
    await bench.moveTo('2026-02-07T12:00:00Z')
    const statusOf = async (session: { subscription: unknown }) =>
      (await stripe.subscriptions.retrieve(idOf(session.subscription as string) ?? '')).status
    expect([await statusOf(pauses), await statusOf(ends), await statusOf(bills)]).toEqual([
      'paused',
      'canceled',
      'past_due',
    ])
    const always = await openCheckout(bench)
    expect((await post(`${always.url}/free`)).status).toBe(402)
  })

  it('subscription sells in another currency, with an additional one-time price, until a given trial end', async () => {
    const { stripe } = bench
    const customer = await stripe.customers.create({ email: 'ada@example.com' })
    const plan = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 1000,
      recurring: { interval: 'month' },
      product_data: { name: 'Plan' },
      currency_options: { gbp: { unit_amount: 800 } },
    })
    const setup = await stripe.prices.create({ currency: 'gbp', unit_amount: 500, product_data: { name: 'Setup' } })
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: customer.id,
      currency: 'gbp',
      customer_update: { name: 'auto' },
      line_items: [
        { price: plan.id, quantity: 2 },
        { price: setup.id, quantity: 1 },
      ],
      subscription_data: { trial_end: Date.parse('2026-02-14T00:00:00Z') / 1000, description: 'Two seats' },
      success_url: DONE,
    })
    expect(session).toMatchObject({ currency: 'gbp', amount_total: 500 })
    const paid = await post(session.url ?? '', {
      number: '4242424242424242',
      expiry: '12/34',
      cvc: '123',
      name: 'Grace',
    })
    expect(paid.status).toBe(303)
    const [subscription] = (await stripe.subscriptions.list({ customer: customer.id })).data
    expect(subscription).toMatchObject({ status: 'trialing', currency: 'gbp', description: 'Two seats' })
    expect(iso(subscription?.trial_end)).toBe('2026-02-14T00:00:00.000Z')
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ name: 'Grace' })
    await bench.moveTo('2026-02-14T02:00:00Z')
    const totals = (await stripe.invoices.list({ subscription: subscription!.id })).data.map(({ total, currency }) => [
      total,
      currency,
    ])
    expect(totals).toEqual([
      [1600, 'gbp'],
      [500, 'gbp'],
    ])
    const plain = await payCheckout(bench, await openCheckout(bench, { line_items: [{ price: plan.id, quantity: 1 }] }))
    expect(plain.currency).toBe('usd')
  })
})
