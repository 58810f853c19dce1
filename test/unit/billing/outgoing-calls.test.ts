import { readdirSync, readFileSync } from 'node:fs'
import { Stripe } from 'stripe'
import { createStripeAdapter } from '#services/billing/providers/stripe/stripe-adapter.js'
import { createMetrics } from '#services/kernel/metrics/metrics.js'
import { systemTimers } from '#services/kernel/time/system-timers.js'
import { CREATIONS, METHODS, READS } from '#test/support/outgoing-calls.js'

/** Calls of each SDK that create an object or move money. */
const PATTERNS = {
  stripe: /client\.([\w.]+\.create\w*)\(/g,
  paypal:
    /client\.(\w+\.(?:create|capture|refund|revise)\w*(?=\()|request(?=[^(]*\('POST')[^(]*\('POST', ['`][^'`]+['`])/g,
} as const

/** Source of an adapter. Parts of PayPal's SDK are loaded at their first call. */
const sourceOf = (path: string): string =>
  readFileSync(path, 'utf8').replaceAll(/\(\s*await client\.(\w+)\(\)\s*\)\./g, 'client.$1.')

describe('Calls to a provider', () => {
  it.each(['stripe', 'paypal'] as const)(
    'are each made by a method of the ports that says why it creates nothing twice: %s',
    (provider) => {
      const folder = `src/services/billing/providers/${provider}`
      const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
      const found = new Set(
        files.flatMap((name) =>
          [...sourceOf(`${folder}/${name}`).matchAll(PATTERNS[provider])].map(([, call]) =>
            call!.replace(/^request<.*>\(/, 'request('),
          ),
        ),
      )
      expect([...found].toSorted()).toEqual(Object.keys(CREATIONS[provider]).toSorted())
      const reads = Object.values(CREATIONS[provider]).filter((method) => METHODS[method] === READS)
      expect(reads).toEqual(provider === 'stripe' ? ['previewLines'] : [])
    },
  )

  it('are all listed', () => {
    const adapter = createStripeAdapter({
      client: new Stripe('sk_test_unused'),
      webhookSecrets: () => [],
      mode: 'sandbox',
      metrics: createMetrics(),
      timers: systemTimers,
    })
    const { invoicing, payouts, savedPayments } = adapter
    const methods = [adapter, invoicing!, payouts!, savedPayments!].flatMap((port) =>
      Object.entries(port).flatMap(([name, member]) => (typeof member === 'function' ? [name] : [])),
    )
    expect(methods.filter((name) => !(name in METHODS))).toEqual([])
  })
})
