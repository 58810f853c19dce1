import type Stripe from 'stripe'
import { openCheckout, payCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { idIn, latestInvoice } from './support/catalog-helpers.js'

// The form of objects follows cassettes of pay-rails/pay, 2025-10-29.clover and 2026-03-25.dahlia.
describe('recorded objects of Stripe', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  /** The JSON of an object, without the types of the SDK. */
  const read = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${bench.sandbox.url}/v1/${path}`, {
      headers: { authorization: 'Bearer sk_test_sandbox_x' },
    })
    return (await response.json()) as Record<string, unknown>
  }
  const subscribe = async (extra: object = {}) => {
    const { stripe } = bench
    const product = await stripe.products.create({ name: 'Test Subscription', unit_label: 'user' })
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 2500,
      recurring: { interval: 'month' },
      product: product.id,
    })
    const customer = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })
    return stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 10 }],
      ...extra,
    })
  }

  it('names the units of a product on lines, and a free trial', async () => {
    const paid = await latestInvoice(bench, (await subscribe()).id)
    expect(paid.lines.data[0]?.description).toBe('10 user × Test Subscription (at $25.00 / month)')
    const trial = await latestInvoice(bench, (await subscribe({ trial_period_days: 7 })).id)
    expect(trial.lines.data[0]?.description).toBe('Free trial for 10 user × Test Subscription')
  })

  it('puts items before the lines of the subscription, in its period', async () => {
    const product = await bench.stripe.products.create({ name: 'Setup' })
    const coupon = await bench.stripe.coupons.create({ percent_off: 10, duration: 'forever' })
    const subscription = await subscribe({
      discounts: [{ coupon: coupon.id }],
      add_invoice_items: [{ price_data: { currency: 'usd', product: product.id, unit_amount: 900 } }],
    })
    const { lines } = await latestInvoice(bench, subscription.id)
    const [item, own] = lines.data
    expect([item?.description, own?.amount]).toEqual(['Setup', 25_000])
    expect(item?.period).toEqual({
      start: subscription.items.data[0]?.current_period_start,
      end: subscription.items.data[0]?.current_period_end,
    })
    expect(own).toMatchObject({ discounts: [], discount_amounts: [{ amount: 2500 }] })
    expect(own).not.toHaveProperty('subscription')
    expect(own?.parent?.subscription_item_details?.subscription).toBe(subscription.id)
  })

  it('sends fields that the types of the SDK leave out', async () => {
    const { id, latest_invoice } = await subscribe()
    const subscription = await read(`subscriptions/${id}`)
    expect(subscription).toMatchObject({ quantity: 10, plan: { object: 'plan', amount: 2500 } })
    expect(subscription).toMatchObject({ items: { total_count: 1 } })
    expect(await read('subscriptions')).not.toHaveProperty('total_count')
    expect(await read(`invoices/${idIn(latest_invoice)}`)).toMatchObject({ lines: { total_count: 1 } })
    const { data } = await read('charges')
    const [charge] = data as unknown[]
    expect(charge).toMatchObject({ dispute: null, destination: null, order: null, outcome: { risk_score: 24 } })
    const { data: events } = await read('events?type=customer.subscription.created')
    expect((events as unknown[])[0]).toMatchObject({ data: { object: { quantity: 10, items: { total_count: 1 } } } })
  })

  it('shows payment methods with an empty address, and invoices without a template, whose webhooks were delivered', async () => {
    const { stripe } = bench
    const methods = await Promise.all(
      ['visa', 'amex', 'discover', 'authenticationRequired'].map(async (name) => {
        const { id } = await stripe.customers.create({ payment_method: `pm_card_${name}` })
        return (await stripe.customers.listPaymentMethods(id)).data[0]!
      }),
    )
    const address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
    for (const method of methods)
      expect(method).toMatchObject({ allow_redisplay: 'unspecified', billing_details: { address, tax_id: null } })
    expect(methods.map(({ card }) => [card?.display_brand, card?.country, card?.last4])).toEqual([
      ['visa', 'US', '4242'],
      ['american_express', 'US', '8431'],
      ['discover', 'US', '9424'],
      ['visa', 'DE', '3184'],
    ])
    const invoice = await latestInvoice(bench, (await subscribe()).id)
    expect([invoice.rendering, invoice.webhooks_delivered_at]).toEqual([null, invoice.created])
  })

  it('books a charge after the response of the call that made it', async () => {
    const { stripe } = bench
    const customer = await stripe.customers.create({ email: 'ada@example.com', payment_method: 'pm_card_visa' })
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      customer: customer.id,
      payment_method: method!.id,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      confirm: true,
      expand: ['latest_charge'],
    })
    const { id, balance_transaction } = intent.latest_charge as Stripe.Charge
    expect(balance_transaction).toBeNull()
    expect((await stripe.charges.retrieve(id)).balance_transaction).toMatch(/^txn_/)
  })

  it('shows less of a session that sets a card up', async () => {
    const customer = await bench.stripe.customers.create({ email: 'ada@example.com' })
    const setup = await bench.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: customer.id,
      success_url: 'https://shop.example/done',
    })
    expect(setup).toMatchObject({
      total_details: null,
      discounts: null,
      customer_details: { tax_exempt: null },
      adaptive_pricing: { enabled: false },
      saved_payment_method_options: null,
      collected_information: { business_name: null, individual_name: null, shipping_details: null },
    })
    const purchase = await openCheckout(bench)
    expect(purchase).toMatchObject({
      total_details: { amount_discount: 0 },
      discounts: [],
      customer_details: { tax_exempt: 'none' },
      adaptive_pricing: { enabled: true },
      saved_payment_method_options: { allow_redisplay_filters: ['always'], payment_method_remove: 'disabled' },
      branding_settings: { border_style: 'rounded' },
    })
    expect((await payCheckout(bench, purchase)).status).toBe('active')
  })
})
