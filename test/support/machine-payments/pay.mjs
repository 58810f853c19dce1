// One request by the unchanged client of the protocol, which pays for a denial by itself. Prints what happened as JSON.
import { Mppx, stripe } from 'mppx/client'

const { url, key, body, sandbox, sandboxKey, method = 'pm_card_visa' } = JSON.parse(process.argv[2])
const tokens = []
const statuses = []
const call = async (input, init) => {
  const response = await globalThis.fetch(input, init)
  statuses.push(response.status)
  return response
}
const payer = Mppx.create({
  fetch: call,
  polyfill: false,
  methods: [
    stripe.charge({
      paymentMethod: method,
      createToken: async ({ amount, currency, expiresAt, networkId, paymentMethod }) => {
        const form = new URLSearchParams({
          payment_method: paymentMethod,
          'usage_limits[currency]': currency,
          'usage_limits[max_amount]': amount,
          'usage_limits[expires_at]': String(expiresAt),
          ...(networkId ? { 'seller_details[network_id]': networkId } : {}),
        })
        const response = await globalThis.fetch(`${sandbox}/v1/test_helpers/shared_payment/granted_tokens`, {
          method: 'POST',
          headers: { authorization: `Bearer ${sandboxKey}` },
          body: form,
        })
        const { id } = await response.json()
        tokens.push(id)
        return id
      },
    }),
  ],
})
const outcome = { tokens, statuses }
try {
  const response = await payer.fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  Object.assign(outcome, {
    status: response.status,
    receipt: response.headers.get('payment-receipt'),
    body: await response.json(),
  })
} catch (error) {
  outcome.error = String(error)
}
process.stdout.write(JSON.stringify(outcome))
