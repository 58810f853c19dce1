import type { Stripe } from 'stripe'
import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { openCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { customerWithCard } from './support/catalog-helpers.js'

/** Page to which a customer returns. */
const BACK = 'http://127.0.0.1:4000/back'

describe('payments in the sandbox', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  const pay = (extra: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    bench.stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      ...extra,
    })

  it.each([
    ['kwd', 5120, 5124, 10],
    ['isk', 50_000, 50_050, 100],
  ])('charges and refunds amounts in %s with the digits that Stripe takes', async (currency, amount, wrong, step) => {
    const message = `Invalid amount. Amounts in ${currency.toUpperCase()} must be evenly divisible by ${step}.`
    expect(await expectError(pay({ currency, amount: wrong }))).toMatchObject({ param: 'amount', message })
    const { id } = await pay({ currency, amount })
    const refund = (part: number) => bench.stripe.refunds.create({ payment_intent: id, amount: part })
    expect(await expectError(refund(step + 1))).toMatchObject({ param: 'amount', message })
    expect(await refund(step)).toMatchObject({ amount: step, status: 'succeeded' })
  })

  it('charges or declines a payment intent with its attempts, or requires authentication', async () => {
    const { stripe } = bench
    const paid = await pay({ metadata: { order: '1' }, description: 'Pack' })
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1000, metadata: { order: '1' } })
    expect(await stripe.charges.retrieve(idOf(paid.latest_charge) ?? '')).toMatchObject({
      paid: true,
      payment_method_details: { card: { last4: '4242', brand: 'visa' } },
    })
    const declined = await expectError(pay({ payment_method: 'pm_card_chargeDeclinedInsufficientFunds' }))
    expect(declined).toMatchObject({
      statusCode: 402,
      type: 'StripeCardError',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    })
    const left = await stripe.paymentIntents.retrieve(declined.payment_intent?.id ?? '')
    expect(left).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'insufficient_funds' },
    })
    expect((await stripe.paymentIntents.confirm(left.id, { payment_method: 'pm_card_visa' })).status).toBe('succeeded')
    const asks = await pay({
      payment_method: 'pm_card_threeDSecure2Required',
      return_url: BACK,
    })
    expect(asks).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } })
    const url = asks.next_action?.redirect_to_url?.url ?? ''
    expect(await (await fetch(url)).text()).toContain('$10.00')
    const answered = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'complete' }),
    })
    expect(answered.headers.get('location')).toContain('http://127.0.0.1:4000/back?payment_intent=')
    expect((await stripe.paymentIntents.retrieve(asks.id)).status).toBe('succeeded')
    await bench.control('POST', 'clock', { bySeconds: 0 })
    const arrived = bench.arrived()
    for (const type of [
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.failed',
      'payment_intent.payment_failed',
      'payment_intent.requires_action',
    ])
      expect(arrived).toContain(type)
  })

  it('lets a payment intent wait for confirmation, and change or cancel until it is paid', async () => {
    const { stripe } = bench
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'eur' })
    expect(intent.status).toBe('requires_payment_method')
    expect(await expectError(stripe.paymentIntents.confirm(intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
    const chosen = await stripe.paymentIntents.update(intent.id, { amount: 700, payment_method: 'pm_card_mastercard' })
    expect(chosen).toMatchObject({ amount: 700, status: 'requires_confirmation' })
    expect(await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    })
    expect(await expectError(stripe.paymentIntents.cancel(intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    })
    const customer = await customerWithCard(bench)
    const kept = await pay({ customer: customer.id, setup_future_usage: 'off_session' })
    const methods = await stripe.customers.listPaymentMethods(customer.id)
    expect(methods.data.map(({ id }) => id)).toContain(idOf(kept.payment_method))
    expect((await stripe.paymentIntents.list({ customer: customer.id })).data.map(({ id }) => id)).toEqual([kept.id])
  })

  it('creates, attaches, lists, changes and detaches payment methods', async () => {
    const { stripe } = bench
    const customer = await stripe.customers.create({})
    const card = await stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 7, exp_year: 2031, cvc: '123' },
    })
    expect(card).toMatchObject({ customer: null, card: { last4: '4242', exp_month: 7 } })
    expect(
      await expectError(
        stripe.paymentMethods.create({
          type: 'card',
          card: { number: '4111111111111111', exp_month: 1, exp_year: 2031 },
        }),
      ),
    ).toMatchObject({ code: 'incorrect_number' })
    await stripe.paymentMethods.attach(card.id, { customer: customer.id })
    const other = await stripe.customers.create({})
    expect((await expectError(stripe.paymentMethods.attach(card.id, { customer: other.id }))).message).toContain(
      'already been attached',
    )
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } })
    expect(
      await stripe.paymentMethods.update(card.id, { card: { exp_year: 2033 }, metadata: { a: 'b' } }),
    ).toMatchObject({ card: { exp_year: 2033 }, metadata: { a: 'b' } })
    const bank = await stripe.paymentMethods.create({
      type: 'us_bank_account',
      us_bank_account: {
        account_holder_type: 'individual',
        account_number: '000123456789',
        routing_number: '110000000',
      },
    })
    await stripe.paymentMethods.attach(bank.id, { customer: customer.id })
    expect(
      (await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data.map(({ id }) => id),
    ).toEqual([card.id])
    expect(await stripe.paymentMethods.detach(card.id)).toMatchObject({ customer: null })
    expect(
      ((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).invoice_settings.default_payment_method,
    ).toBeNull()
    expect(await expectError(stripe.paymentMethods.detach(card.id))).toMatchObject({ statusCode: 400 })
  })

  it('confirms no intent without a page to return to unless it excludes redirects, on session or not', async () => {
    const { stripe } = bench
    const customer = await stripe.customers.create({ payment_method: 'pm_card_visa' })
    const [saved] = (await stripe.customers.listPaymentMethods(customer.id)).data
    const refused = {
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      message: expect.stringContaining('`return_url`'),
    }
    const open = { automatic_payment_methods: { enabled: true } } as const
    expect(await expectError(pay(open))).toMatchObject(refused)
    const absent = { ...open, customer: customer.id, payment_method: saved!.id, off_session: true }
    expect(await expectError(pay(absent))).toMatchObject(refused)
    const later = await stripe.paymentIntents.create({ amount: 900, currency: 'usd', payment_method: 'pm_card_visa' })
    expect(await expectError(stripe.paymentIntents.confirm(later.id))).toMatchObject(refused)
    expect((await stripe.paymentIntents.confirm(later.id, { return_url: BACK })).status).toBe('succeeded')
    const setup = { payment_method: 'pm_card_visa', confirm: true }
    expect(await expectError(stripe.setupIntents.create(setup))).toMatchObject(refused)
    expect((await stripe.setupIntents.create({ ...setup, return_url: BACK })).status).toBe('succeeded')
    const excluding = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const
    expect((await stripe.setupIntents.create({ ...setup, ...excluding })).status).toBe('succeeded')
    expect((await pay({ ...absent, ...excluding })).status).toBe('succeeded')
  })

  it('stores a card for later by a setup intent, or returns the error', async () => {
    const { stripe } = bench
    const customer = await stripe.customers.create({})
    const done = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: BACK,
    })
    expect(done.status).toBe('succeeded')
    expect((await stripe.paymentMethods.retrieve(idOf(done.payment_method) ?? '')).customer).toBe(customer.id)
    const declined = await expectError(
      stripe.setupIntents.create({ payment_method: 'pm_card_chargeDeclined', confirm: true, return_url: BACK }),
    )
    expect(declined).toMatchObject({ code: 'card_declined', setup_intent: { status: 'requires_payment_method' } })
    const asks = await stripe.setupIntents.create({
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: BACK,
    })
    expect(asks.status).toBe('requires_action')
    await fetch(asks.next_action?.redirect_to_url?.url ?? '', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ outcome: 'fail' }),
    })
    expect(await stripe.setupIntents.retrieve(asks.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { decline_code: 'authentication_required' },
    })
    expect((await stripe.setupIntents.cancel(asks.id)).status).toBe('canceled')
  })

  it('refunds a part, then the rest, then nothing; a failed refund returns the money to the merchant', async () => {
    const { stripe } = bench
    const paid = await pay()
    const part = await stripe.refunds.create({
      payment_intent: paid.id,
      amount: 300,
      reason: 'requested_by_customer',
      metadata: { cause: 'x' },
    })
    expect(part).toMatchObject({ amount: 300, status: 'succeeded', payment_intent: paid.id, metadata: { cause: 'x' } })
    expect(await expectError(stripe.refunds.create({ payment_intent: paid.id, amount: 701 }))).toMatchObject({
      param: 'amount',
    })
    await stripe.refunds.create({ charge: idOf(paid.latest_charge) ?? '' })
    expect(await stripe.charges.retrieve(idOf(paid.latest_charge) ?? '')).toMatchObject({
      amount_refunded: 1000,
      refunded: true,
    })
    expect(await expectError(stripe.refunds.create({ payment_intent: paid.id }))).toMatchObject({
      code: 'charge_already_refunded',
    })
    expect((await stripe.refunds.list({ payment_intent: paid.id })).data).toHaveLength(2)

    const unlucky = await pay({ payment_method: 'pm_card_refundFail' })
    const fails = await stripe.refunds.create({ payment_intent: unlucky.id })
    const slow = await pay({ payment_method: 'pm_card_pendingRefund' })
    const pends = await stripe.refunds.create({ payment_intent: slow.id })
    expect([fails.status, pends.status]).toEqual(['succeeded', 'pending'])
    await bench.control('POST', 'clock', { bySeconds: 4 * 86_400 })
    expect(await stripe.refunds.retrieve(fails.id)).toMatchObject({
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
    })
    expect((await stripe.refunds.retrieve(pends.id)).status).toBe('succeeded')
    expect((await stripe.charges.retrieve(idOf(unlucky.latest_charge) ?? '')).amount_refunded).toBe(0)
    const published = bench.receiver.events.filter(
      (event) => /refund/.test(event.type) && JSON.stringify(event.data.object).includes(fails.id),
    )
    expect(published.map((event) => event.type)).toEqual([
      'refund.created',
      'refund.updated',
      'charge.refund.updated',
      'refund.updated',
      'charge.refund.updated',
      'refund.failed',
    ])
    expect(bench.arrived()).toContain('charge.refunded')
  })

  it('opens disputes by control, accepts evidence, decides them, and rejects a refund of a disputed charge', async () => {
    const { stripe } = bench
    const paid = await pay()
    const opened = await bench.control('POST', 'disputes', { payment: paid.id })
    expect(opened.body).toMatchObject({ status: 'needs_response', amount: 1000 })
    const [dispute] = (await stripe.disputes.list({ payment_intent: paid.id })).data
    expect(await expectError(stripe.refunds.create({ payment_intent: paid.id }))).toMatchObject({
      code: 'charge_disputed',
    })
    const saved = await stripe.disputes.update(dispute!.id, {
      evidence: { product_description: 'A plan' },
      submit: false,
    })
    expect(saved).toMatchObject({
      status: 'needs_response',
      evidence_details: { has_evidence: true, submission_count: 0 },
    })
    expect(
      (await stripe.disputes.update(dispute!.id, { evidence: { uncategorized_text: 'winning_evidence' } })).status,
    ).toBe('won')
    expect(await expectError(stripe.disputes.close(dispute!.id))).toMatchObject({ code: 'dispute_already_closed' })
    const second = await pay()
    await bench.control('POST', 'disputes', { payment: second.id, status: 'needs_response' })
    await bench.control('POST', 'disputes', { payment: second.id, status: 'under_review' })
    expect((await bench.control('POST', 'disputes', { payment: second.id, status: 'lost' })).body).toMatchObject({
      status: 'lost',
    })
    expect((await bench.control('POST', 'disputes', { payment: second.id, status: 'won' })).status).toBe(409)
    const third = await pay({ payment_method: 'pm_card_createDispute' })
    expect(
      (await stripe.disputes.close((await stripe.disputes.list({ payment_intent: third.id })).data[0]?.id ?? ''))
        .status,
    ).toBe('lost')
    expect((await stripe.charges.retrieve(idOf(third.latest_charge) ?? '')).disputed).toBe(true)
    expect((await bench.control('POST', 'disputes', { payment: 'pi_nope' })).status).toBe(404)
    await bench.control('POST', 'clock', { bySeconds: 0 })
    const published = bench.arrived().filter((type) => type.startsWith('charge.dispute'))
    expect(published.map((type) => type.slice('charge.dispute.'.length)).join(' ')).toBe(
      'created funds_withdrawn updated updated funds_reinstated closed ' +
        'created funds_withdrawn updated closed created funds_withdrawn closed',
    )
  })

  it('debits a bank account in three days: the session is complete and unpaid, then succeeds or fails', async () => {
    const { stripe } = bench
    const session = async () => {
      const price = await stripe.prices.create({ currency: 'usd', unit_amount: 900, product_data: { name: 'Pack' } })
      return stripe.checkout.sessions.create({
        mode: 'payment',
        line_items: [{ price: price.id, quantity: 1 }],
        success_url: 'http://127.0.0.1:4000/',
      })
    }
    const [good, bad, quick] = [await session(), await session(), await session()]
    expect((await bench.control('POST', `checkouts/${good.id}/pay`, { outcome: 'async_paid' })).body).toMatchObject({
      status: 'complete',
      paymentStatus: 'unpaid',
    })
    await bench.control('POST', `checkouts/${bad.id}/pay`, { outcome: 'async_failed' })
    expect(
      (await bench.control('POST', `checkouts/${quick.id}/pay`, { outcome: 'async_paid', settle: 'now' })).body,
    ).toMatchObject({ paymentStatus: 'paid' })
    expect(await stripe.checkout.sessions.retrieve(good.id, { expand: ['payment_intent'] })).toMatchObject({
      payment_status: 'unpaid',
      payment_intent: { status: 'processing' },
    })
    await bench.control('POST', 'clock', { bySeconds: 3 * 86_400 })
    expect(await stripe.checkout.sessions.retrieve(good.id)).toMatchObject({
      payment_status: 'paid',
      status: 'complete',
    })
    expect(await stripe.checkout.sessions.retrieve(bad.id, { expand: ['payment_intent'] })).toMatchObject({
      payment_status: 'unpaid',
      payment_intent: { status: 'requires_payment_method' },
    })
    const published = bench.arrived().filter((type) => type.startsWith('checkout'))
    expect(published).toEqual([
      'checkout.session.completed',
      'checkout.session.completed',
      'checkout.session.completed',
      'checkout.session.async_payment_succeeded',
      'checkout.session.async_payment_succeeded',
      'checkout.session.async_payment_failed',
    ])
    expect(bench.arrived().filter((type) => type === 'charge.pending')).toHaveLength(3)
  })

  it('activates a subscription paid by bank debit immediately; it is past due if the debit fails', async () => {
    const { stripe } = bench
    const session = await openCheckout(bench)
    await bench.control('POST', `checkouts/${session.id}/pay`, { outcome: 'async_failed' })
    const [subscription] = (await stripe.subscriptions.list({ expand: ['data.latest_invoice'] })).data
    expect(subscription).toMatchObject({ status: 'active', latest_invoice: { status: 'open' } })
    await bench.control('POST', 'clock', { bySeconds: 3 * 86_400 })
    expect((await stripe.subscriptions.retrieve(subscription!.id)).status).toBe('past_due')
    expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('unpaid')
  })
})
