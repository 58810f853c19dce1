import type { Stage } from '../step.js'
import { step } from '../step.js'

const DAY = 24 * 60 * 60

/** Subscriptions through a month: changes, prorations, previews, trials, discounts, ends. */
export const subscriptions = [
  step('a subscription is paid by the default card', ({ stripe, keep, id }) =>
    keep(
      'subscription',
      stripe.subscriptions.create({
        customer: id('customer'),
        items: [{ price: id('monthly'), quantity: 2 }],
        metadata: { account: '7' },
        expand: ['latest_invoice.payments'],
      }),
    ),
  ),
  step('its items', async ({ stripe, keep, id }) => {
    const list = await stripe.subscriptionItems.list({ subscription: id('subscription') })
    await keep('item', Promise.resolve(list.data[0] ?? { id: 'none' }))
    return list
  }),
  step('what a third seat would cost', ({ stripe, id }) =>
    stripe.invoices.createPreview({
      customer: id('customer'),
      subscription: id('subscription'),
      subscription_details: { items: [{ id: id('item'), quantity: 3 }] },
    }),
  ),
  step('a third seat is added', ({ stripe, id }) =>
    stripe.subscriptions.update(id('subscription'), { items: [{ id: id('item'), quantity: 3 }] }),
  ),
  step('it is to end with the period', ({ stripe, id }) =>
    stripe.subscriptions.update(id('subscription'), { cancel_at_period_end: true }),
  ),
  step('and is not', ({ stripe, id }) =>
    stripe.subscriptions.update(id('subscription'), { cancel_at_period_end: false }),
  ),
  step('a schedule is made of it', ({ stripe, keep, id }) =>
    keep('schedule', stripe.subscriptionSchedules.create({ from_subscription: id('subscription') })),
  ),
  step('it has one schedule at most', ({ stripe, id }) =>
    stripe.subscriptionSchedules.create({ from_subscription: id('subscription') }),
  ),
  step('another price is scheduled', async ({ stripe, id }) => {
    const { phases } = await stripe.subscriptionSchedules.retrieve(id('schedule'))
    return stripe.subscriptionSchedules.update(id('schedule'), {
      end_behavior: 'release',
      proration_behavior: 'none',
      phases: [
        {
          items: [{ price: id('monthly'), quantity: 3 }],
          start_date: phases[0]!.start_date,
          end_date: phases[0]!.end_date,
        },
        {
          items: [{ price: id('raised'), quantity: 3 }],
          duration: { interval: 'day', interval_count: 1 },
          proration_behavior: 'none',
        },
      ],
    })
  }),
  step('its end belongs to the schedule', ({ stripe, id }) =>
    stripe.subscriptions.update(id('subscription'), { cancel_at_period_end: true }),
  ),
  step('schedules are listed', async ({ stripe, id }) => {
    const { data } = await stripe.subscriptionSchedules.list({ customer: id('customer') })
    return data.map(({ id: schedule, status }) => [schedule, status])
  }),
  step('the schedule is released', ({ stripe, id }) => stripe.subscriptionSchedules.release(id('schedule'))),
  step('a trial without a card', ({ stripe, keep, id }) =>
    keep(
      'trial',
      stripe.subscriptions.create({
        customer: id('customer'),
        items: [{ price: id('monthly') }],
        trial_period_days: 14,
        trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
      }),
    ),
  ),
  step('a discounted subscription', ({ stripe, keep, id }) =>
    keep(
      'discounted',
      stripe.subscriptions.create({
        customer: id('customer'),
        items: [{ price: id('raised') }],
        discounts: [{ coupon: id('coupon') }],
        expand: ['discounts'],
      }),
    ),
  ),
  step('a subscription that waits for its first payment', ({ stripe, keep, id }) =>
    keep(
      'incomplete',
      stripe.subscriptions.create({
        customer: id('customer'),
        items: [{ price: id('monthly') }],
        payment_behavior: 'default_incomplete',
        payment_settings: { save_default_payment_method: 'on_subscription' },
        expand: ['latest_invoice.confirmation_secret'],
      }),
    ),
  ),
  step('too far for the clock', ({ stripe, id, begun }) =>
    stripe.testHelpers.testClocks.advance(id('clock'), { frozen_time: begun + 80 * DAY }),
  ),
  step('two days pass', (stage) => passTo(stage, 2)),
  step('what waited too long has expired', ({ stripe, id }) => stripe.subscriptions.retrieve(id('incomplete'))),
  step('a month passes', (stage) => passTo(stage, 33)),
  step('the trial has become a paid month', ({ stripe, id }) => stripe.subscriptions.retrieve(id('trial'))),
  step('the invoices of the subscription', async ({ stripe, id }) => {
    const { data } = await stripe.invoices.list({ subscription: id('subscription') })
    return data.map(({ billing_reason, status, total, amount_paid, attempt_count, lines }) => ({
      billing_reason,
      status,
      total,
      amount_paid,
      attempt_count,
      lines: lines.data.map(({ amount, quantity }) => [amount, quantity]),
    }))
  }),
  step('collection pauses', ({ stripe, id }) =>
    stripe.subscriptions.update(id('discounted'), { pause_collection: { behavior: 'void' } }),
  ),
  step('a subscription ends at once', ({ stripe, id }) =>
    stripe.subscriptions.cancel(id('trial'), { cancellation_details: { feedback: 'too_expensive' } }),
  ),
  step('what ended cannot be changed', ({ stripe, id }) =>
    stripe.subscriptions.update(id('trial'), { metadata: { late: '1' } }),
  ),
  step('subscriptions are listed by state', async ({ stripe, id }) => {
    const { data } = await stripe.subscriptions.list({ customer: id('customer'), status: 'all' })
    return data.map(({ id: subscription, status }) => [subscription, status])
  }),
]

/** Moves the clock to a day of the scenario and waits until it rests. */
async function passTo({ stripe, id, begun }: Stage, day: number): Promise<unknown> {
  await stripe.testHelpers.testClocks.advance(id('clock'), { frozen_time: begun + day * DAY })
  for (let look = 0; ; look += 1) {
    const clock = await stripe.testHelpers.testClocks.retrieve(id('clock'))
    if (clock.status !== 'advancing' || look > 1000) return clock
    await new Promise((wake) => {
      setTimeout(wake, Math.min(20 * (look + 1), 2000))
    })
  }
}
