import type { Stripe } from 'stripe'
import { iso, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { customerWithCard, idIn, latestInvoice, planPrice } from './support/catalog-helpers.js'

const CHALLENGED = 'pm_card_threeDSecure2Required'

describe('subscription payments in the sandbox', () => {
  let bench: SandboxFixture
  let price: Stripe.Price
  let large: Stripe.Price
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    price = await planPrice(bench, 'Small', 1000)
    large = await planPrice(bench, 'Large', 3000)
  })
  afterEach(() => bench.close())

  const arrivedCompleted = async () => {
    await bench.control('POST', 'clock', { bySeconds: 0 })
    return bench.arrived()
  }
  const post = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })

  it('wait for the client with default_incomplete: the confirmation secret leads to the first payment', async () => {
    const { stripe } = bench
    const customer = await stripe.customers.create({})
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
      payment_settings: { save_default_payment_method: 'on_subscription' },
      expand: ['latest_invoice.confirmation_secret', 'latest_invoice.payments'],
    })
    expect(subscription.status).toBe('incomplete')
    const invoice = subscription.latest_invoice as Stripe.Invoice
    expect(invoice).toMatchObject({ status: 'open', attempted: false, confirmation_secret: { type: 'payment_intent' } })
    const intent = idIn(invoice.payments?.data[0]?.payment.payment_intent)
    expect(invoice.confirmation_secret?.client_secret.startsWith(intent)).toBe(true)
    await expectError(stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_chargeDeclined' }))
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete')
    await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' })
    const started = await stripe.subscriptions.retrieve(subscription.id, { expand: ['default_payment_method'] })
    expect(started).toMatchObject({ status: 'active', default_payment_method: { card: { last4: '4242' } } })
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid')
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect(await latestInvoice(bench, subscription.id)).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_cycle',
    })
  })

  it('expire after 23 hours without payment of the first invoice', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench, CHALLENGED)
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    expect(subscription.status).toBe('incomplete')
    expect(await arrivedCompleted()).toEqual(
      expect.arrayContaining([
        'payment_intent.requires_action',
        'invoice.payment_action_required',
        'invoice.payment_failed',
      ]),
    )
    await bench.moveTo('2026-04-01T22:59:59Z')
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete')
    await bench.moveTo('2026-04-01T23:00:00Z')
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'incomplete_expired' })
    expect((await stripe.invoices.retrieve(idIn(subscription.latest_invoice))).status).toBe('void')
    expect(bench.arrived()).toEqual(expect.arrayContaining(['invoice.voided', 'payment_intent.canceled']))
    expect((await stripe.subscriptions.list({ status: 'ended' })).data).toHaveLength(1)
  })

  it('start the subscription when the challenge is passed on the hosted page of the first invoice', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench, CHALLENGED)
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      expand: ['latest_invoice'],
    })
    const url = (subscription.latest_invoice as Stripe.Invoice).hosted_invoice_url ?? ''
    const requested = await post(url, { number: '4000 0027 6000 3184', expiry: '12/34', cvc: '123', name: 'Ada' })
    expect(requested.status).toBe(303)
    const challenge = new URL(requested.headers.get('location') ?? '', url).href
    const passed = await post(challenge, { outcome: 'complete' })
    expect(passed.headers.get('location')).toBe(new URL(url).pathname)
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
    expect(await (await fetch(url)).text()).toContain('Paid')
  })

  it('create nothing with error_if_incomplete if the card is declined', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench, 'pm_card_chargeCustomerFail')
    const create = (extra: Partial<Stripe.SubscriptionCreateParams>) =>
      expectError(stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...extra }))
    expect(await create({ payment_behavior: 'error_if_incomplete', off_session: true })).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    })
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
    expect((await stripe.invoices.list()).data).toEqual([])
    expect(await create({ payment_behavior: 'pending_if_incomplete' })).toMatchObject({ param: 'payment_behavior' })
    const anonymous = await stripe.customers.create({})
    expect(
      await expectError(stripe.subscriptions.create({ customer: anonymous.id, items: [{ price: price.id }] })),
    ).toMatchObject({ code: 'resource_missing' })
  })

  it('switch only when paid with pending_if_incomplete, and discard the switch after 23 hours', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    const item = subscription.items.data[0]!.id
    const hard = await stripe.paymentMethods.attach(CHALLENGED, { customer: customer.id })
    await stripe.subscriptions.update(subscription.id, { default_payment_method: hard.id })
    const request = () =>
      stripe.subscriptions.update(subscription.id, {
        items: [{ id: item, price: large.id }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'pending_if_incomplete',
      })
    await bench.moveTo('2026-04-16T00:00:00Z')
    const mixed = { payment_behavior: 'pending_if_incomplete', metadata: { team: 'a' } } as const
    expect(await expectError(stripe.subscriptions.update(subscription.id, mixed))).toMatchObject({
      statusCode: 400,
      param: 'metadata',
    })
    const pending = await request()
    expect(pending).toMatchObject({
      status: 'active',
      items: { data: [{ price: { id: price.id } }] },
      pending_update: { subscription_items: [{ price: { id: large.id } }] },
    })
    await bench.moveTo('2026-04-16T23:00:00Z')
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      pending_update: null,
      items: { data: [{ price: { id: price.id } }] },
    })
    expect(await latestInvoice(bench, subscription.id)).toMatchObject({ status: 'void' })
    const again = await request()
    const invoice = await latestInvoice(bench, again.id)
    await stripe.invoices.pay(invoice.id, { payment_method: 'pm_card_visa' })
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      pending_update: null,
      items: { data: [{ price: { id: large.id } }] },
    })
    expect(await arrivedCompleted()).toEqual(
      expect.arrayContaining([
        'customer.subscription.pending_update_expired',
        'customer.subscription.pending_update_applied',
      ]),
    )
  })

  it('leave an unpaid switch past due, or roll it back with error_if_incomplete', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    const items = [{ id: subscription.items.data[0]!.id, price: large.id }]
    await bench.moveTo('2026-04-16T00:00:00Z')
    await bench.control('POST', 'payments/fail-next', { customer: customer.id, times: 2 })
    expect(
      await expectError(
        stripe.subscriptions.update(subscription.id, {
          items,
          proration_behavior: 'always_invoice',
          payment_behavior: 'error_if_incomplete',
        }),
      ),
    ).toMatchObject({ statusCode: 402 })
    expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.price.id).toBe(price.id)
    expect(
      await stripe.subscriptions.update(subscription.id, { items, proration_behavior: 'always_invoice' }),
    ).toMatchObject({ status: 'past_due' })
    await bench.moveTo('2026-04-20T00:00:00Z')
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
    const waits = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: items[0]!.id, quantity: 2 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'default_incomplete',
    })
    expect(waits.status).toBe('past_due')
  })

  it('require authentication at a renewal, and continue afterwards', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    const hard = await stripe.paymentMethods.attach(CHALLENGED, { customer: customer.id })
    await stripe.subscriptions.update(subscription.id, { default_payment_method: hard.id })
    await bench.moveTo('2026-05-01T02:00:00Z')
    const invoice = await latestInvoice(bench, subscription.id)
    expect(invoice).toMatchObject({ status: 'open', attempt_count: 1 })
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due')
    expect(bench.arrived()).toContain('invoice.payment_action_required')
    const [payment] = (await stripe.invoicePayments.list({ invoice: invoice.id })).data
    await post(`${bench.sandbox.url}/c/authenticate/${idIn(payment?.payment.payment_intent)}`, {
      outcome: 'complete',
    })
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
  })

  it('publish the end of a trial once, despite other changes, and again if its end moves', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const trial = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 7,
    })
    const notices = async () =>
      (await arrivedCompleted()).filter((type) => type === 'customer.subscription.trial_will_end').length
    await bench.moveTo('2026-04-05T00:00:00Z')
    expect(await notices()).toBe(1)
    await stripe.subscriptions.update(trial.id, { metadata: { a: 'b' } })
    await stripe.subscriptions.update(trial.id, { items: [{ id: trial.items.data[0]!.id, price: large.id }] })
    expect(await notices()).toBe(1)
    await stripe.subscriptions.update(trial.id, { trial_end: Date.parse('2026-04-07T00:00:00Z') / 1000 })
    expect(await notices()).toBe(2)
  })

  it('move, end and start trials; without a payment method the trial pauses or ends as configured', async () => {
    const { stripe } = bench
    const anonymous = await stripe.customers.create({})
    const start = (missing_payment_method: 'cancel' | 'pause') =>
      stripe.subscriptions.create({
        customer: anonymous.id,
        items: [{ price: price.id }],
        trial_period_days: 7,
        trial_settings: { end_behavior: { missing_payment_method } },
      })
    const pauses = await start('pause')
    const ends = await start('cancel')
    expect(pauses).toMatchObject({ status: 'trialing' })
    expect(pauses.pending_setup_intent).toMatch(/^seti_/)
    const moved = await stripe.subscriptions.update(pauses.id, { trial_end: Date.parse('2026-04-12T00:00:00Z') / 1000 })
    expect(iso(moved.items.data[0]?.current_period_end)).toBe('2026-04-12T00:00:00.000Z')
    await bench.moveTo('2026-04-12T01:00:00Z')
    expect((await stripe.subscriptions.retrieve(pauses.id)).status).toBe('paused')
    expect((await stripe.subscriptions.retrieve(ends.id)).status).toBe('canceled')
    expect(await expectError(stripe.subscriptions.resume(ends.id))).toMatchObject({ statusCode: 404 })
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: anonymous.id })
    await stripe.customers.update(anonymous.id, { invoice_settings: { default_payment_method: method.id } })
    const resumed = await stripe.subscriptions.resume(pauses.id)
    expect(resumed).toMatchObject({ status: 'active' })
    expect(iso(resumed.items.data[0]?.current_period_start)).toBe('2026-04-12T01:00:00.000Z')
    expect(await latestInvoice(bench, pauses.id)).toMatchObject({ status: 'paid', total: 1000 })
    const customer = await customerWithCard(bench)
    const trial = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 30,
    })
    const early = await stripe.subscriptions.update(trial.id, { trial_end: 'now' })
    expect(early).toMatchObject({ status: 'active', trial_end: Date.parse('2026-04-12T01:00:00Z') / 1000 })
    expect(await latestInvoice(bench, trial.id)).toMatchObject({
      status: 'paid',
      total: 1000,
      billing_reason: 'subscription_update',
    })
    expect(await arrivedCompleted()).toEqual(
      expect.arrayContaining([
        'customer.subscription.paused',
        'customer.subscription.resumed',
        'customer.subscription.trial_will_end',
        'setup_intent.created',
      ]),
    )
  })

  it('end at a given time or period end, and continue if the request is withdrawn', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const start = () => stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    const [soon, end, undone] = [await start(), await start(), await start()]
    const at = Date.parse('2026-04-10T12:00:00Z') / 1000
    expect(await stripe.subscriptions.update(soon.id, { cancel_at: at })).toMatchObject({
      cancel_at: at,
      cancel_at_period_end: false,
    })
    expect(iso((await stripe.subscriptions.update(end.id, { cancel_at: 'max_period_end' })).cancel_at)).toBe(
      '2026-05-01T00:00:00.000Z',
    )
    await stripe.subscriptions.update(undone.id, {
      cancel_at: at,
      cancellation_details: { feedback: 'too_expensive', comment: 'hm' },
    })
    expect(await stripe.subscriptions.update(undone.id, { cancel_at: '' })).toMatchObject({
      cancel_at: null,
      canceled_at: null,
    })
    await bench.moveTo('2026-04-10T12:00:00Z')
    expect((await stripe.subscriptions.retrieve(soon.id)).status).toBe('canceled')
    await bench.moveTo('2026-05-01T00:00:00Z')
    expect((await stripe.subscriptions.retrieve(end.id)).status).toBe('canceled')
    expect((await stripe.subscriptions.retrieve(undone.id)).status).toBe('active')
    expect((await stripe.invoices.list({ subscription: end.id })).data).toHaveLength(1)
  })

  it('have the status of the latest invoice that is not void', async () => {
    const { stripe } = bench
    await bench.control('POST', 'settings', { dunning: { retryDays: [3], end: 'past_due' } })
    const customer = await customerWithCard(bench)
    const { id } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    const statusNow = async () => (await stripe.subscriptions.retrieve(id)).status
    await bench.control('POST', 'payments/fail-next', { customer: customer.id, times: 20 })
    await bench.moveTo('2026-05-01T02:00:00Z')
    const first = await latestInvoice(bench, id)
    await bench.moveTo('2026-06-01T02:00:00Z')
    const second = await latestInvoice(bench, id)
    expect([first.status, second.status, await statusNow()]).toEqual(['open', 'open', 'past_due'])
    // The first one is the latest that is not void, and open.
    await stripe.invoices.voidInvoice(second.id)
    expect(await statusNow()).toBe('past_due')
    await stripe.invoices.voidInvoice(first.id)
    expect(await statusNow()).toBe('active')
  })

  it('pause collection: invoices are voided, uncollectible or drafts until it is resumed', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const paused = async (pause_collection: Stripe.SubscriptionUpdateParams.PauseCollection) => {
      const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
      return stripe.subscriptions.update(subscription.id, { pause_collection })
    }
    const resumes_at = Date.parse('2026-05-15T00:00:00Z') / 1000
    const all = [
      await paused({ behavior: 'void', resumes_at }),
      await paused({ behavior: 'mark_uncollectible' }),
      await paused({ behavior: 'keep_as_draft' }),
    ]
    await bench.moveTo('2026-05-02T00:00:00Z')
    const statuses = async () => Promise.all(all.map(async ({ id }) => (await latestInvoice(bench, id)).status))
    expect(await statuses()).toEqual(['void', 'uncollectible', 'draft'])
    await stripe.subscriptions.update(all[1]!.id, { pause_collection: '' })
    await bench.moveTo('2026-06-02T00:00:00Z')
    expect(await statuses()).toEqual(['paid', 'paid', 'draft'])
    expect((await stripe.subscriptions.retrieve(all[0]!.id)).pause_collection).toBeNull()
    expect(await arrivedCompleted()).toEqual(expect.arrayContaining(['invoice.voided', 'invoice.marked_uncollectible']))
  })
})
