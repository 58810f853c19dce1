// Every test of the providers with both; a run of `npm test` tries each with one of them.
await import('../contract/providers/checkout.test.js')
await import('../contract/providers/reconcile.test.js')
await import('../contract/providers/refund-purchase.test.js')
await import('../contract/providers/subscriptions.test.js')
