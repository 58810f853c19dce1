// An application that keeps its own Stripe. docs/tutorials/beside-your-own-stripe.md explains the lines that end with `// ours`.
import express, { type Request } from 'express'
import Stripe from 'stripe'

const { PORT = '3000', STRIPE_SECRET_KEY = '', STRIPE_WEBHOOK_SECRET: webhookSecret = '' } = process.env
const app = express()
const stripe = new Stripe(STRIPE_SECRET_KEY)

const PLANS: Readonly<Record<string, string>> = { pro_month: 'pro', scale_month: 'scale' }

/** The plan of a price. An unknown price is an error: without a plan, the webhook would end what the customer has paid. */
function planOf({ id, lookup_key: key }: Stripe.Price): string {
  const plan = PLANS[key ?? '']
  if (!plan) throw new Error(`The price ${id} has no plan`)
  return plan
}

/** The customer at Stripe of a request. Replace it by your sign-in: this header proves nothing. */
const customerOf = (request: Request): string => request.get('x-user') ?? ''

const { STACKGATE_URL = 'http://127.0.0.1:4000', STACKGATE_SECRET_KEY } = process.env // ours
const headers = { authorization: `Bearer ${STACKGATE_SECRET_KEY}`, 'content-type': 'application/json' } // ours
const stackgate = (path: string, body: object) =>
  // ours
  fetch(`${STACKGATE_URL}/api/v1/entitlements/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }) // ours
const time = (seconds: number) => new Date(seconds * 1000) // ours

app.post('/webhooks/stripe', express.raw({ type: 'application/json' }), async (request, response) => {
  const event = stripe.webhooks.constructEvent(request.body, request.get('stripe-signature') ?? '', webhookSecret)
  if (event.type.startsWith('customer.subscription.')) {
    const { id, customer, status, items } = event.data.object as Stripe.Subscription
    if (status === 'incomplete') return response.sendStatus(204) // It has not begun.
    const { price, current_period_start: from, current_period_end: to } = items.data[0]!
    const plan = ['active', 'trialing', 'past_due'].includes(status) ? planOf(price) : null
    const period = { from: time(from), to: time(to), event_at: time(event.created), idempotency_key: event.id } // ours
    const set = await stackgate('set-plan', { account_id: `customer:${String(customer)}`, source: id, plan, ...period }) // ours
    if (!set.ok) throw new Error(await set.text()) // ours
  }
  response.sendStatus(204)
})

app.post('/answers', express.json(), async (request, response) => {
  const use = { account_id: `customer:${customerOf(request)}`, feature: 'ai_credits', amount: 10 } // ours
  const used = await stackgate('consume', { ...use, idempotency_key: request.get('idempotency-key') }) // ours
  response.sendStatus(used.ok ? 201 : used.status)
})

app.listen(Number(PORT), () => console.log(`http://127.0.0.1:${PORT}`))
