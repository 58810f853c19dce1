import { join } from 'node:path'
import { Stripe } from 'stripe'
import type { Bench } from '../bench.js'
import { benchFolder } from '../harness/project.js'
import { rounded } from '../statistics.js'
import { startSandboxProcess, type SandboxProcess } from './sandbox-process.js'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js'

const SUBSCRIBERS = 200
const MONTHS = 12
const BEGIN = '2026-01-15T10:00:00Z'
const SECRET = 'whsec_bench'

/**
 * A year of 200 monthly subscribers: every renewal drafts, finalizes and pays an invoice and sends it to a real
 * endpoint, which verifies and acknowledges it. Measured from the first renewal to the last acknowledgement.
 */
export async function measureYear(bench: Bench): Promise<void> {
  const receiver = await startWebhookReceiver(SECRET)
  const sandbox = await startSandboxProcess(join(benchFolder, 'sandbox/year'), {
    SANDBOX_CLOCK: BEGIN,
    SANDBOX_WEBHOOK_URL: receiver.url,
    SANDBOX_WEBHOOK_SECRET: SECRET,
  })
  const stripe = new Stripe('sk_test_sandbox_bench', {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
    telemetry: false,
  })
  await subscribe(stripe)
  await sandbox.control('POST', 'clock', { bySeconds: 60 * 60 })
  bench.say(`${SUBSCRIBERS} subscribers`)
  const begin = performance.now()
  for (let month = 1; month <= MONTHS; month += 1) {
    const to = new Date(BEGIN)
    to.setUTCMonth(to.getUTCMonth() + month)
    to.setUTCHours(to.getUTCHours() + 2)
    await sandbox.control('POST', 'clock', { to: to.toISOString() })
  }
  const seconds = rounded((performance.now() - begin) / 1000, 2)
  await checkYear(bench, stripe, sandbox, receiver)
  bench.holds('left running', await sandbox.stop(), [])
  await receiver.close()
  const found = { name: 'sandbox/year', unit: 's', ours: seconds, peer: null, peerName: null, ratio: null }
  bench.measured({ ...found, runs: 1, spread: 0 }, { max: 180 })
}

async function subscribe(stripe: Stripe): Promise<void> {
  const product = await stripe.products.create({ name: 'Plus' })
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1999,
    recurring: { interval: 'month' },
  })
  for (let one = 0; one < SUBSCRIBERS; one += 1) {
    const customer = await stripe.customers.create({ email: `u${one}@example.com` })
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: method.id,
    })
  }
}

/** Checks that every renewal was billed, paid and sent once. */
async function checkYear(
  bench: Bench,
  stripe: Stripe,
  sandbox: SandboxProcess,
  receiver: WebhookReceiver,
): Promise<void> {
  const renewals = SUBSCRIBERS * MONTHS
  let paid = 0
  let money = 0
  for await (const invoice of stripe.invoices.list({ status: 'paid', limit: 100 })) {
    if (invoice.billing_reason !== 'subscription_cycle') continue
    paid += 1
    money += invoice.amount_paid
  }
  bench.holds('renewals paid', paid, renewals)
  bench.holds('money', money, renewals * 1999)
  bench.holds('told of what was paid', receiver.counts.get('invoice.paid'), renewals + SUBSCRIBERS)
  bench.holds('refused signatures', receiver.refused(), 0)
  bench.holds('not delivered', (await sandbox.control('GET', 'clock'))['pendingDeliveries'], 0)
  const delivered = [...receiver.counts.values()].reduce((sum, count) => sum + count, 0)
  bench.say(`${renewals} renewals, ${delivered} webhooks verified and answered`)
}
