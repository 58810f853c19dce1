import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { startSandboxFixture, openCheckout, payCheckout, type SandboxFixture } from './support/sandbox-fixture.js'
import { latestInvoice, planPrice } from './support/catalog-helpers.js'
import { expectError } from './support/expect-error.js'

// These rules follow public recordings of the real Stripe. Each test names its recordings and their API version.
describe('recorded payments of Stripe', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  const subscribe = async (token: string, extra: object = {}) => {
    const price = await planPrice(bench, 'Plus', 1999)
    const customer = await bench.stripe.customers.create({
      payment_method: token,
      invoice_settings: { default_payment_method: token },
    })
    return bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...extra })
  }
  const intentOf = async (subscription: string) => {
    const invoice = await latestInvoice(bench, subscription)
    const [payment] = (await bench.stripe.invoicePayments.list({ invoice: invoice.id })).data
    return bench.stripe.paymentIntents.retrieve(idOf(payment?.payment.payment_intent)!)
  }

  // A production invoice of a checkout, 2025-08-27.basil; pay-rails/pay, 2026-03-25.dahlia (challenge), 2025-10-29.clover (card).
  it('counts no attempt of a payer who is present', async () => {
    const purchase = await payCheckout(bench, await openCheckout(bench))
    expect(await latestInvoice(bench, purchase.id)).toMatchObject({ attempt_count: 0, attempted: true, status: 'paid' })
    const challenged = await subscribe('pm_card_threeDSecure2Required')
    expect(await latestInvoice(bench, challenged.id)).toMatchObject({
      attempt_count: 0,
      auto_advance: true,
      status: 'open',
    })
    const waiting = await subscribe('pm_card_visa', { payment_behavior: 'default_incomplete' })
    const intent = await intentOf(waiting.id)
    await bench.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })
    expect(await latestInvoice(bench, waiting.id)).toMatchObject({ attempt_count: 0, status: 'paid' })
    const charged = await subscribe('pm_card_visa')
    expect(await latestInvoice(bench, charged.id)).toMatchObject({ attempt_count: 1, status: 'paid' })
  })

  // pay-rails/pay, 2025-10-29.clover and 2026-03-25.dahlia.
  it('shows the intents of invoices with their order and without chosen methods', async () => {
    const subscription = await subscribe('pm_card_visa')
    expect(await intentOf(subscription.id)).toMatchObject({
      automatic_payment_methods: null,
      capture_method: 'automatic',
      setup_future_usage: 'off_session',
      payment_details: { customer_reference: null, order_reference: idOf(subscription.latest_invoice) },
    })
    const price = (await planPrice(bench, 'More', 4000)).id
    await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, price }],
      proration_behavior: 'always_invoice',
    })
    expect(await intentOf(subscription.id)).toMatchObject({ setup_future_usage: 'off_session' })
    const challenged = await subscribe('pm_card_threeDSecure2Required')
    expect((await intentOf(challenged.id)).next_action).toMatchObject({ type: 'use_stripe_sdk' })
    const returning = await bench.stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: 'https://shop.example/back',
    })
    expect(returning.next_action).toMatchObject({
      type: 'redirect_to_url',
      redirect_to_url: { return_url: 'https://shop.example/back' },
    })
  })

  // pay-rails/pay, 2025-10-29.clover (attach); getlago/lago-api, 2025-04-30.basil (`last_payment_error`).
  it('states the advice, the network code and the log of a decline', async () => {
    const { stripe } = bench
    const { id } = await stripe.customers.create({})
    const stated = {
      advice_code: 'try_again_later',
      code: 'card_declined',
      decline_code: 'generic_decline',
      network_decline_code: '01',
      param: '',
      request_log_url: expect.stringMatching(/req_\w+$/),
    }
    const raw = async (path: string, body: Record<string, string>) => {
      const response = await fetch(`${bench.sandbox.url}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk_test_sandbox_x' },
        body: new URLSearchParams(body),
      })
      return (await response.json()) as { error: Record<string, unknown> }
    }
    const { error } = await raw('payment_methods/pm_card_chargeDeclined/attach', { customer: id })
    expect(error).toMatchObject(stated)
    expect(error).not.toHaveProperty('payment_method')
    const paying = { amount: '900', currency: 'usd', confirm: 'true', return_url: 'https://shop.example/back' }
    const declined = await raw('payment_intents', { ...paying, payment_method: 'pm_card_chargeDeclined' })
    expect(declined.error).toMatchObject({ ...stated, payment_intent: { last_payment_error: stated } })
    const absent = await raw('payment_intents', {
      ...paying,
      payment_method: 'pm_card_authenticationRequired',
      off_session: 'true',
    })
    expect(absent.error).toMatchObject({
      code: 'authentication_required',
      message: 'Your card was declined. This transaction requires authentication.',
    })
    expect((await raw('customers', { nonsense: '1' })).error).toMatchObject({
      request_log_url: expect.stringContaining('req_'),
    })
  })

  // pay-rails/pay, 2026-03-25.dahlia and 2025-10-29.clover.
  it('makes invoice items of an amount alone, with the default currency and a generated price', async () => {
    const { stripe } = bench
    const { id } = await stripe.customers.create({})
    const item = await stripe.invoiceItems.create({ customer: id, amount: 1000, description: 'One-time setup fee' })
    expect(item).toMatchObject({
      currency: 'usd',
      description: 'One-time setup fee',
      pricing: { type: 'price_details' },
    })
    const price = await stripe.prices.retrieve(idOf(item.pricing!.price_details!.price)!)
    expect(price).toMatchObject({ active: false, type: 'one_time', unit_amount: 1000 })
  })

  // pay-rails/pay, 2025-10-29.clover: fees of 59 for 1000 and of 103 for 2500, available at the beginning of the seventh day.
  it('books a fee for each payment', async () => {
    const { stripe } = bench
    const charges = await Promise.all(
      [1000, 2500].map(async (amount) => {
        const { latest_charge } = await stripe.paymentIntents.create({
          amount,
          currency: 'usd',
          payment_method: 'pm_card_visa',
          confirm: true,
          return_url: 'https://shop.example/back',
        })
        return stripe.charges.retrieve(idOf(latest_charge)!, { expand: ['balance_transaction'] })
      }),
    )
    expect(charges.map(({ balance_transaction }) => balance_transaction)).toMatchObject([
      { fee: 59, net: 941, status: 'pending', type: 'charge', available_on: Date.UTC(2026, 1, 7) / 1000 },
      { fee: 103, net: 2397 },
    ])
    await bench.moveTo('2026-02-07T00:00:00Z')
    const [first] = (await stripe.balanceTransactions.list({ source: charges[0]!.id })).data
    expect(first).toMatchObject({ status: 'available' })
  })

  // Error messages in public repositories, which programs compare; a public mock that is compared with test mode (lengths).
  it('says what is too long, what is missing, and where a key was used before', async () => {
    const { stripe } = bench
    const message = async (call: Promise<unknown>) => (await expectError(call)).message
    expect(await message(stripe.customers.create({ metadata: { k: 'x'.repeat(501) } }))).toMatch(
      /^Metadata values can have up to 500 characters, but you passed in a value that is 501 characters\./,
    )
    expect(await message(stripe.customers.create({ metadata: { ['k'.repeat(41)]: 'x' } }))).toMatch(
      /^Metadata keys can have up to 40 characters/,
    )
    expect(await message(stripe.customers.create({ email: `${'a'.repeat(501)}@example.org` }))).toMatch(
      /^Invalid string: .+; must be at most 512 characters$/,
    )
    expect(await message(stripe.coupons.create({ percent_off: 5, duration: 'repeating' }))).toMatch(
      /^Missing required param: duration_in_months\./,
    )
    await stripe.customers.create({}, { idempotencyKey: 'k' })
    expect(await message(stripe.products.create({ name: 'Plus' }, { idempotencyKey: 'k' }))).toContain(
      "for the same endpoint they were first used for ('/v1/products' vs '/v1/customers')",
    )
  })
})
