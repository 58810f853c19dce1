import { randomUUID } from 'node:crypto'
import autocannon from 'autocannon'
import { accountId } from './seed.js'
import type { ActPlan, ActResult } from './act-load.js'

// The load generator for requests that differ: each asks about a random account, under a key of its own. In a process of its own.
process.once('message', (plan: ActPlan) => {
  void run(plan).then((result) => process.send!(result, () => process.disconnect()))
})

async function run(plan: ActPlan): Promise<ActResult> {
  const run_ = randomUUID()
  let number = 0
  let wrong = 0
  let sample: string | null = null
  const check = (body: string, expected: string) => {
    if (body.includes(expected)) return true
    wrong++
    sample ??= body
    return false
  }
  const body = (template: string, reservation = '') =>
    template
      .replace('{A}', accountId(plan.firstAccount + Math.floor(Math.random() * plan.accounts)))
      .replace('{K}', `${run_}-${number++}`)
      .replace('{R}', reservation)
  const headers = {
    'content-type': 'application/json',
    ...(plan.token ? { authorization: `Bearer ${plan.token}` } : {}),
  }
  const result = await autocannon({
    url: plan.url,
    connections: plan.connections,
    duration: plan.seconds,
    requests: plan.steps.map(({ template, expected }, index) => ({
      method: 'POST' as const,
      headers,
      setupRequest: (request, context) => ({
        ...request,
        body: body(template, (context as { reservation?: string }).reservation),
      }),
      onResponse: (_status: number, text: string, context: object) => {
        check(text, expected)
        if (index === 0 && plan.steps.length > 1)
          Object.assign(context, { reservation: /"id":"(rsv_[^"]+)"/.exec(text)?.[1] ?? '' })
      },
    })),
  })
  return {
    requestsPerSecond: result['2xx'] / result.duration,
    answered: result['2xx'],
    wrong: wrong + result.non2xx + result.errors + result.timeouts,
    sample,
    p50: result.latency.p50,
    p99: result.latency.p99,
  }
}
