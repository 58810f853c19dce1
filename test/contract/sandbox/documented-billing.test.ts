import type { Stripe } from 'stripe'
import { applyDiscounts } from '@stackgate/sandbox/stripe/discounts/apply-discounts.js'
import { periodAround } from '@stackgate/sandbox/time/periods.js'
import { iso, openCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { billed, customerWithCard, idIn, latestInvoice, planPrice } from './support/catalog-helpers.js'

const seconds = (moment: string) => Date.parse(moment) / 1000

describe('billing as Stripe documents it', () => {
  let bench: SandboxFixture
  let plan: Stripe.Price
  let large: Stripe.Price
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    plan = await planPrice(bench, 'Plan', 1000)
    large = await planPrice(bench, 'Large', 3000)
  })
  afterEach(() => bench.close())

  const subscribe = async (extra: Partial<Stripe.SubscriptionCreateParams> = {}, card = 'pm_card_visa') => {
    const customer = await customerWithCard(bench, card)
    return bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: plan.id }], ...extra })
  }
  const statusOf = async ({ id }: Stripe.Subscription) => (await bench.stripe.subscriptions.retrieve(id)).status
  const failNext = (subscription: Stripe.Subscription, times: number, code = 'generic_decline') =>
    bench.control('POST', 'payments/fail-next', { customer: idIn(subscription.customer), times, code })
  const invoicesOf = async ({ id }: Stripe.Subscription) =>
    (await bench.stripe.invoices.list({ subscription: id })).data

  describe('past_due by the latest final invoice', () => {
    const overdue = async (end: 'past_due' | 'unpaid' = 'past_due') => {
      await bench.control('POST', 'settings', { dunning: { retryDays: [], end } })
      const subscription = await subscribe()
      await failNext(subscription, 2)
      await bench.moveTo('2026-06-01T02:00:00Z')
      return subscription
    }

    it('is active if the latest invoice is paid, although an older one is open', async () => {
      const subscription = await overdue()
      expect(await statusOf(subscription)).toBe('past_due')
      const [june, may] = await invoicesOf(subscription)
      await bench.stripe.invoices.pay(may!.id)
      expect(await statusOf(subscription)).toBe('past_due')
      await failNext(subscription, 1)
      await bench.moveTo('2026-07-01T02:00:00Z')
      const [july] = await invoicesOf(subscription)
      await bench.stripe.invoices.pay(july!.id)
      expect((await bench.stripe.invoices.retrieve(june!.id)).status).toBe('open')
      expect(await statusOf(subscription)).toBe('active')
    })

    it('is active if the latest invoice is uncollectible', async () => {
      const subscription = await overdue()
      const [latest] = await invoicesOf(subscription)
      await bench.stripe.invoices.markUncollectible(latest!.id)
      expect(await statusOf(subscription)).toBe('active')
    })

    it('stays unpaid after failed manual attempts, which do not count for the schedule', async () => {
      await bench.control('POST', 'settings', { dunning: { retryDays: [3, 7], end: 'unpaid' } })
      const subscription = await subscribe()
      await failNext(subscription, 99)
      await bench.moveTo('2026-05-01T02:00:00Z')
      const [invoice] = await invoicesOf(subscription)
      await expectError(bench.stripe.invoices.pay(invoice!.id))
      await expectError(bench.stripe.invoices.pay(invoice!.id))
      expect(await bench.stripe.invoices.retrieve(invoice!.id)).toMatchObject({
        attempt_count: 1,
        next_payment_attempt: invoice!.next_payment_attempt,
      })
      await bench.moveTo('2026-05-08T02:00:00Z')
      expect(await statusOf(subscription)).toBe('unpaid')
      await expectError(bench.stripe.invoices.pay(invoice!.id))
      expect(await statusOf(subscription)).toBe('unpaid')
      expect((await bench.stripe.invoices.retrieve(invoice!.id)).attempt_count).toBe(3)
    })
  })

  describe('hard declines', () => {
    it.each(['lost_card', 'stolen_card', 'incorrect_number', 'authentication_required', 'highest_risk_level'])(
      'cause no retry after %s until the payment method changes',
      async (code) => {
        const subscription = await subscribe()
        await failNext(subscription, 1, code)
        await bench.moveTo('2026-05-01T02:00:00Z')
        const charges = async () => (await bench.stripe.charges.list({ customer: idIn(subscription.customer) })).data
        expect(await charges()).toHaveLength(2)
        await bench.moveTo('2026-05-04T02:00:00Z')
        expect(await charges()).toHaveLength(2)
        expect(await latestInvoice(bench, subscription.id)).toMatchObject({ status: 'open', attempt_count: 2 })
        const other = await bench.stripe.paymentMethods.attach('pm_card_mastercard', {
          customer: idIn(subscription.customer),
        })
        await bench.stripe.subscriptions.update(subscription.id, { default_payment_method: other.id })
        await bench.moveTo('2026-05-08T02:00:00Z')
        expect(await charges()).toHaveLength(3)
        expect(await statusOf(subscription)).toBe('active')
      },
    )

    it('do not include soft declines, which are retried', async () => {
      const subscription = await subscribe()
      await failNext(subscription, 1, 'insufficient_funds')
      await bench.moveTo('2026-05-04T02:00:00Z')
      expect(await statusOf(subscription)).toBe('active')
    })
  })

  it('retries at most three times', async () => {
    expect(await bench.control('POST', 'settings', { dunning: { retryDays: [1, 2, 3] } })).toMatchObject({
      status: 200,
    })
    expect(await bench.control('POST', 'settings', { dunning: { retryDays: [1, 2, 3, 4] } })).toMatchObject({
      status: 400,
      body: { error: { field: 'dunning.retryDays' } },
    })
  })

  describe('change that waits for its payment', () => {
    const upgrade = async (subscription: Stripe.Subscription, price = large) => {
      await failNext(subscription, 1)
      return bench.stripe.subscriptions.update(subscription.id, {
        items: [{ id: subscription.items.data[0]!.id, price: price.id }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'pending_if_incomplete',
      })
    }

    it('expires at the period end if that is within 23 hours', async () => {
      const subscription = await subscribe()
      await bench.moveTo('2026-04-30T20:00:00Z')
      const pending = await upgrade(subscription, await planPrice(bench, 'Huge', 90_000))
      expect(iso(pending.pending_update?.expires_at)).toBe('2026-05-01T00:00:00.000Z')
      await bench.moveTo('2026-05-01T02:00:00Z')
      const renewed = await bench.stripe.subscriptions.retrieve(subscription.id)
      expect(renewed).toMatchObject({ pending_update: null, items: { data: [{ price: { id: plan.id } }] } })
      expect((await bench.stripe.invoices.retrieve(idIn(pending.latest_invoice))).status).toBe('void')
      expect(await latestInvoice(bench, subscription.id)).toMatchObject({ status: 'paid', total: 1000 })
    })

    it('is discarded when its invoice is voided, another change replaces it, or the subscription ends', async () => {
      const subscription = await subscribe()
      await bench.moveTo('2026-04-16T00:00:00Z')
      const first = await upgrade(subscription)
      await bench.stripe.invoices.voidInvoice(idIn(first.latest_invoice))
      expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ pending_update: null })
      const second = await upgrade(subscription)
      const third = await upgrade(subscription, await planPrice(bench, 'Largest', 9000))
      expect((await bench.stripe.invoices.retrieve(idIn(second.latest_invoice))).status).toBe('void')
      await bench.stripe.subscriptions.cancel(subscription.id)
      expect((await bench.stripe.invoices.retrieve(idIn(third.latest_invoice))).status).toBe('void')
    })
  })

  it('rounds the parts of a discount down and adds the rest to the last line', () => {
    const lines = [1000, 2000].map((amount) => ({ amount, discountable: true, product: null }))
    const off = (amountOff: number) => [{ id: 'd', percentOff: null, amountOff, products: null }]
    const parts = (taken: ReturnType<typeof applyDiscounts>) => taken.map(([part]) => part?.amount ?? 0)
    expect(parts(applyDiscounts(lines, off(500), 'usd'))).toEqual([166, 334])
    const cents = [1, 1, 1, 1].map((amount) => ({ amount, discountable: true, product: null }))
    expect(parts(applyDiscounts(cents, off(3), 'usd'))).toEqual([0, 1, 1, 1])
  })

  describe('amounts below the minimum', () => {
    it('marks an invoice of 19 cents as paid without a charge, and adds them to the next invoice', async () => {
      const { stripe } = bench
      const cheap = await planPrice(bench, 'Cheap', 19)
      const subscription = await subscribe({ items: [{ price: cheap.id }] })
      const customer = idIn(subscription.customer)
      expect(await latestInvoice(bench, subscription.id)).toMatchObject({
        status: 'paid',
        total: 19,
        amount_due: 0,
        amount_paid: 0,
        ending_balance: 19,
      })
      expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: 19 })
      expect((await stripe.charges.list({ customer })).data).toEqual([])
      await bench.moveTo('2026-06-01T02:00:00Z')
      expect(await latestInvoice(bench, subscription.id)).toMatchObject({
        starting_balance: 38,
        amount_due: 57,
        amount_paid: 57,
        ending_balance: 0,
      })
    })

    it('rejects smaller payments and checkouts', async () => {
      const { stripe } = bench
      expect(await expectError(stripe.paymentIntents.create({ amount: 49, currency: 'usd' }))).toMatchObject({
        code: 'amount_too_small',
        param: 'amount',
      })
      expect(await stripe.paymentIntents.create({ amount: 30, currency: 'gbp' })).toMatchObject({ amount: 30 })
      const line = { currency: 'usd', unit_amount: 19, product_data: { name: 'Gum' } }
      const open = stripe.checkout.sessions.create({
        mode: 'payment',
        line_items: [{ price_data: line, quantity: 1 }],
        success_url: 'http://127.0.0.1:4000/done',
      })
      expect(await expectError(open)).toMatchObject({ code: 'amount_too_small' })
    })
  })

  it('redeems a promotion code with one redemption on one page only', async () => {
    const { stripe } = bench
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'ONE',
      max_redemptions: 1,
    })
    const one = await openCheckout(bench, { allow_promotion_codes: true })
    const two = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: plan.id, quantity: 1 }],
      allow_promotion_codes: true,
      success_url: 'http://127.0.0.1:4000/done',
    })
    for (const { url } of [one, two])
      await fetch(`${url}/promotion`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ code: 'ONE' }),
      })
    expect(await stripe.checkout.sessions.retrieve(two.id)).toMatchObject({ amount_total: 500 })
    expect((await bench.control('POST', `checkouts/${one.id}/pay`, {})).body).toMatchObject({ status: 'complete' })
    expect((await bench.control('POST', `checkouts/${two.id}/pay`, {})).body).toMatchObject({
      status: 'open',
      declineCode: 'promotion_code_invalid',
    })
    expect(await stripe.checkout.sessions.retrieve(two.id)).toMatchObject({ amount_total: 1000, discounts: [] })
    expect((await bench.control('POST', `checkouts/${two.id}/pay`, {})).body).toMatchObject({ status: 'complete' })
    expect((await stripe.coupons.retrieve(coupon.id)).times_redeemed).toBe(1)
  })

  it('bills usage of the ended period reported while its invoice is a draft', async () => {
    const { stripe } = bench
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'call',
      default_aggregation: { formula: 'sum' },
    })
    const usage = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 10,
      product_data: { name: 'Calls' },
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    })
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const subscription = await subscribe({
      items: [{ price: plan.id }, { price: usage.id }],
      discounts: [{ coupon: coupon.id }],
    })
    const use = (value: string, at: string) =>
      stripe.billing.meterEvents.create({
        event_name: 'call',
        payload: { stripe_customer_id: idIn(subscription.customer), value },
        timestamp: seconds(at),
      })
    await bench.moveTo('2026-05-01T00:30:00Z')
    const draft = await latestInvoice(bench, subscription.id)
    expect(draft).toMatchObject({ status: 'draft', total: 500 })
    await use('7', '2026-04-30T23:59:59Z')
    await use('100', '2026-05-01T00:10:00Z')
    await bench.moveTo('2026-05-01T02:00:00Z')
    const invoice = await latestInvoice(bench, subscription.id)
    expect(billed(invoice)[1]).toEqual(['7 × Calls (used)', 70])
    expect(invoice).toMatchObject({ id: draft.id, subtotal: 1070, total: 535, amount_paid: 535 })
    expect(invoice.lines.data[1]).toMatchObject({ id: draft.lines.data[1]!.id, discount_amounts: [{ amount: 35 }] })
  })

  describe('billing cycle anchor', () => {
    it('determines the period around an instant on both sides of the anchor', () => {
      const around = (at: string, interval: string) => {
        const { start, end } = periodAround(seconds('2026-01-31T00:00:00Z'), seconds(at), {
          interval,
          interval_count: 1,
        })
        return [iso(start)?.slice(0, 10), iso(end)?.slice(0, 10)]
      }
      expect(around('2026-03-01T00:00:00Z', 'month')).toEqual(['2026-02-28', '2026-03-31'])
      expect(around('2026-02-28T00:00:00Z', 'month')).toEqual(['2026-02-28', '2026-03-31'])
      expect(around('2026-01-30T00:00:00Z', 'month')).toEqual(['2025-12-31', '2026-01-31'])
      expect(around('2025-01-01T00:00:00Z', 'year')).toEqual(['2024-01-31', '2025-01-31'])
    })

    it('keeps its date if the interval changes, unless the request moves it', async () => {
      const yearly = await planPrice(bench, 'Yearly', 12_000, 'year')
      const [kept, moved] = [await subscribe(), await subscribe()]
      await bench.moveTo('2026-05-16T00:00:00Z')
      const change = (subscription: Stripe.Subscription, type: 'now' | null) =>
        bench.stripe.subscriptions.update(subscription.id, {
          items: [{ id: subscription.items.data[0]!.id, price: yearly.id }],
          proration_behavior: 'always_invoice',
          ...(type === null ? {} : { billing_cycle_anchor: { type } }),
        })
      const after = await change(kept, null)
      expect(iso(after.billing_cycle_anchor)).toBe('2026-04-01T00:00:00.000Z')
      expect(iso(after.items.data[0]?.current_period_end)).toBe('2027-04-01T00:00:00.000Z')
      // 320 of 365 days are left of the year, 16 of 31 of the month.
      expect(billed(await latestInvoice(bench, kept.id))).toEqual([
        ['Unused time on Plan after 16 May 2026', -516],
        ['Remaining time on Yearly after 16 May 2026', 10_521],
      ])
      const now = await change(moved, 'now')
      expect(iso(now.billing_cycle_anchor)).toBe('2026-05-16T00:00:00.000Z')
      expect(iso(now.items.data[0]?.current_period_end)).toBe('2027-05-16T00:00:00.000Z')
      expect(billed(await latestInvoice(bench, moved.id))).toEqual([
        ['Unused time on Plan after 16 May 2026', -516],
        ['1 × Yearly (at $120.00 / year)', 12_000],
      ])
      const back = await bench.stripe.subscriptions.update(kept.id, {
        items: [{ id: after.items.data[0]!.id, price: plan.id }],
        proration_behavior: 'always_invoice',
      })
      expect(iso(back.items.data[0]?.current_period_end)).toBe('2026-06-01T00:00:00.000Z')
      await bench.moveTo('2026-06-01T02:00:00Z')
      expect(await latestInvoice(bench, kept.id)).toMatchObject({
        billing_reason: 'subscription_cycle',
        subtotal: 1000,
      })
    })

    it('prorates the time until a later anchor, or bills nothing for it', async () => {
      const anchor = seconds('2026-04-16T00:00:00Z')
      const part = await subscribe({ billing_cycle_anchor: anchor })
      expect(part).toMatchObject({ status: 'active', billing_cycle_anchor: anchor })
      const first = await latestInvoice(bench, part.id)
      // 15 of the 31 days from 16 March to 16 April.
      expect(first).toMatchObject({ total: 484, status: 'paid', billing_reason: 'subscription_create' })
      expect(first.lines.data[0]?.parent?.subscription_item_details).toMatchObject({ proration: true })
      const free = await subscribe({ billing_cycle_anchor: anchor, proration_behavior: 'none' })
      expect(free).toMatchObject({ status: 'active', latest_invoice: null })
      await bench.moveTo('2026-04-16T02:00:00Z')
      for (const { id } of [part, free]) {
        expect(await latestInvoice(bench, id)).toMatchObject({ total: 1000, billing_reason: 'subscription_cycle' })
        const { items } = await bench.stripe.subscriptions.retrieve(id)
        expect(iso(items.data[0]?.current_period_end)).toBe('2026-05-16T00:00:00.000Z')
      }
      for (const wrong of ['2026-04-15T00:00:00Z', '2026-05-17T00:00:00Z'])
        expect(await expectError(subscribe({ billing_cycle_anchor: seconds(wrong) }))).toMatchObject({
          statusCode: 400,
          param: 'billing_cycle_anchor',
        })
    })

    it('keeps its date when a trial ends, on request', async () => {
      const subscription = await subscribe({ trial_end: seconds('2026-04-11T00:00:00Z') })
      const after = await bench.stripe.subscriptions.update(subscription.id, {
        trial_end: 'now',
        billing_cycle_anchor: { type: 'unchanged' },
        proration_behavior: 'always_invoice',
      })
      expect(after.status).toBe('active')
      expect(iso(after.items.data[0]?.current_period_end)).toBe('2026-04-11T00:00:00.000Z')
      // 10 of the 31 days from 11 March to 11 April.
      expect(await latestInvoice(bench, subscription.id)).toMatchObject({ total: 323, status: 'paid' })
    })
  })

  it('removes planned failures of one customer, or all', async () => {
    const [one, two] = [await subscribe(), await subscribe()]
    await failNext(one, 5)
    await failNext(two, 1)
    expect((await bench.control('GET', 'payments/fail-next')).body).toEqual({
      failures: [
        { customer: one.customer, times: 5, code: 'generic_decline' },
        { customer: two.customer, times: 1, code: 'generic_decline' },
      ],
    })
    expect((await bench.control('DELETE', `payments/fail-next/${idIn(one.customer)}`)).body).toMatchObject({
      failures: [{ customer: two.customer }],
    })
    expect((await bench.control('DELETE', 'payments/fail-next')).body).toEqual({ failures: [] })
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect([await statusOf(one), await statusOf(two)]).toEqual(['active', 'active'])
  })

  it('shows a payment outside of Stripe only if expanded', async () => {
    const { stripe } = bench
    const subscription = await subscribe()
    await failNext(subscription, 1)
    await bench.moveTo('2026-05-01T02:00:00Z')
    const { id } = await latestInvoice(bench, subscription.id)
    expect(await stripe.invoices.pay(id, { paid_out_of_band: true })).not.toHaveProperty('amount_paid_off_stripe')
    const expanded = await stripe.invoices.retrieve(id, { expand: ['amount_paid_off_stripe'] })
    expect(expanded).toMatchObject({ amount_paid: 1000, amount_paid_off_stripe: 1000 })
    const first = await stripe.invoices.retrieve(idIn(subscription.latest_invoice), {
      expand: ['amount_paid_off_stripe'],
    })
    expect(first).toMatchObject({ amount_paid: 1000, amount_paid_off_stripe: 0 })
  })

  it("includes every field of Stripe's own fixtures", async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const item = await stripe.invoiceItems.create({ customer: customer.id, amount: 500, currency: 'usd' })
    expect(item).toMatchObject({ net_amount: 500 })
    const subscription = await subscribe()
    const [charge] = (await stripe.charges.list({ customer: idIn(subscription.customer) })).data
    const refund = await stripe.refunds.create({ charge: charge!.id, amount: 100 })
    expect(refund).toMatchObject({ destination_details: { type: 'card', card: { type: 'refund' } } })
    const account = await stripe.accounts.create({ type: 'custom' })
    for (const field of [
      'business_profile',
      'external_accounts',
      'future_requirements',
      'requirements',
      'settings',
      'tos_acceptance',
    ])
      expect(account).toHaveProperty(field)
  })

  describe('currencies of a customer', () => {
    const yearly = (currency: string) =>
      bench.stripe.prices.create({
        currency,
        unit_amount: 5000,
        recurring: { interval: 'year' },
        product_data: { name: `Plan in ${currency}` },
      })

    it('has no two subscriptions in different currencies, by the API and on a page', async () => {
      const { stripe } = bench
      const [euros, { id, customer }] = [await yearly('eur'), await subscribe()]
      const message =
        'You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, or invoice item with currency usd.'
      const [owner, items] = [idIn(customer), [{ price: euros.id }]]
      const page = () =>
        stripe.checkout.sessions.create({
          mode: 'subscription',
          customer: owner,
          line_items: [{ price: euros.id, quantity: 1 }],
          success_url: 'https://example.com',
        })
      expect((await expectError(stripe.subscriptions.create({ customer: owner, items }))).message).toBe(message)
      expect((await expectError(page())).message).toBe(message)
      await stripe.subscriptions.cancel(id)
      await stripe.invoiceItems.create({ customer: owner, amount: 100, currency: 'usd' })
      expect((await expectError(page())).message).toBe(message)
      await stripe.invoices.create({ customer: owner, currency: 'usd', pending_invoice_items_behavior: 'include' })
      expect(await page()).toMatchObject({ currency: 'eur' })
      await stripe.subscriptions.create({ customer: owner, items })
      expect(await stripe.customers.retrieve(owner)).toMatchObject({ currency: 'eur' })
    })

    it('has one-off invoices in another currency, which do not use the balance', async () => {
      const { stripe } = bench
      const owner = idIn((await subscribe()).customer)
      await stripe.customers.createBalanceTransaction(owner, { amount: -300, currency: 'usd' })
      const draft = await stripe.invoices.create({ customer: owner, currency: 'eur' })
      await stripe.invoiceItems.create({ customer: owner, invoice: draft.id, amount: 500, currency: 'eur' })
      const invoice = await stripe.invoices.finalizeInvoice(draft.id)
      expect(invoice).toMatchObject({ currency: 'eur', amount_due: 500, starting_balance: 0, ending_balance: 0 })
      const held = await stripe.customers.retrieve(owner, { expand: ['invoice_credit_balance'] })
      expect(held).toMatchObject({ currency: 'usd', balance: -300, invoice_credit_balance: { usd: -300 } })
    })
  })
})
