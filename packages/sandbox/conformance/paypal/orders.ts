import { sandboxStep, step, type Answer, type Stage } from './step.js'

const PAGES = { return_url: 'https://shop.example.com/back', cancel_url: 'https://shop.example.com/no' }
const WHOLE = { prefer: 'return=representation' }

const orderOf = (value: string) => ({
  intent: 'CAPTURE',
  purchase_units: [{ amount: { currency_code: 'USD', value }, description: 'Static Site', custom_id: 'purchase-7' }],
  payment_source: {
    paypal: { experience_context: { ...PAGES, user_action: 'PAY_NOW', shipping_preference: 'NO_SHIPPING' } },
  },
})

/** Calls that create an object under a request ID send it in this header. */
const under = (name: string, begun: Date) => ({ 'paypal-request-id': `${name} ${begun.getTime()}`.slice(-36) })

async function opened({ call, keep, begun }: Stage, name: string, value = '30.00'): Promise<Answer> {
  const made = await call('POST', '/v2/checkout/orders', orderOf(value), { ...WHOLE, ...under(name, begun) })
  keep(name, made.body['id'])
  return made
}

/** An order that its payer has approved, and that is captured. */
async function captured(stage: Stage, name: string, outcome = 'paid'): Promise<Answer> {
  await opened(stage, `order of ${name}`)
  const id = stage.id(`order of ${name}`)
  await stage.control('POST', `checkouts/${id}/pay`, { outcome })
  const answer = await stage.call('POST', `/v2/checkout/orders/${id}/capture`, {}, WHOLE)
  const [unit] = answer.body['purchase_units'] as [{ payments: { captures: [{ id: string }] } }]
  stage.keep(name, unit.payments.captures[0].id)
  return answer
}

/** Orders with their payments, refunds and disputes. */
export const orders = [
  step('an order is opened', (stage) => opened(stage, 'order')),
  step('an order of nothing is refused', ({ call, begun }) =>
    call('POST', '/v2/checkout/orders', orderOf('0.00'), under('0.00', begun)),
  ),
  step('an order with too many decimals is refused', ({ call, begun }) =>
    call('POST', '/v2/checkout/orders', orderOf('1.234'), under('1.234', begun)),
  ),
  step('an order with an amount that is none is refused', ({ call, begun }) =>
    call('POST', '/v2/checkout/orders', orderOf('ten'), under('ten', begun)),
  ),
  step('without a request id it is refused', ({ call }) => call('POST', '/v2/checkout/orders', orderOf('30.00'))),
  step('the order is read', ({ call, id }) => call('GET', `/v2/checkout/orders/${id('order')}`)),
  step('the order costs less now', ({ call, id }) =>
    call('PATCH', `/v2/checkout/orders/${id('order')}`, [
      {
        op: 'replace',
        path: "/purchase_units/@reference_id=='default'/amount",
        value: { currency_code: 'USD', value: '25.00' },
      },
    ]),
  ),
  step('an unapproved order is not captured', ({ call, id }) =>
    call('POST', `/v2/checkout/orders/${id('order')}/capture`, {}),
  ),
  step('an order that there is not is missed', ({ call }) => call('GET', '/v2/checkout/orders/5O190127TN364715T')),
  sandboxStep('its payer approves the order', ({ control, id }) => control('POST', `checkouts/${id('order')}/pay`, {})),
  sandboxStep('approved it shows who pays', ({ call, id }) => call('GET', `/v2/checkout/orders/${id('order')}`)),
  sandboxStep('it is captured, briefly answered', ({ call, id }) =>
    call('POST', `/v2/checkout/orders/${id('order')}/capture`, {}),
  ),
  sandboxStep('it is not captured twice', ({ call, id }) =>
    call('POST', `/v2/checkout/orders/${id('order')}/capture`, {}),
  ),
  sandboxStep('another is approved and captured', (stage) => captured(stage, 'capture')),
  sandboxStep('the capture is read', ({ call, id }) => call('GET', `/v2/payments/captures/${id('capture')}`)),
  sandboxStep('a part of it is refunded', async ({ call, id, keep }) => {
    const amount = { currency_code: 'USD', value: '10.00' }
    const body = { amount, custom_id: 'refund-1', note_to_payer: 'asked for' }
    const refund = await call('POST', `/v2/payments/captures/${id('capture')}/refund`, body, WHOLE)
    keep('refund', refund.body['id'])
    return refund
  }),
  sandboxStep('the refund is read', ({ call, id }) => call('GET', `/v2/payments/refunds/${id('refund')}`)),
  sandboxStep('more than the rest is not refunded', ({ call, id }) =>
    call('POST', `/v2/payments/captures/${id('capture')}/refund`, { amount: { currency_code: 'USD', value: '20.01' } }),
  ),
  sandboxStep('the rest is refunded', ({ call, id }) =>
    call('POST', `/v2/payments/captures/${id('capture')}/refund`, {}),
  ),
  sandboxStep('nothing more is refunded', ({ call, id }) =>
    call('POST', `/v2/payments/captures/${id('capture')}/refund`, {}),
  ),
  sandboxStep('a bank takes its time', (stage) => captured(stage, 'slow', 'async_paid')),
  sandboxStep('a pending payment is not refunded', ({ call, id }) =>
    call('POST', `/v2/payments/captures/${id('slow')}/refund`, {}),
  ),
  sandboxStep('a payment is disputed', async (stage) => {
    await captured(stage, 'disputed')
    const dispute = await stage.control('POST', 'disputes', { payment: stage.id('disputed') })
    stage.keep('dispute', dispute.body['id'])
    return dispute
  }),
  sandboxStep('disputes of the payment are listed', ({ call, id }) =>
    call('GET', `/v1/customer/disputes?disputed_transaction_id=${id('disputed')}`),
  ),
  sandboxStep('the dispute is read', ({ call, id }) => call('GET', `/v1/customer/disputes/${id('dispute')}`)),
  sandboxStep('its claim is accepted', ({ call, id }) =>
    call('POST', `/v1/customer/disputes/${id('dispute')}/accept-claim`, { note: 'It did not work.' }),
  ),
  sandboxStep('accepted, it says how it was decided', ({ call, id }) =>
    call('GET', `/v1/customer/disputes/${id('dispute')}`),
  ),
  sandboxStep('and is not accepted twice', ({ call, id }) =>
    call('POST', `/v1/customer/disputes/${id('dispute')}/accept-claim`, { note: 'Again.' }),
  ),
]
