import type { Stripe } from 'stripe'
import { readCheckout } from '#services/billing/providers/stripe/read-objects.js'
import { readSubscription } from '#services/billing/providers/stripe/read-subscription.js'

const start = Date.UTC(2026, 0, 15) / 1000
const end = Date.UTC(2026, 1, 15) / 1000

const subscription = (changed: Record<string, unknown>, item: Record<string, unknown> = {}): Stripe.Subscription =>
  ({
    id: 'sub_1',
    object: 'subscription',
    customer: 'cus_1',
    status: 'active',
    metadata: {},
    start_date: start,
    trial_end: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: null,
    items: { data: [{ id: 'si_1', quantity: 2, price: { id: 'price_1' }, ...item }] },
    ...changed,
  }) as unknown as Stripe.Subscription

describe('Stripe objects mapped to our model', () => {
  it('read the period from the item, its location since 2025', () => {
    const read = readSubscription(subscription({}, { current_period_start: start, current_period_end: end }))
    expect(read.items[0]).toEqual({
      externalId: 'si_1',
      priceExternalId: 'price_1',
      quantity: 2,
      currentPeriodStart: new Date('2026-01-15'),
      currentPeriodEnd: new Date('2026-02-15'),
    })
  })

  it('read the period from the top level of an older shape', () => {
    const read = readSubscription(subscription({ current_period_start: start, current_period_end: end }))
    expect(read.items[0]).toMatchObject({
      currentPeriodStart: new Date('2026-01-15'),
      currentPeriodEnd: new Date('2026-02-15'),
    })
  })

  it('recognize a scheduled end by its date, or by the period end', () => {
    expect(readSubscription(subscription({ cancel_at: end })).cancelAt).toEqual(new Date('2026-02-15'))
    expect(
      readSubscription(subscription({ cancel_at_period_end: true }, { current_period_end: end })).cancelAt,
    ).toEqual(new Date('2026-02-15'))
    expect(readSubscription(subscription({})).cancelAt).toBeNull()
  })

  it('treat a response that is no Stripe object as missing', () => {
    expect(() =>
      readSubscription({
        object: 'subscription',
        status: 'frozen',
        items: { data: [] },
        metadata: {},
      } as unknown as Stripe.Subscription),
    ).toThrow(
      expect.objectContaining({
        code: 'UNAVAILABLE',
        internal: expect.stringContaining('unknown subscription status'),
      }),
    )
    expect(() => readCheckout({ message: 'hello' } as unknown as Stripe.Checkout.Session)).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE', internal: expect.stringContaining('not a checkout session') }),
    )
  })
})
