import type { Stripe } from 'stripe'
import { idOf } from '@stackgate/sandbox/stripe/api/id-of.js'
import {
  iso,
  openCheckout,
  payCheckout,
  sellPlan,
  startSandboxFixture,
  type SandboxFixture,
} from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'

const seconds = (moment: string) => Date.parse(moment) / 1000

describe('dunning', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  /** A subscription whose renewal of 28 February fails whenever it is tried. */
  const failing = async (dunning: object): Promise<string> => {
    expect(await bench.control('POST', 'settings', { dunning })).toMatchObject({ status: 200, body: { dunning } })
    const session = await openCheckout(bench)
    await bench.control('POST', `checkouts/${session.id}/pay`, { card: '4000000000000341' })
    const [subscription] = (await bench.stripe.subscriptions.list()).data
    return subscription?.id ?? ''
  }
  const statusAt = async (moment: string, id: string) => {
    await bench.moveTo(moment)
    return (await bench.stripe.subscriptions.retrieve(id)).status
  }

  it('follows the configured days and leaves the subscription unpaid; drafts wait, and a payment reactivates it', async () => {
    const id = await failing({ retryDays: [1, 4], end: 'unpaid' })
    expect(await statusAt('2026-02-28T11:00:00Z', id)).toBe('past_due')
    const [invoice] = (await bench.stripe.invoices.list({ subscription: id })).data
    expect(iso(invoice?.next_payment_attempt)).toBe('2026-03-01T11:00:00.000Z')
    expect(await statusAt('2026-03-04T10:59:59Z', id)).toBe('past_due')
    expect(await statusAt('2026-03-04T11:00:00Z', id)).toBe('unpaid')
    expect(await statusAt('2026-04-01T00:00:00Z', id)).toBe('unpaid')
    const invoices = (await bench.stripe.invoices.list({ subscription: id })).data
    expect(invoices.map(({ status }) => status)).toEqual(['draft', 'open', 'paid'])
    expect(invoices[1]).toMatchObject({ attempt_count: 3, next_payment_attempt: null })
    const customer = idOf(invoices[0]?.customer) ?? ''
    const card = await bench.stripe.paymentMethods.attach('pm_card_visa', { customer })
    await bench.stripe.invoices.pay(invoices[1]?.id ?? '', { payment_method: card.id })
    expect((await bench.stripe.subscriptions.retrieve(id)).status).toBe('active')
  })

  it('can leave it past due, or end it immediately', async () => {
    const id = await failing({ retryDays: [], end: 'past_due' })
    expect(await statusAt('2026-02-28T11:00:00Z', id)).toBe('past_due')
    expect((await bench.stripe.invoices.list({ subscription: id })).data[0]).toMatchObject({
      attempt_count: 1,
      next_payment_attempt: null,
    })
  })

  it('cancels by default, and rejects days that do not ascend', async () => {
    expect((await bench.control('GET', 'settings')).body).toEqual({
      dunning: { retryDays: [3, 7, 14], end: 'cancel' },
      taxPercent: 0,
      managedPaymentsByDefault: false,
      payPalPermissions: { transactionSearch: true, disputes: true },
    })
    await bench.control('POST', 'settings', { dunning: { end: 'unpaid' } })
    await bench.control('POST', 'reset')
    expect((await bench.control('GET', 'settings')).body).toMatchObject({ dunning: { end: 'cancel' } })
    expect(await bench.control('POST', 'settings', { dunning: { retryDays: [3, 2] } })).toMatchObject({
      status: 400,
      body: { error: { field: 'dunning.retryDays' } },
    })
  })

  it('expires a subscription without a first payment after 23 hours', async () => {
    const { customer, price } = await sellPlan(bench)
    const { id } = await bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
    })
    expect(await statusAt('2026-02-01T08:59:59Z', id)).toBe('incomplete')
    expect(await statusAt('2026-02-01T09:00:00Z', id)).toBe('incomplete_expired')
  })
})

describe('test clocks', () => {
  let bench: SandboxFixture
  beforeEach(async () => {
    bench = await startSandboxFixture()
  })
  afterEach(() => bench.close())

  const rested = async (id: string): Promise<Stripe.TestHelpers.TestClock> => {
    for (;;) {
      const clock = await bench.stripe.testHelpers.testClocks.retrieve(id)
      if (clock.status === 'ready') return clock
      await new Promise((wake) => setTimeout(wake, 10))
    }
  }

  it('share the one business clock: they start now, advance everything, and delete their customers with them', async () => {
    const { testClocks } = bench.stripe.testHelpers
    const now = seconds('2026-01-31T10:00:00Z')
    expect(await expectError(testClocks.create({ frozen_time: now - 60 }))).toMatchObject({
      statusCode: 501,
      param: 'frozen_time',
    })
    const clock = await testClocks.create({ frozen_time: now, name: 'one' })
    const customer = await bench.stripe.customers.create({ test_clock: clock.id, payment_method: 'pm_card_visa' })
    const other = await payCheckout(bench, await openCheckout(bench))
    const [price] = (await bench.stripe.prices.list()).data
    const [method] = (await bench.stripe.customers.listPaymentMethods(customer.id)).data
    const subscription = await bench.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price?.id ?? '' }],
      default_payment_method: method?.id ?? '',
    })
    expect(subscription).toMatchObject({ status: 'active', test_clock: clock.id })
    expect(await expectError(testClocks.advance(clock.id, { frozen_time: now }))).toMatchObject({
      param: 'frozen_time',
    })
    const tooFar = seconds('2026-03-31T10:00:01Z')
    expect(await expectError(testClocks.advance(clock.id, { frozen_time: tooFar }))).toMatchObject({
      param: 'frozen_time',
    })
    const moving = await testClocks.advance(clock.id, { frozen_time: tooFar - 1 })
    expect(moving).toMatchObject({
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: tooFar - 1 } },
    })
    expect(await rested(clock.id)).toMatchObject({ frozen_time: tooFar - 1 })
    expect((await bench.control('GET', 'clock')).body).toMatchObject({ now: '2026-03-31T10:00:00.000Z' })
    expect(bench.arrived().filter((type) => type.startsWith('test_helpers'))).toEqual([
      'test_helpers.test_clock.created',
      'test_helpers.test_clock.advancing',
      'test_helpers.test_clock.ready',
    ])
    // The other customer has no clock, and lives by the same time all the same.
    const invoices = async (id: string) => (await bench.stripe.invoices.list({ subscription: id })).data
    const reasons = (list: Stripe.Invoice[]) => list.map(({ billing_reason }) => billing_reason)
    expect(reasons(await invoices(subscription.id))).toEqual(reasons(await invoices(other.id)))
    expect((await invoices(subscription.id))[0]).toMatchObject({ test_clock: clock.id })
    expect((await bench.stripe.customers.list({ test_clock: clock.id })).data.map(({ id }) => id)).toEqual([
      customer.id,
    ])
    await testClocks.del(clock.id)
    expect(await bench.stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true })
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'canceled' })
    expect(await bench.stripe.subscriptions.retrieve(other.id)).toMatchObject({ status: 'active' })
    expect((await testClocks.list()).data).toEqual([])
  })
})
