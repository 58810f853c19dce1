// A thousand commands for two pollers; test/api/deployments/delivery.test.ts has fewer in each run.
await import('../api/deployments/delivery.test.js')
