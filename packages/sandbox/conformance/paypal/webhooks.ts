import { sandboxStep, step, type Stage } from './step.js'

const PATH = '/v1/notifications/webhooks'
const EVENTS = '/v1/notifications/webhooks-events'

const urlOf = ({ begun }: Stage, name: string) => `https://shop.example.com/hooks/${name}-${begun.getTime()}`

/** Webhooks, their deliveries, and the verification of a delivery. */
export const webhooks = [
  step('a webhook is made', async (stage) => {
    const made = await stage.call('POST', PATH, {
      url: urlOf(stage, 'one'),
      event_types: [{ name: 'PAYMENT.SALE.COMPLETED' }, { name: 'CHECKOUT.ORDER.APPROVED' }],
    })
    stage.keep('webhook', made.body['id'])
    return { status: made.status, body: { fields: Object.keys(made.body).toSorted() } }
  }),
  step('one for an event that there is not is refused', (stage) =>
    stage.call('POST', PATH, { url: urlOf(stage, 'two'), event_types: [{ name: 'A.WISH' }] }),
  ),
  step('the webhook is read', async ({ call, id }) => {
    const { status, body } = await call('GET', `${PATH}/${id('webhook')}`)
    return { status, body: { ...body, url: '<url>' } }
  }),
  step('webhooks are listed', async ({ call }) => {
    const { status, body } = await call('GET', PATH)
    return { status, body: { fields: Object.keys(body).toSorted() } }
  }),
  step('it receives all types of events', ({ call, id }) =>
    call('PATCH', `${PATH}/${id('webhook')}`, [{ op: 'replace', path: '/event_types', value: [{ name: '*' }] }]).then(
      ({ status }) => ({ status, body: {} }),
    ),
  ),
  step('its types are listed', ({ call, id }) => call('GET', `${PATH}/${id('webhook')}/event-types`)),
  step('all types of events are listed', async ({ call }) => {
    const { status, body } = await call('GET', '/v1/notifications/webhooks-event-types')
    return { status, body: { fields: Object.keys(body).toSorted() } }
  }),
  sandboxStep('sent events are listed', async (stage) => {
    const answer = await stage.call('GET', `${EVENTS}?page_size=3&event_type=PAYMENT.SALE.COMPLETED`)
    stage.keep('event', (answer.body['events'] as { id: string }[])[0]?.id)
    return answer
  }),
  sandboxStep('an event is read', ({ call, id }) => call('GET', `${EVENTS}/${id('event')}`)),
  sandboxStep('it is sent again', ({ call, id }) =>
    call('POST', `${EVENTS}/${id('event')}/resend`, { webhook_ids: [id('webhook')] }),
  ),
  step('an event that there is not is missed', ({ call }) => call('GET', `${EVENTS}/WH-NONE`)),
  step('a delivery of somebody else’s is not PayPal’s', ({ call, id, begun }) =>
    call('POST', '/v1/notifications/verify-webhook-signature', {
      auth_algo: 'SHA256withRSA',
      cert_url: 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270',
      transmission_id: '69cd13f0-d67a-11e5-baa3-778b53f4ae55',
      transmission_sig: 'A'.repeat(344),
      transmission_time: begun.toISOString().replace(/\.\d{3}Z$/, 'Z'),
      webhook_id: id('webhook'),
      webhook_event: { id: 'WH-1', event_type: 'PAYMENT.SALE.COMPLETED', resource: {} },
    }),
  ),
  step('the webhook is deleted', ({ call, id }) => call('DELETE', `${PATH}/${id('webhook')}`)),
  step('after its deletion it is missed', ({ call, id }) => call('GET', `${PATH}/${id('webhook')}`)),
]
