import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { startPaymentSandbox, type PaymentSandbox } from '@stackgate/sandbox'
import { Stripe } from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createShop, type Shop } from './shop.ts'

let sandbox: PaymentSandbox
let stripe: Stripe
let shop: Shop
let secret = ''

beforeAll(async () => {
  sandbox = await startPaymentSandbox({ clock: new Date('2026-01-31T10:00:00Z') })
  stripe = new Stripe(sandbox.stripe.apiKey, sandbox.stripe.options)
  shop = createShop(stripe, () => secret)
  await once(shop.server.listen(0, '127.0.0.1'), 'listening')
  const { port } = shop.server.address() as AddressInfo
  const endpoint = await stripe.webhookEndpoints.create({ url: `http://127.0.0.1:${port}`, enabled_events: ['*'] })
  secret = String(endpoint.secret)
})
afterAll(async () => {
  await sandbox.close()
  shop.server.close()
  expect(sandbox.violations).toEqual([])
})

test('access ends when the card fails at the renewal, and returns when the retry succeeds', async () => {
  const customer = await stripe.customers.create({ email: 'ada@example.com' })
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 2000,
    recurring: { interval: 'month' },
    product_data: { name: 'Plus' },
  })
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'https://shop.example/done',
  })
  const { subscription } = await sandbox.payCheckout(session.id)
  const status = () => shop.subscriptions.get(String(subscription))
  await sandbox.webhooksAttempted()
  expect(status()).toBe('active')

  await sandbox.failNextPayment(customer.id, { code: 'insufficient_funds' })
  // The end of February, and the hour until the invoice is final.
  expect(await sandbox.advanceClock(new Date('2026-02-28T12:00:00Z'))).toEqual(new Date('2026-02-28T12:00:00Z'))
  expect(status()).toBe('past_due')

  await sandbox.advanceClock({ seconds: 3 * 24 * 60 * 60 })
  expect(status()).toBe('active')
})

test('errors of the control interface are sentences', async () => {
  await expect(sandbox.payCheckout('cs_test_unknown')).rejects.toThrow('Checkout session cs_test_unknown not found.')
})
