import type { Stripe } from 'stripe'
import { step } from '../step.js'

/** Customers, the envelope of every call, and the clock that later scenes move. */
export const customers = [
  step('a test clock starts now', ({ stripe, keep, begun }) =>
    keep('clock', stripe.testHelpers.testClocks.create({ frozen_time: begun, name: 'conformance' })),
  ),
  step('a customer lives by the clock', ({ stripe, keep, id, begun }) =>
    keep(
      'customer',
      stripe.customers.create({
        email: `ada+${begun}@example.com`,
        name: 'Ada',
        test_clock: id('clock'),
        metadata: { account: '7', plan: 'plus' },
      }),
    ),
  ),
  step('metadata is merged, an empty value forgets', ({ stripe, id }) =>
    stripe.customers.update(id('customer'), { phone: '+15550100', metadata: { plan: '', team: 'blue' } }),
  ),
  step('the customer is read', ({ stripe, id }) => stripe.customers.retrieve(id('customer'))),
  step('customers are listed by address', ({ stripe, begun }) =>
    stripe.customers.list({ email: `ada+${begun}@example.com`, limit: 3 }),
  ),
  step('a customer that never was', ({ stripe }) => stripe.customers.retrieve('cus_neverwasneverwas')),
  step('a parameter that Stripe does not have', ({ stripe }) =>
    stripe.customers.create({ nickname: 'Ada' } as Stripe.CustomerCreateParams),
  ),
  step('a value that is not of the enum', ({ stripe }) => stripe.customers.create({ tax_exempt: 'never' })),
  step('a list longer than allowed', ({ stripe }) => stripe.customers.list({ limit: 101 })),
  step('a path that Stripe does not have', ({ stripe }) => stripe.rawRequest('GET', '/v1/wishes')),
  step('the first call with a key', ({ stripe, begun, id }) =>
    stripe.customers.update(id('customer'), { description: 'first' }, { idempotencyKey: `conformance-${begun}` }),
  ),
  step('the same call with the same key', ({ stripe, begun, id }) =>
    stripe.customers.update(id('customer'), { description: 'first' }, { idempotencyKey: `conformance-${begun}` }),
  ),
  step('another call with the same key', ({ stripe, begun, id }) =>
    stripe.customers.update(id('customer'), { description: 'second' }, { idempotencyKey: `conformance-${begun}` }),
  ),
]
