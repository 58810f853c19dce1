import type { Stripe } from 'stripe'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { planPrice } from './support/catalog-helpers.js'

const DAY = 86_400

describe('invoices that are sent in the sandbox', () => {
  let bench: SandboxFixture
  let customer: Stripe.Customer
  let price: Stripe.Price
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    customer = await bench.stripe.customers.create({
      email: 'buyer@example.com',
      invoice_settings: { custom_fields: [{ name: 'Purchase order', value: 'PO-7' }] },
    })
    price = await planPrice(bench, 'Plus', 2000)
  })
  afterEach(() => bench.close())

  const create = (more: Partial<Stripe.SubscriptionCreateParams> = {}) =>
    bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      collection_method: 'send_invoice',
      days_until_due: 14,
      ...more,
    })
  const advance = (bySeconds: number) => bench.control('POST', 'clock', { bySeconds })
  const invoiceOf = async ({ id }: Stripe.Subscription) =>
    (await bench.stripe.invoices.list({ subscription: id })).data[0]!
  const events = async (prefix: string) =>
    (await bench.stripe.events.list({ limit: 100 })).data
      .map(({ type }) => type)
      .filter((type) => type.startsWith(prefix))
      .toReversed()
  const statusOf = async ({ id }: Stripe.Subscription) => (await bench.stripe.subscriptions.retrieve(id)).status

  it('start a subscription at once, and are final after an hour', async () => {
    const subscription = await create()
    expect(subscription).toMatchObject({ status: 'active', collection_method: 'send_invoice', days_until_due: 14 })
    expect(await invoiceOf(subscription)).toMatchObject({
      status: 'draft',
      collection_method: 'send_invoice',
      due_date: subscription.created + 14 * DAY,
      next_payment_attempt: null,
      custom_fields: [{ name: 'Purchase order', value: 'PO-7' }],
    })
    await advance(3600)
    expect(await invoiceOf(subscription)).toMatchObject({ status: 'open', attempt_count: 0, attempted: false })
    expect(await events('invoice.')).toEqual(['invoice.created', 'invoice.finalized', 'invoice.sent'])
  })

  it('make their subscription past due after the due date, and active again when they are paid', async () => {
    const subscription = await create()
    await advance(14 * DAY - 1)
    expect(await statusOf(subscription)).toBe('active')
    await advance(2)
    expect(await statusOf(subscription)).toBe('past_due')
    expect(await events('invoice.overdue')).toHaveLength(1)
    await bench.stripe.invoices.pay((await invoiceOf(subscription)).id, { paid_out_of_band: true })
    expect(await statusOf(subscription)).toBe('active')
    await advance(12 * DAY)
    expect(await statusOf(subscription)).toBe('active')
  })

  it('end their subscription when they stay unpaid', async () => {
    const subscription = await create({ days_until_due: 5 })
    await advance(34 * DAY)
    expect(await statusOf(subscription)).toBe('past_due')
    await advance(2 * DAY)
    expect(await statusOf(subscription)).toBe('canceled')
  })

  it('can be sent by a call, and are not charged by a saved method', async () => {
    const method = await bench.stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
    await bench.stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } })
    const subscription = await create()
    const draft = await invoiceOf(subscription)
    expect((await bench.stripe.invoices.sendInvoice(draft.id)).status).toBe('open')
    await advance(2 * DAY)
    expect((await invoiceOf(subscription)).status).toBe('open')
    expect((await bench.stripe.invoices.pay(draft.id)).status).toBe('paid')
    const charged = await bench.stripe.invoices.create({ customer: customer.id })
    expect(await expectError(bench.stripe.invoices.sendInvoice(charged.id))).toMatchObject({ statusCode: 400 })
  })

  it('bill a change at once without waiting for its payment, and keep other fields of the customer', async () => {
    const subscription = await create()
    const changed = await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, quantity: 3 }],
      proration_behavior: 'always_invoice',
    })
    expect(changed).toMatchObject({ pending_update: null, items: { data: [{ quantity: 3 }] } })
    expect(await invoiceOf(changed)).toMatchObject({ status: 'open', billing_reason: 'subscription_update' })
    const waiting = bench.stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]!.id, quantity: 4 }],
      payment_behavior: 'pending_if_incomplete',
    })
    expect(await expectError(waiting)).toMatchObject({ statusCode: 400, param: 'payment_behavior' })
    const { invoice_settings: settings } = await bench.stripe.customers.update(customer.id, { name: 'Ada' })
    expect(settings.custom_fields).toHaveLength(1)
  })

  it('can be switched to charges and back', async () => {
    const subscription = await create()
    expect(
      await bench.stripe.subscriptions.update(subscription.id, { collection_method: 'charge_automatically' }),
    ).toMatchObject({ collection_method: 'charge_automatically', days_until_due: null })
    expect(
      await bench.stripe.subscriptions.update(subscription.id, {
        collection_method: 'send_invoice',
        days_until_due: 30,
      }),
    ).toMatchObject({ collection_method: 'send_invoice', days_until_due: 30 })
  })

  it('need days until they are due, and an email address', async () => {
    const { days_until_due: _, ...without } = {
      customer: customer.id,
      items: [{ price: price.id }],
      collection_method: 'send_invoice' as const,
      days_until_due: 1,
    }
    expect(await expectError(bench.stripe.subscriptions.create(without))).toMatchObject({
      statusCode: 400,
      param: 'days_until_due',
    })
    expect(await expectError(create({ collection_method: 'charge_automatically' }))).toMatchObject({
      statusCode: 400,
      param: 'days_until_due',
    })
    const unknown = await bench.stripe.customers.create({})
    expect(await expectError(create({ customer: unknown.id }))).toMatchObject({ statusCode: 400 })
  })
})
