import { sandboxStep, step } from '../step.js'

/** Payment methods, intents, charges, refunds, disputes. */
export const payments = [
  step('a card is attached', ({ stripe, keep, id }) =>
    keep('card', stripe.paymentMethods.attach('pm_card_visa', { customer: id('customer') })),
  ),
  step('it becomes the default', ({ stripe, id }) =>
    stripe.customers.update(id('customer'), { invoice_settings: { default_payment_method: id('card') } }),
  ),
  step("the customer's cards", ({ stripe, id }) =>
    stripe.paymentMethods.list({ customer: id('customer'), type: 'card' }),
  ),
  step('a payment is confirmed at once', ({ stripe, keep, id }) =>
    keep(
      'payment',
      stripe.paymentIntents.create({
        amount: 3000,
        currency: 'usd',
        customer: id('customer'),
        payment_method: id('card'),
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        expand: ['latest_charge'],
      }),
    ),
  ),
  step('a card is declined', ({ stripe, id }) =>
    stripe.paymentIntents.create({
      amount: 3000,
      currency: 'usd',
      customer: id('customer'),
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    }),
  ),
  step('a payment waits for its method', ({ stripe, keep }) =>
    keep('waiting', stripe.paymentIntents.create({ amount: 900, currency: 'usd', metadata: { order: '9' } })),
  ),
  step('and is canceled', ({ stripe, id }) =>
    stripe.paymentIntents.cancel(id('waiting'), { cancellation_reason: 'abandoned' }),
  ),
  step('a canceled payment cannot be confirmed', ({ stripe, id }) =>
    stripe.paymentIntents.confirm(id('waiting'), { payment_method: 'pm_card_visa' }),
  ),
  step('a part is refunded', ({ stripe, keep, id }) =>
    keep(
      'refund',
      stripe.refunds.create({ payment_intent: id('payment'), amount: 1000, reason: 'requested_by_customer' }),
    ),
  ),
  step('more than is left is not', ({ stripe, id }) =>
    stripe.refunds.create({ payment_intent: id('payment'), amount: 2001 }),
  ),
  step('the refunds of the payment', ({ stripe, id }) => stripe.refunds.list({ payment_intent: id('payment') })),
  step('the charge knows of it', async ({ stripe, id }) => stripe.charges.list({ payment_intent: id('payment') })),
  step('its fees are booked', ({ stripe }) => stripe.balanceTransactions.list({ type: 'charge', limit: 3 })),
  step('a card is set up for later', ({ stripe, keep, id }) =>
    keep(
      'setup',
      stripe.setupIntents.create({
        customer: id('customer'),
        payment_method: id('card'),
        confirm: true,
        usage: 'off_session',
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      }),
    ),
  ),
  sandboxStep('the bank disputes the payment', ({ control, id }) =>
    control('POST', 'disputes', { payment: id('payment'), status: 'needs_response' }),
  ),
  sandboxStep('the dispute is listed', async ({ stripe, keep, id }) => {
    const { data } = await stripe.disputes.list({ payment_intent: id('payment') })
    return keep('dispute', Promise.resolve(data[0] ?? { id: 'none' }))
  }),
  sandboxStep('evidence is given', ({ stripe, id }) =>
    stripe.disputes.update(id('dispute'), { evidence: { uncategorized_text: 'They used it.' }, submit: true }),
  ),
]
