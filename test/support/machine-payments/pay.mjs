// One request by the unchanged client of the protocol, which pays for a denial by itself. Prints what happened as JSON.
import { Mppx, stripe } from 'mppx/client'
import { tokensOf } from './tokens.mjs'

const { url, key, body, sandbox, sandboxKey, method = 'pm_card_visa' } = JSON.parse(process.argv[2])
const createToken = tokensOf(sandbox, sandboxKey)
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
      createToken: async (wanted) => {
        const id = await createToken(wanted)
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
