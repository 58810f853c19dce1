// Signs a person up and lets them subscribe, change the plan, cancel, return and pay with better-auth and its plug-in for Stripe.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { stripe as stripePlugin } from '@better-auth/stripe'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import Stripe from 'stripe'

const [url, token, apiVersion] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const client = new Stripe('sk_test_sandboxBetterAuthBetterAuth', {
  host: hostname,
  port,
  protocol: 'http',
  telemetry: false,
  ...(apiVersion ? { apiVersion } : {}),
})
const control = async (path, body) => {
  const response = await fetch(`${url}/_sandbox/api/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 200, await response.clone().text())
  return response.json()
}

const monthly = { interval: 'month' }
const [plus, pro] = await Promise.all(
  [
    ['Plus', 2000],
    ['Pro', 5000],
  ].map(([name, unit_amount]) =>
    client.prices.create({ currency: 'usd', unit_amount, recurring: monthly, product_data: { name } }),
  ),
)
const product = ({ product: id, id: price }) => ({ product: id, prices: [price] })
// The program uses the default configuration, which people change on the pages of Stripe.
const visitor = await client.customers.create({})
const { configuration } = await client.billingPortal.sessions.create({ customer: visitor.id })
await client.billingPortal.configurations.update(configuration, {
  features: {
    subscription_cancel: { enabled: true, mode: 'at_period_end' },
    subscription_update: {
      enabled: true,
      default_allowed_updates: ['price'],
      proration_behavior: 'always_invoice',
      products: [product(plus), product(pro)],
    },
  },
})

let auth
const received = []
async function serve(request, response) {
  const chunks = await request.toArray()
  const answer = await auth.handler(
    new Request(`${origin}${request.url}`, {
      method: request.method,
      headers: request.headers,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    }),
  )
  if (request.url.endsWith('/stripe/webhook')) received.push(answer.status)
  response.writeHead(answer.status, { 'set-cookie': answer.headers.getSetCookie() })
  response.end(await answer.text())
}
const server = createServer((request, response) => void serve(request, response))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`
const endpoint = await client.webhookEndpoints.create({
  url: `${origin}/api/auth/stripe/webhook`,
  enabled_events: ['*'],
  api_version: client.getApiField('version'),
})
const tables = { user: [], session: [], account: [], verification: [], subscription: [] }
auth = betterAuth({
  baseURL: origin,
  secret: 'a secret of at least thirty-two characters',
  database: memoryAdapter(tables),
  emailAndPassword: { enabled: true },
  logger: { level: 'error' },
  telemetry: { enabled: false },
  plugins: [
    stripePlugin({
      stripeClient: client,
      stripeWebhookSecret: endpoint.secret,
      createCustomerOnSignUp: true,
      subscription: {
        enabled: true,
        plans: [
          { name: 'plus', priceId: plus.id },
          { name: 'pro', priceId: pro.id },
        ],
      },
    }),
  ],
})

let cookie = ''
const call = async (path, body) => {
  const response = await fetch(`${origin}/api/auth/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', origin, cookie },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`)
  return response
}
const pages = { successUrl: `${origin}/done`, cancelUrl: `${origin}/back`, returnUrl: `${origin}/back` }
const row = async (isReady) => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = tables.subscription[0]
    if (found && isReady(found)) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`never reached: ${JSON.stringify(tables.subscription)}`)
}
/** Confirms a page of the portal as its form does. */
const confirm = async (address, values) => {
  const page = await fetch(address)
  assert.equal(page.status, 200)
  const form = /<form[^>]* action="([^"]*)"/.exec(await page.text())
  const target = new URL(form ? form[1] : page.url.split('?')[0], page.url)
  const answer = await fetch(target, { method: 'POST', redirect: 'manual', body: new URLSearchParams(values) })
  assert.equal(answer.status, 303, `${target}: ${answer.status}`)
}

const signedUp = await call('sign-up/email', { email: 'ada@example.com', password: 'correct horse', name: 'Ada' })
cookie = signedUp.headers
  .getSetCookie()
  .map((each) => each.split(';')[0])
  .join('; ')
const [user] = tables.user
assert.equal((await client.customers.retrieve(user.stripeCustomerId)).email, 'ada@example.com')

const checkout = await (await call('subscription/upgrade', { plan: 'plus', ...pages })).json()
await control(`checkouts/${checkout.id}/pay`, { card: '4242424242424242' })
const started = await row(({ status }) => status === 'active')
assert.equal(started.plan, 'plus')
assert.ok(started.periodEnd > new Date(0))

const upgrade = await (await call('subscription/upgrade', { plan: 'pro', ...pages })).json()
await confirm(upgrade.url, { price: pro.id, quantity: '1' })
await row(({ plan }) => plan === 'pro')

await call('subscription/upgrade', { plan: 'plus', scheduleAtPeriodEnd: true, ...pages })
assert.ok((await row(({ stripeScheduleId }) => stripeScheduleId)).stripeScheduleId)
await call('subscription/restore', {})
await row(({ stripeScheduleId }) => !stripeScheduleId)

const cancel = await (await call('subscription/cancel', pages)).json()
await confirm(`${cancel.url}/subscriptions/${started.stripeSubscriptionId}/cancel`, {})
await row(({ cancelAtPeriodEnd, cancelAt }) => cancelAtPeriodEnd || cancelAt)
await call('subscription/restore', {})
await row(({ cancelAtPeriodEnd, cancelAt }) => !cancelAtPeriodEnd && !cancelAt)

const portal = await (await call('subscription/billing-portal', pages)).json()
assert.equal((await fetch(portal.url)).status, 200)

await client.subscriptions.cancel(started.stripeSubscriptionId)
await row(({ status }) => status === 'canceled')
assert.ok(received.length > 5 && received.every((status) => status === 200), received.join())
await client.webhookEndpoints.del(endpoint.id)
server.close()
console.log(`done ${client.getApiField('version')}`)
process.exit(0)
