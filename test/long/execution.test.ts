// 20,000 documents; test/api/kernel/execution.test.ts compares 300 of them in each run.
await import('../api/kernel/execution.test.js')
