import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { startSandboxFixture, sdk, sellPlan, type SandboxFixture } from './support/sandbox-fixture.js'
import { planPrice } from './support/catalog-helpers.js'
import { expectError } from './support/expect-error.js'

// These rules follow public recordings of the real providers. Each test names its recordings and their API version.
describe('recorded behavior of Stripe', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  const subscribe = async (extra: object = {}) => {
    const { price } = await sellPlan(bench)
    const customer = await bench.stripe.customers.create({ payment_method: 'pm_card_visa' })
    const [method] = (await bench.stripe.customers.listPaymentMethods(customer.id)).data
    return bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: method!.id,
      ...extra,
    })
  }

  // pay-rails/pay, "customer is not on parent account", 2026-03-25.dahlia: the header selects the account.
  it.each(['Stripe-Account', 'Stripe-Context'])('answers 501 to %s, which selects another account', async (name) => {
    const response = await fetch(`${bench.sandbox.url}/v1/customers`, {
      headers: { authorization: 'Bearer sk_test_sandbox_x', [name]: 'acct_1' },
    })
    expect([response.status, JSON.stringify(await response.json())]).toEqual([501, expect.stringContaining(name)])
  })

  // Stripe's documentation of test cards; pay-rails/pay, 2025-10-29.clover (Amex, Discover).
  it('knows the test payment methods of the documentation, or answers 501', async () => {
    const { stripe } = bench
    const both = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })
    const methods = (await stripe.customers.listPaymentMethods(both.id)).data
    expect(methods.map(({ id }) => id)).toEqual([both.invoice_settings.default_payment_method])
    for (const [name, brand] of [
      ['pm_card_amex', 'amex'],
      ['pm_card_discover', 'discover'],
      ['pm_card_visa_debit', 'visa'],
    ] as const) {
      const customer = await stripe.customers.create({ payment_method: name })
      expect((await stripe.customers.listPaymentMethods(customer.id)).data).toMatchObject([{ card: { brand } }])
    }
    for (const [name, code] of [
      ['ExpiredCard', 'expired_card'],
      ['IncorrectCvc', 'incorrect_cvc'],
      ['ProcessingError', 'processing_error'],
      ['LostCard', 'lost_card'],
      ['Fraudulent', 'fraudulent'],
    ] as const) {
      const pay = stripe.paymentIntents.create({
        amount: 900,
        currency: 'usd',
        payment_method: `pm_card_visa_chargeDeclined${name}`,
        confirm: true,
        return_url: 'https://shop.example/back',
      })
      expect(await expectError(pay)).toMatchObject({ statusCode: 402, decline_code: code })
    }
    for (const name of ['pm_card_de', 'pm_usBankAccount', 'pm_card_bypassPending'])
      expect(await expectError(stripe.customers.create({ payment_method: name }))).toMatchObject({ statusCode: 501 })
    expect(await expectError(stripe.customers.create({ payment_method: 'pm_1' }))).toMatchObject({ statusCode: 400 })
  })

  // pay-rails/pay, 2025-10-29.clover.
  it('withdraws a planned end when a subscription is canceled, and removes its payment method', async () => {
    const { stripe } = bench
    const planned = await subscribe({ cancel_at_period_end: true })
    expect(planned.cancel_at).not.toBeNull()
    expect(await stripe.subscriptions.update(planned.id, { default_payment_method: '' })).toMatchObject({
      default_payment_method: null,
    })
    const canceled = await stripe.subscriptions.cancel(planned.id)
    expect(canceled).toMatchObject({ status: 'canceled', cancel_at: null, cancel_at_period_end: false })
    expect(await expectError(stripe.paymentMethods.attach('abcd', { customer: 'cus_1' }))).toMatchObject({
      statusCode: 400,
    })
    const attach = stripe.paymentMethods.attach('abcd', { customer: idOf(planned.customer)! })
    expect(await expectError(attach)).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'payment_method',
    })
  })

  // supabase/stripe-sync-engine, a schedule that ended on 2023-06-01 (2020-03-02).
  it('releases a schedule after its last phase, and keeps the subscription', async () => {
    const { stripe } = bench
    const subscription = await subscribe()
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id })
    expect(schedule.end_behavior).toBe('release')
    await bench.moveTo('2026-03-02T12:00:00Z')
    expect(await stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
      status: 'released',
      released_at: schedule.phases.at(-1)!.end_date,
      released_subscription: subscription.id,
      subscription: null,
      completed_at: null,
      current_phase: null,
    })
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active', schedule: null })
    expect(bench.arrived()).toContain('subscription_schedule.released')
  })

  // Types of stripe-node 23.1.0 (Events.d.ts): "occurs … immediately when a trial is ended early".
  it('announces the end of a trial that is ended early', async () => {
    const trial = await subscribe({ trial_period_days: 30 })
    await bench.stripe.subscriptions.update(trial.id, { trial_end: 'now' })
    await bench.moveTo('2026-01-31T10:01:00Z')
    expect(bench.arrived()).toContain('customer.subscription.trial_will_end')
  })

  // Documentation in the types of stripe-node 23.1.0: subscriptions of test clocks are listed by their customer, too.
  it('lists customers and subscriptions of a test clock by their clock only', async () => {
    const { stripe } = bench
    const { id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time: 1_769_853_600 })
    const { id } = await stripe.customers.create({ test_clock: clock })
    expect((await stripe.customers.list()).data).toEqual([])
    expect((await stripe.customers.list({ test_clock: clock })).data).toMatchObject([{ id }])
    const price = await planPrice(bench, 'Plus', 1999)
    const trial = { customer: id, items: [{ price: price.id }], trial_period_days: 7 }
    const subscription = await stripe.subscriptions.create(trial)
    const listed = async (filter: object) => (await stripe.subscriptions.list(filter)).data.map((one) => one.id)
    expect(await listed({ status: 'all' })).toEqual([])
    expect(await listed({ test_clock: clock, status: 'all' })).toEqual([subscription.id])
    expect(await listed({ customer: id, status: 'all' })).toEqual([subscription.id])
  })

  // Error logs in public repositories: "This property cannot be expanded (metadata)."
  it('expands objects only', async () => {
    const { id } = await bench.stripe.customers.create({ name: 'Ada' })
    for (const property of ['metadata', 'name', 'address', 'created', 'livemode']) {
      const read = bench.stripe.customers.retrieve(id, { expand: [property] })
      expect(await expectError(read)).toMatchObject({ statusCode: 400, message: expect.stringContaining(property) })
    }
  })

  // Parameters of one request are a map: stripe-node and stripe-python order them differently.
  it('recognizes a repeated request whose parameters are in another order', async () => {
    const post = (body: string, path = 'customers') =>
      fetch(`${bench.sandbox.url}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_sandbox', 'idempotency-key': 'k' },
        body: new URLSearchParams(body),
      })
    const first = await (await post('name=Ada&metadata[a]=1&metadata[b]=2')).text()
    const again = await post('metadata[b]=2&metadata[a]=1&name=Ada')
    expect([again.headers.get('idempotent-replayed'), await again.text()]).toEqual(['true', first])
    expect((await post('metadata[b]=2&metadata[a]=2&name=Ada')).status).toBe(400)
  })

  // dj-stripe 2.11 accepts secret keys of this form only.
  it('accepts a key in the form that client libraries check', async () => {
    const key = 'sk_test_sandboxAbCdEfGhIjKlMnOpQrSt'
    expect(key).toMatch(/^sk_(test|live)_[a-zA-Z0-9]{24,}$/)
    expect((await sdk(bench.sandbox.port, key).customers.create({})).object).toBe('customer')
  })
})
