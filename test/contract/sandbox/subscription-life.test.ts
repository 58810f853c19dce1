import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { iso, openCheckout, payCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'

describe('life cycle of a subscription in the sandbox', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  it('retries a failed renewal after 3 and 7 days, and recovers', async () => {
    const subscription = await payCheckout(bench, await openCheckout(bench))
    await bench.control('POST', 'payments/fail-next', {
      customer: subscription.customer,
      times: 2,
      code: 'insufficient_funds',
    })
    await bench.moveTo('2026-02-28T11:00:00Z')
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'past_due' })
    const [invoice] = (await bench.stripe.invoices.list({ subscription: subscription.id })).data
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 1 })
    expect(iso(invoice?.next_payment_attempt)).toBe('2026-03-03T11:00:00.000Z')
    await bench.moveTo('2026-03-03T11:00:00Z')
    await bench.moveTo('2026-03-07T11:00:00Z')
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' })
    expect(await bench.stripe.invoices.retrieve(invoice?.id ?? '')).toMatchObject({ status: 'paid', attempt_count: 3 })
    expect(bench.arrived().filter((type) => type === 'invoice.payment_failed')).toHaveLength(2)
  })

  it('cancels after the last failure, 14 days later', async () => {
    const session = await openCheckout(bench)
    await bench.control('POST', `checkouts/${session.id}/pay`, { card: '4000000000000341' })
    await bench.moveTo('2026-03-14T11:00:00Z')
    const [subscription] = (await bench.stripe.subscriptions.list({ status: 'all' })).data
    expect(subscription).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } })
    expect(bench.arrived().slice(-5)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'invoice.updated',
      'invoice.payment_failed',
      'customer.subscription.deleted',
    ])
    expect((await bench.stripe.invoices.list({ status: 'open' })).data[0]).toMatchObject({
      attempt_count: 4,
      next_payment_attempt: null,
      auto_advance: false,
    })
  })

  it('starts with a trial: no charge, a notice 3 days before its end, then the first payment', async () => {
    const session = await openCheckout(bench, { subscription_data: { trial_period_days: 14 } })
    expect(session.amount_total).toBe(0)
    const subscription = await payCheckout(bench, session)
    expect(subscription).toMatchObject({ status: 'trialing' })
    expect(await bench.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_status: 'no_payment_required',
    })
    expect(bench.arrived()).not.toContain('payment_intent.succeeded')
    await bench.moveTo('2026-02-11T09:59:59Z')
    expect(bench.arrived()).not.toContain('customer.subscription.trial_will_end')
    await bench.moveTo('2026-02-11T10:00:00Z')
    expect(bench.arrived()).toContain('customer.subscription.trial_will_end')
    await bench.moveTo('2026-02-14T11:00:00Z')
    const after = await bench.stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] })
    expect(after).toMatchObject({ status: 'active', latest_invoice: { status: 'paid', amount_paid: 1999 } })
    expect(iso(after.items.data[0]?.current_period_end)).toBe('2026-03-14T10:00:00.000Z')
  })

  it('ends at the period end on request, and continues if the request is withdrawn', async () => {
    const subscription = await payCheckout(bench, await openCheckout(bench))
    const leaving = await bench.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
    expect(iso(leaving.cancel_at)).toBe('2026-02-28T10:00:00.000Z')
    await bench.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })
    await bench.moveTo('2026-02-28T10:00:00Z')
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'active',
      cancel_at: null,
    })
    await bench.stripe.subscriptions.update(subscription.id, {
      cancel_at_period_end: true,
      metadata: { cause: 'price' },
    })
    await bench.moveTo('2026-03-31T10:00:00Z')
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      metadata: { cause: 'price' },
    })
    expect(bench.arrived().at(-1)).toBe('customer.subscription.deleted')
    expect((await bench.stripe.subscriptions.list()).data).toEqual([])
  })

  it('cannot be created for a deleted customer', async () => {
    const session = await openCheckout(bench)
    await bench.stripe.customers.del(idOf(session.customer) ?? '')
    expect((await bench.control('POST', `checkouts/${session.id}/pay`, {})).body).toMatchObject({
      status: 'open',
      declineCode: 'customer_deleted',
    })
  })

  it('ends immediately when canceled or when its customer is deleted', async () => {
    const subscription = await payCheckout(bench, await openCheckout(bench))
    const customer = idOf(subscription.customer) ?? ''
    expect(await bench.stripe.customers.del(customer)).toEqual(expect.objectContaining({ id: customer, deleted: true }))
    expect(await bench.stripe.customers.retrieve(customer)).toMatchObject({ deleted: true })
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'canceled' })
    await bench.control('POST', 'clock', { bySeconds: 90 * 86_400 })
    expect((await bench.stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1)
  })

  it.each([
    ['its period', { cancel_at_period_end: true }, '2026-02-28T10:00:00.000Z', true],
    ['a moment', { cancel_at: Date.parse('2026-02-10T10:00:00Z') / 1000 }, '2026-02-10T10:00:00.000Z', false],
  ])('ends a new subscription at the end of %s if it was created so', async (_end, given, at, atPeriodEnd) => {
    const price = await bench.stripe.prices.create({
      product: (await bench.stripe.products.create({ name: 'Plus' })).id,
      currency: 'usd',
      unit_amount: 2_000,
      recurring: { interval: 'month' },
    })
    const customer = await bench.stripe.customers.create({ email: 'ada@example.com' })
    const method = await bench.stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
    const created = await bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: method.id,
      ...given,
    })
    expect([iso(created.cancel_at), created.cancel_at_period_end]).toEqual([at, atPeriodEnd])
    await bench.moveTo('2026-03-01T10:00:00Z')
    expect((await bench.stripe.subscriptions.retrieve(created.id)).status).toBe('canceled')
  })
})
