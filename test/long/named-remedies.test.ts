// Every operation in every state; test/api/billing/named-remedies.test.ts runs a sample of them in each run.
await import('../api/billing/named-remedies.test.js')
