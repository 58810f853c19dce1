import { step } from '../step.js'

/** Meters, what they count, and webhook endpoints; then the end. */
export const usageAndEnd = [
  step('a meter of calls', ({ stripe, keep, begun }) =>
    keep(
      'meter',
      stripe.billing.meters.create({
        display_name: 'Calls',
        event_name: `calls_${begun}`,
        default_aggregation: { formula: 'sum' },
      }),
    ),
  ),
  step('a metered price', ({ stripe, keep, id }) =>
    keep(
      'metered',
      stripe.prices.create({
        product: id('product'),
        currency: 'usd',
        unit_amount: 3,
        recurring: { interval: 'month', usage_type: 'metered', meter: id('meter') },
      }),
    ),
  ),
  step('usage is reported', ({ stripe, id, begun }) =>
    stripe.billing.meterEvents.create({
      event_name: `calls_${begun}`,
      identifier: `conformance-${begun}`,
      payload: { stripe_customer_id: id('customer'), value: '12' },
    }),
  ),
  step('what the meter counted', ({ stripe, id, begun }) =>
    stripe.billing.meters.listEventSummaries(id('meter'), {
      customer: id('customer'),
      start_time: Math.floor(begun / 60) * 60,
      end_time: Math.floor(begun / 60) * 60 + 40 * 24 * 60 * 60,
    }),
  ),
  step('the meter rests', ({ stripe, id }) => stripe.billing.meters.deactivate(id('meter'))),
  step('an endpoint for two types of events', ({ stripe, keep }) =>
    keep(
      'endpoint',
      stripe.webhookEndpoints.create({
        url: 'https://example.com/webhooks',
        enabled_events: ['invoice.paid', 'customer.subscription.deleted'],
        description: 'conformance',
      }),
    ),
  ),
  step('an endpoint that is disabled', ({ stripe, id }) =>
    stripe.webhookEndpoints.update(id('endpoint'), { disabled: true, enabled_events: ['*'] }),
  ),
  step('an event that does not exist', ({ stripe, id }) =>
    stripe.webhookEndpoints.update(id('endpoint'), { enabled_events: ['invoice.cried' as '*'] }),
  ),
  step('the endpoint is deleted', ({ stripe, id }) => stripe.webhookEndpoints.del(id('endpoint'))),
  step('the last event of its type', async ({ stripe, begun }) => {
    const { data } = await stripe.events.list({ type: 'invoiceitem.created', created: { gte: begun }, limit: 1 })
    return data.map(({ request: _request, pending_webhooks: _pending, ...event }) => event)
  }),
  step('a coupon is deleted', ({ stripe, id }) => stripe.coupons.del(id('coupon'))),
  step('the clock is deleted', ({ stripe, id }) => stripe.testHelpers.testClocks.del(id('clock'))),
  step('and its customer with it', ({ stripe, id }) => stripe.customers.retrieve(id('customer'))),
]
