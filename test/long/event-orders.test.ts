// All orders of the events; test/contract/providers/event-orders.test.ts runs a sample of them in each run.
await import('../contract/providers/event-orders.test.js')
