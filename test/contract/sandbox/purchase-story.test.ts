import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import { iso, openCheckout, payCheckout, startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'

describe('purchase in the sandbox with the real SDK', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  it('sells a subscription: paid session, active subscription, paid invoice, events in the usual order', async () => {
    const session = await openCheckout(bench)
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      subscription: null,
      invoice: null,
      livemode: false,
    })
    expect(session.url).toBe(`${bench.sandbox.url}/c/pay/${session.id}`)

    const subscription = await payCheckout(bench, session)
    await bench.control('POST', 'clock', { bySeconds: 0 })

    expect(subscription).toMatchObject({ status: 'active', metadata: { account_id: '7' }, cancel_at_period_end: false })
    expect(subscription).not.toHaveProperty('current_period_end')
    expect(iso(subscription.items.data[0]?.current_period_end)).toBe('2026-02-28T10:00:00.000Z')
    const paid = await bench.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['invoice.payments', 'line_items'],
    })
    expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid', subscription: subscription.id, url: null })
    expect(paid.line_items?.data[0]?.amount_total).toBe(1999)
    expect(paid.invoice).toMatchObject({
      status: 'paid',
      billing_reason: 'subscription_create',
      amount_paid: 1999,
      parent: { subscription_details: { subscription: subscription.id, metadata: { account_id: '7' } } },
    })
    const payments = await bench.stripe.invoicePayments.list({ invoice: (paid.invoice as { id: string }).id })
    const intent = await bench.stripe.paymentIntents.retrieve(idOf(payments.data[0]?.payment.payment_intent) ?? '')
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1999 })
    expect(bench.arrived()).toEqual([
      'customer.created',
      'product.created',
      'plan.created',
      'price.created',
      'charge.succeeded',
      'payment_method.attached',
      'customer.updated',
      'checkout.session.completed',
      'customer.subscription.created',
      'payment_intent.succeeded',
      'payment_intent.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
    ])
  })

  it('renews on the last day of short months and returns to the 31st, over a year end', async () => {
    const subscription = await payCheckout(bench, await openCheckout(bench))
    const ends: (string | null)[] = []
    for (const month of [
      '02-28',
      '03-31',
      '04-30',
      '05-31',
      '06-30',
      '07-31',
      '08-31',
      '09-30',
      '10-31',
      '11-30',
      '12-31',
    ]) {
      await bench.moveTo(`2026-${month}T11:00:00Z`)
      const { items } = await bench.stripe.subscriptions.retrieve(subscription.id)
      ends.push(iso(items.data[0]?.current_period_end))
    }
    expect(ends.map((end) => end?.slice(0, 16))).toEqual([
      '2026-03-31T10:00',
      '2026-04-30T10:00',
      '2026-05-31T10:00',
      '2026-06-30T10:00',
      '2026-07-31T10:00',
      '2026-08-31T10:00',
      '2026-09-30T10:00',
      '2026-10-31T10:00',
      '2026-11-30T10:00',
      '2026-12-31T10:00',
      '2027-01-31T10:00',
    ])
    const invoices = await bench.stripe.invoices.list({ subscription: subscription.id, limit: 100 })
    expect(invoices.data.map((invoice) => [invoice.status, invoice.billing_reason, invoice.amount_paid])).toEqual([
      ...Array.from({ length: 11 }, () => ['paid', 'subscription_cycle', 1999]),
      ['paid', 'subscription_create', 1999],
    ])
  })

  it('drafts the renewal at the period end and collects it an hour later', async () => {
    const subscription = await payCheckout(bench, await openCheckout(bench))
    await bench.moveTo('2026-02-28T10:30:00Z')
    const [draft] = (await bench.stripe.invoices.list({ subscription: subscription.id })).data
    expect(draft).toMatchObject({ status: 'draft', billing_reason: 'subscription_cycle', number: null })
    expect(iso(draft?.lines.data[0]?.period.end)).toBe('2026-03-31T10:00:00.000Z')
    const before = bench.arrived().length
    await bench.moveTo('2026-02-28T11:00:00Z')
    expect(bench.arrived().slice(before)).toEqual([
      'invoice.finalized',
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice_payment.paid',
      'invoice.paid',
      'invoice.payment_succeeded',
    ])
    const updated = bench.receiver.events.find((event) => event.type === 'customer.subscription.updated')
    expect(updated?.data.previous_attributes).toHaveProperty('items')
  })
})
