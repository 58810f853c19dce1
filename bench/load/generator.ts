import autocannon from 'autocannon'
import type { LoadPlan, LoadResult } from './load.js'

// The load generator, in a process of its own: told what to do by its parent, it answers once and ends.
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
    // Every single answer is compared with what it must be, byte for byte.
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
