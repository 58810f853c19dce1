import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import type { Stripe } from 'stripe'
import {
  openCheckout,
  payCheckout,
  sellPlan,
  startSandboxFixture,
  type SandboxFixture,
} from './support/sandbox-fixture.js'

// The order follows logs of `stripe listen` in public repositories. Each test names the date and, where the log does, the API version.
describe('recorded events of Stripe', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  /** The events that a story caused, oldest first. */
  const eventsOf = async (story: () => Promise<unknown>): Promise<Stripe.Event[]> => {
    const before = (await bench.stripe.events.list({ limit: 100 })).data.length
    await story()
    return (await bench.stripe.events.list({ limit: 100 })).data.toReversed().slice(before)
  }
  const typesOf = (events: readonly Stripe.Event[]) => events.map(({ type }) => type)
  const dataOf = (events: readonly Stripe.Event[], type: string) => events.find((event) => event.type === type)?.data
  const subscribe = async (extra: Partial<Stripe.SubscriptionCreateParams> = {}, token = 'pm_card_visa') => {
    const { price } = await sellPlan(bench)
    const customer = await bench.stripe.customers.create({
      payment_method: token,
      invoice_settings: { default_payment_method: token },
    })
    return () => bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...extra })
  }

  const START = [
    'customer.subscription.created',
    'payment_intent.succeeded',
    'payment_intent.created',
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'invoice.payment_succeeded',
    'invoice_payment.paid',
  ]

  // 2026-03-19, 2025-07-30.basil.
  it('announces a subscription that is paid at once as active, after its charge', async () => {
    const events = await eventsOf(await subscribe())
    expect(typesOf(events)).toEqual(['charge.succeeded', 'customer.updated', ...START])
    expect(dataOf(events, 'customer.subscription.created')?.object).toMatchObject({ status: 'active' })
    expect(dataOf(events, 'payment_intent.created')?.object).toMatchObject({ status: 'requires_payment_method' })
    expect(dataOf(events, 'customer.updated')).toMatchObject({
      object: { currency: 'usd' },
      previous_attributes: { currency: null },
    })
  })

  // 2025-09-20 (new customer, three copies) and 2025-10-08 (known customer).
  it.each(['a new', 'a known'])(
    'completes the checkout of %s customer before it starts the subscription',
    async (who) => {
      const session = await openCheckout(bench, who === 'a new' ? { customer: undefined } : {})
      const events = await eventsOf(() => payCheckout(bench, session))
      expect(typesOf(events)).toEqual([
        'charge.succeeded',
        'payment_method.attached',
        ...(who === 'a new' ? ['customer.created'] : []),
        'customer.updated',
        'checkout.session.completed',
        ...START,
      ])
      const { object } = dataOf(events, 'checkout.session.completed') as { object: Stripe.Checkout.Session }
      expect(object).toMatchObject({ status: 'complete', subscription: expect.stringMatching(/^sub_/) })
      expect(dataOf(events, 'customer.subscription.created')?.object).toMatchObject({ status: 'active' })
    },
  )

  // 2026-01-06: the intent that waits for the payer is announced by its state first.
  it('announces a subscription that waits for its payer as incomplete, and its payment later', async () => {
    const create = await subscribe({ payment_behavior: 'default_incomplete' })
    let id = ''
    const events = await eventsOf(async () => ({ id } = await create()))
    expect(typesOf(events)).toEqual([
      'customer.updated',
      'customer.subscription.created',
      'payment_intent.created',
      'invoice.created',
      'invoice.finalized',
    ])
    expect(dataOf(events, 'customer.subscription.created')?.object).toMatchObject({ status: 'incomplete' })
    const invoice = idOf((await bench.stripe.subscriptions.retrieve(id)).latest_invoice)!
    const paid = await eventsOf(() => bench.stripe.invoices.pay(invoice))
    expect(dataOf(paid, 'customer.subscription.updated')).toMatchObject({
      object: { status: 'active' },
      previous_attributes: { status: 'incomplete' },
    })
  })

  // 2025-10-06, 2025-12-09 and 2026-06-21 (2026-04-22.dahlia): the same order in each log.
  it('completes a single payment after its intent, and books its fee in the end', async () => {
    const session = await bench.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price_data: { currency: 'usd', unit_amount: 900, product_data: { name: 'Pass' } }, quantity: 1 }],
      success_url: 'https://shop.example/done',
    })
    const events = await eventsOf(() => bench.control('POST', `checkouts/${session.id}/pay`, {}))
    expect(typesOf(events)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'payment_intent.created',
      'checkout.session.completed',
      'charge.updated',
    ])
    const { object, previous_attributes } = dataOf(events, 'charge.updated') as Stripe.ChargeUpdatedEvent.Data
    expect(previous_attributes).toEqual({ balance_transaction: null })
    const booked = await bench.stripe.balanceTransactions.retrieve(idOf(object.balance_transaction)!)
    expect(booked).toMatchObject({ source: object.id, amount: 900, fee: 56, net: 844, type: 'charge' })
  })

  // 2025-05-09.
  it('announces a refund, its charge, and its reference by both names', async () => {
    const intent = await bench.stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    const events = await eventsOf(() => bench.stripe.refunds.create({ payment_intent: intent.id }))
    expect(typesOf(events)).toEqual(['refund.created', 'charge.refunded', 'refund.updated', 'charge.refund.updated'])
    expect(dataOf(events, 'charge.refund.updated')).toMatchObject({
      object: { object: 'refund', destination_details: { card: { reference_status: 'available' } } },
      previous_attributes: { destination_details: { card: { reference_status: 'pending' } } },
    })
  })

  // 2025-09-20: `plan.created` comes with each recurring price, and with no other.
  it('announces a recurring price as a plan too', async () => {
    const price = { currency: 'usd', unit_amount: 500, product_data: { name: 'Pass' } }
    const events = await eventsOf(async () => {
      await bench.stripe.prices.create({ ...price, recurring: { interval: 'month' } })
      await bench.stripe.prices.create(price)
    })
    expect(typesOf(events).filter((type) => !type.startsWith('product.'))).toEqual([
      'plan.created',
      'price.created',
      'price.created',
    ])
  })

  // getlago/lago-api, 2025-04-30.basil.
  it('states the former status of a closed dispute', async () => {
    const intent = await bench.stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_createDispute',
      confirm: true,
      return_url: 'https://shop.example/back',
    })
    const events = await eventsOf(() => bench.control('POST', 'disputes', { payment: intent.id, status: 'lost' }))
    expect(dataOf(events, 'charge.dispute.closed')?.previous_attributes).toMatchObject({ status: 'needs_response' })
  })
})
