// Every state in every catalog; test/scenarios/remedies-in-every-state.test.ts runs a sample of them in each run.
await import('../scenarios/remedies-in-every-state.test.js')
