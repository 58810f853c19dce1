// Sends what Stripe sends when a subscription begins: `npm run event -- cus_1 pro_month`.
import Stripe from 'stripe'

const { PORT = '3000', STRIPE_WEBHOOK_SECRET: secret = '' } = process.env
const [customer = 'cus_1', price = 'pro_month'] = process.argv.slice(2)
const created = Math.floor(Date.now() / 1000)
const period = { current_period_start: created, current_period_end: created + 30 * 86_400 }
const payload = JSON.stringify({
  id: `evt_${crypto.randomUUID()}`,
  type: 'customer.subscription.created',
  created,
  data: {
    object: {
      id: `sub_of_${customer}`,
      customer,
      status: 'active',
      items: { data: [{ price: { id: price, lookup_key: price }, ...period }] },
    },
  },
})
const signature = new Stripe('sk_test').webhooks.generateTestHeaderString({ payload, secret })
const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
const { status } = await fetch(`http://127.0.0.1:${PORT}/webhooks/stripe`, { method: 'POST', headers, body: payload })
console.log(status)
