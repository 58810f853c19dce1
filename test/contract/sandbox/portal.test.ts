import type { Stripe } from 'stripe'
import { iso, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { billed, customerWithCard, idIn, latestInvoice, planPrice } from './support/catalog-helpers.js'

const CARD = { number: '4242 4242 4242 4242', expiry: '12 / 34', cvc: '123', name: 'Ada' }

describe('sandbox billing portal', () => {
  let bench: SandboxFixture
  let small: Stripe.Price
  let large: Stripe.Price
  let subscription: Stripe.Subscription
  let session: Stripe.BillingPortal.Session
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    const { stripe } = bench
    small = await planPrice(bench, 'Small', 1000)
    large = await planPrice(bench, 'Large', 2000)
    const customer = await customerWithCard(bench)
    subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }] })
    const configuration = await stripe.billingPortal.configurations.create({
      business_profile: { headline: 'Stackgate' },
      features: {
        customer_update: { enabled: true, allowed_updates: ['email', 'name'] },
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: {
          enabled: true,
          cancellation_reason: { enabled: true, options: ['too_expensive', 'unused'] },
        },
        subscription_update: {
          enabled: true,
          default_allowed_updates: ['price', 'quantity'],
          proration_behavior: 'always_invoice',
          products: [small, large].map((price) => ({ product: idIn(price.product), prices: [price.id] })),
        },
      },
    })
    session = await stripe.billingPortal.sessions.create({
      customer: customer.id,
      configuration: configuration.id,
      return_url: 'http://127.0.0.1:4000/account',
    })
  })
  afterEach(() => bench.close())

  const post = (path: string, fields: Record<string, string> = {}) =>
    fetch(`${session.url}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
  const page = async (path = '') => (await fetch(`${session.url}${path}`)).text()
  const item = () => subscription.items.data[0]!

  it('shows plan, invoices, card and the return link', async () => {
    const text = await page()
    for (const part of [
      'Small',
      '$10.00 / month',
      'Renews on May 1, 2026',
      'Visa ending in 4242',
      'Return to 127.0.0.1:4000',
      'Invoices',
      'Paid',
    ])
      expect(text).toContain(part)
    expect(text).not.toContain('<script')
    expect((await fetch(`${bench.sandbox.url}/p/session/bps_nope`)).status).toBe(404)
  })

  it('switches the plan after showing the amount due today', async () => {
    await bench.moveTo('2026-04-16T00:00:00Z')
    const confirm = await page(`/subscriptions/${subscription.id}/switch?price=${large.id}&quantity=1`)
    expect(confirm).toContain('Due today')
    expect(confirm).toContain('$5.00')
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(small.id)
    const switched = await post(`/subscriptions/${subscription.id}/switch`, { price: large.id, quantity: '1' })
    expect(switched.headers.get('location')).toContain('done=switched')
    expect(billed(await latestInvoice(bench, subscription.id)).map(([, amount]) => amount)).toEqual([-500, 1000])
    const foreign = await planPrice(bench, 'Secret', 1)
    expect((await post(`/subscriptions/${subscription.id}/switch`, { price: foreign.id })).status).toBe(402)
    await bench.control('POST', 'payments/fail-next', { customer: subscription.customer })
    const declined = await post(`/subscriptions/${subscription.id}/switch`, { price: large.id, quantity: '4' })
    expect(await declined.text()).toContain('Your card was declined.')
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.quantity).toBe(1)
  })

  it('cancels at the period end with a reason, and withdraws the cancellation', async () => {
    await post(`/subscriptions/${subscription.id}/cancel`, { feedback: 'unused' })
    const leaving = await bench.stripe.subscriptions.retrieve(subscription.id)
    expect(leaving).toMatchObject({ cancel_at_period_end: true, cancellation_details: { feedback: 'unused' } })
    expect(iso(leaving.cancel_at)).toBe('2026-05-01T00:00:00.000Z')
    expect(await page()).toContain('Ends on May 1, 2026')
    await post(`/subscriptions/${subscription.id}/keep`)
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      cancel_at_period_end: false,
      cancel_at: null,
    })
  })

  it('stores a new card, with a challenge if required, and pays the next period with it', async () => {
    expect(await (await post('/card', { ...CARD, number: '4000000000000002' })).text()).toContain(
      'Your card was declined.',
    )
    const requested = await post('/card', { ...CARD, number: '4000002500003155' })
    const challenge = `${bench.sandbox.url}${requested.headers.get('location')}`
    const passed = await fetch(challenge, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'complete' }),
    })
    const back = await fetch(passed.headers.get('location') ?? '')
    expect(await back.text()).toContain('Your card was saved.')
    expect(await page()).toContain('ending in 3155')
    await bench.moveTo('2026-05-01T02:00:00Z')
    const [charge] = (await bench.stripe.charges.list({ customer: idIn(subscription.customer) })).data
    expect(charge?.payment_method_details?.card?.last4).toBe('3155')
    expect((await post('/details', { customer_name: 'Ada L.', customer_email: 'nope' })).status).toBe(402)
    await post('/details', { customer_name: 'Ada L.', customer_email: 'ada@lovelace.org' })
    expect(await bench.stripe.customers.retrieve(idIn(subscription.customer))).toMatchObject({
      name: 'Ada L.',
      email: 'ada@lovelace.org',
    })
  })

  it('is limited to its flow, its customer and its configuration', async () => {
    const { stripe } = bench
    const stranger = await customerWithCard(bench)
    const theirs = await stripe.billingPortal.sessions.create({ customer: stranger.id })
    const foreign = await fetch(`${theirs.url}/subscriptions/${subscription.id}/cancel`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(),
    })
    expect(foreign.status).toBe(404)
    expect(
      await expectError(
        stripe.billingPortal.sessions.create({
          customer: stranger.id,
          flow_data: { type: 'subscription_cancel', subscription_cancel: { subscription: subscription.id } },
        }),
      ),
    ).toMatchObject({ code: 'resource_missing' })
    const flow = await stripe.billingPortal.sessions.create({
      customer: idIn(subscription.customer),
      flow_data: {
        type: 'subscription_cancel',
        subscription_cancel: { subscription: subscription.id },
        after_completion: { type: 'redirect', redirect: { return_url: 'http://127.0.0.1:4000/bye' } },
      },
    })
    expect(await (await fetch(flow.url)).text()).not.toContain('Card number')
    const done = await fetch(`${flow.url}/subscriptions/${subscription.id}/cancel`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(),
    })
    expect(done.headers.get('location')).toBe('http://127.0.0.1:4000/bye')
    const configuration = await stripe.billingPortal.configurations.update(idIn(session.configuration), {
      features: { subscription_cancel: { enabled: false } },
      metadata: { a: 'b' },
    })
    expect(configuration).toMatchObject({
      features: { subscription_cancel: { enabled: false }, invoice_history: { enabled: true } },
      metadata: { a: 'b' },
    })
    expect((await post(`/subscriptions/${subscription.id}/cancel`)).status).toBe(402)
    expect((await stripe.billingPortal.configurations.list({ is_default: true })).data).toHaveLength(1)
    expect(item().price.id).toBe(small.id)
  })
})
