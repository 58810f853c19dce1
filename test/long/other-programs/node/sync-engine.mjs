// Copies objects to PostgreSQL with the sync engine: by webhooks while they change, and by a backfill into a second schema.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import pg from 'pg'
import Stripe from 'stripe'

// The migrations of its module for `import` look for their folder as a CommonJS module does.
const { runMigrations, StripeSync } = createRequire(import.meta.url)('@supabase/stripe-sync-engine')
const [url, token, databaseUrl, apiVersion] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const client = new Stripe('sk_test_sandboxSyncEngineSyncEngine', {
  host: hostname,
  port,
  protocol: 'http',
  telemetry: false,
  ...(apiVersion ? { apiVersion } : {}),
})
const version = client.getApiField('version')
/** The program drops an event that is not later than the last one of its object, in whole seconds. */
const later = async () => {
  const response = await fetch(`${url}/_sandbox/api/clock`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ bySeconds: 60 }),
  })
  assert.equal(response.status, 200, await response.clone().text())
}
const database = new pg.Client({ connectionString: databaseUrl })
await database.connect()
const rows = async (table) => (await database.query(`select * from stripe.${table}`)).rows

await database.query('drop schema if exists stripe cascade')
await runMigrations({ databaseUrl, schema: 'stripe' })
let sync
const types = new Set()
const failures = []
async function receive(request, response) {
  const body = Buffer.concat(await request.toArray())
  try {
    await sync.processWebhook(body, request.headers['stripe-signature'])
    types.add(JSON.parse(body.toString()).type)
  } catch (error) {
    // The program copies most objects, and throws for the events of the others.
    if (error.message !== 'Unhandled webhook event') failures.push(error.message)
  }
  response.writeHead(200).end()
}
const server = createServer((request, response) => void receive(request, response))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const endpoint = await client.webhookEndpoints.create({
  url: `http://127.0.0.1:${server.address().port}/`,
  enabled_events: ['*'],
  api_version: version,
})
const syncWith = () => {
  const made = new StripeSync({
    schema: 'stripe',
    poolConfig: { connectionString: databaseUrl, max: 2 },
    stripeSecretKey: 'sk_test_sandboxSyncEngineSyncEngine',
    stripeWebhookSecret: endpoint.secret,
    stripeApiVersion: version,
    backfillRelatedEntities: true,
  })
  made.stripe = client
  return made
}
sync = syncWith()

const customer = await client.customers.create({
  email: 'ada@example.com',
  payment_method: 'pm_card_visa',
  invoice_settings: { default_payment_method: 'pm_card_visa' },
})
const price = await client.prices.create({
  currency: 'usd',
  unit_amount: 2000,
  recurring: { interval: 'month' },
  product_data: { name: 'Plus' },
})
const subscription = await client.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
await client.subscriptions.update(subscription.id, { items: [{ id: subscription.items.data[0].id, quantity: 3 }] })
const paid = await client.paymentIntents.create({
  amount: 1500,
  currency: 'usd',
  customer: customer.id,
  payment_method: 'pm_card_visa',
  confirm: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
})
await client.refunds.create({ payment_intent: paid.id, amount: 500 })
await later()
await client.subscriptions.cancel(subscription.id)
/** Waits until the webhooks of everything so far have been attempted. */
const until = async (isReady) => {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (failures.length > 0) throw new Error(failures.join('\n'))
    if (await isReady()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`never copied; events: ${[...types].join(' ')}`)
}
const isCopied = async () =>
  (await rows('subscriptions')).some(({ id, status }) => id === subscription.id && status === 'canceled')
await until(isCopied)
await until(async () => (await rows('refunds')).length === 1)
assert.equal((await rows('customers')).find(({ id }) => id === customer.id).email, 'ada@example.com')
assert.equal((await rows('charges')).filter(({ customer: of }) => of === customer.id).length, 2)
assert.ok(types.size >= 15, [...types].join(' '))
await client.webhookEndpoints.del(endpoint.id)
server.close()

await database.query(
  'truncate stripe.customers, stripe.subscriptions, stripe.invoices, stripe.charges, stripe.refunds cascade',
)
sync = syncWith()
const copied = await sync.syncBackfill({ object: 'all' })
assert.ok(copied.customers.synced >= 1 && copied.invoices.synced >= 1, JSON.stringify(copied))
assert.ok(await isCopied())
assert.equal((await rows('invoices')).filter(({ customer: of }) => of === customer.id).length, 1)
await database.end()
console.log(`done ${version}`)
process.exit(0)
