import { sandboxStep, step, type Stage } from './step.js'

const PAGES = { return_url: 'https://shop.example.com/back', cancel_url: 'https://shop.example.com/no' }
const WHOLE = { prefer: 'return=representation' }
const PATH = '/v1/billing/subscriptions'

const wanted = ({ id }: Stage) => ({
  plan_id: id('plan'),
  quantity: '2',
  custom_id: 'account-7',
  application_context: { ...PAGES, user_action: 'SUBSCRIBE_NOW', shipping_preference: 'NO_SHIPPING' },
})

/** Advances the clock by a number of days. */
const later =
  (days: number) =>
  ({ control }: Stage) =>
    control('POST', 'clock', { bySeconds: days * 86_400 })

const transactions = ({ call, id, begun }: Stage) => {
  const [from, until] = [-1, 400].map((days) => new Date(begun.getTime() + days * 86_400_000).toISOString())
  return call('GET', `${PATH}/${id('subscription')}/transactions?start_time=${from}&end_time=${until}`)
}

/** Subscriptions from their page to their end. */
export const subscriptions = [
  step('a subscription is opened', async (stage) => {
    const made = await stage.call('POST', PATH, wanted(stage), WHOLE)
    stage.keep('subscription', made.body['id'])
    return made
  }),
  step('one of a plan that there is not is refused', (stage) =>
    stage.call('POST', PATH, { ...wanted(stage), plan_id: 'P-5ML4271244454362WXNWU5NQ' }),
  ),
  step('the subscription is read', ({ call, id }) => call('GET', `${PATH}/${id('subscription')}`)),
  step('what is not active is not suspended', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/suspend`, { reason: 'too early' }),
  ),
  step('a subscription that there is not is missed', ({ call }) => call('GET', `${PATH}/I-NONE00000000`)),
  sandboxStep('its payer approves it', ({ control, id }) => control('POST', `checkouts/${id('subscription')}/pay`, {})),
  sandboxStep('active it shows when it is billed next', ({ call, id }) =>
    call('GET', `${PATH}/${id('subscription')}?fields=plan,last_failed_payment`),
  ),
  sandboxStep('it bears our note', ({ call, id }) =>
    call('PATCH', `${PATH}/${id('subscription')}`, [{ op: 'replace', path: '/custom_id', value: 'account-8' }]),
  ),
  sandboxStep('its first payment is listed', async (stage) => {
    const answer = await transactions(stage)
    stage.keep('sale', (answer.body['transactions'] as { id: string }[])[0]?.id)
    return answer
  }),
  sandboxStep('the payment is a sale', ({ call, id }) => call('GET', `/v1/payments/sale/${id('sale')}`)),
  sandboxStep('a part of the sale is refunded', async ({ call, id, keep }) => {
    const body = { amount: { total: '5.00', currency: 'USD' }, invoice_number: 'refund-2', description: 'asked for' }
    const refund = await call('POST', `/v1/payments/sale/${id('sale')}/refund`, body)
    keep('sale refund', refund.body['id'])
    return refund
  }),
  sandboxStep('the refund of the sale is read', ({ call, id }) =>
    call('GET', `/v1/payments/refund/${id('sale refund')}`),
  ),
  sandboxStep('another plan is asked for', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/revise`, {
      plan_id: id('dearer'),
      quantity: '1',
      application_context: PAGES,
    }),
  ),
  sandboxStep('its payer approves the change', ({ control, id }) =>
    control('POST', `checkouts/${id('subscription')}/pay`, {}),
  ),
  sandboxStep('a month passes, and it is billed by the new plan', later(31)),
  sandboxStep('its payments are listed', transactions),
  sandboxStep('it is suspended', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/suspend`, { reason: 'on leave' }),
  ),
  sandboxStep('suspended it is not suspended again', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/suspend`, { reason: 'on leave' }),
  ),
  sandboxStep('it is activated', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/activate`, { reason: 'back' }),
  ),
  sandboxStep('its next payments will fail', ({ control, id }) =>
    control('POST', 'payments/fail-next', { customer: id('subscription'), times: 1 }),
  ),
  sandboxStep('the next payment falls due, and does not come', later(27)),
  sandboxStep('it says what is owed', ({ call, id }) =>
    call('GET', `${PATH}/${id('subscription')}?fields=last_failed_payment`),
  ),
  sandboxStep('what is owed is collected', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/capture`, {
      note: 'what was owed',
      capture_type: 'OUTSTANDING_BALANCE',
      amount: { currency_code: 'USD', value: '40.00' },
    }),
  ),
  sandboxStep('it is cancelled', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/cancel`, { reason: 'enough' }),
  ),
  sandboxStep('and is not cancelled twice', ({ call, id }) =>
    call('POST', `${PATH}/${id('subscription')}/cancel`, { reason: 'enough' }),
  ),
  sandboxStep('cancelled it stays readable', ({ call, id }) => call('GET', `${PATH}/${id('subscription')}`)),
]
