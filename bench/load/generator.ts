import autocannon from 'autocannon'
import type { LoadPlan, LoadResult } from './load.js'

// Load generator in a separate process: gets its plan from its parent, responds once and exits.
process.once('message', (plan: LoadPlan) => {
  void run(plan).then((result) => process.send!(result, () => process.disconnect()))
})

async function run(plan: LoadPlan): Promise<LoadResult> {
  const result = await autocannon({
    url: plan.url,
    method: plan.body === null ? 'GET' : 'POST',
    ...(plan.body === null ? {} : { body: plan.body, headers: { 'content-type': 'application/json' } }),
    connections: plan.connections,
    duration: plan.seconds,
    // Compares every response byte for byte with the expected one.
    expectBody: plan.expectedBody,
  })
  return {
    requestsPerSecond: result['2xx'] / result.duration,
    answered: result['2xx'],
    wrong: result.non2xx + result.errors + result.timeouts + result.mismatches,
    p50: result.latency.p50,
    p99: result.latency.p99,
  }
}
