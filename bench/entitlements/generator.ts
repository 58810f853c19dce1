import { randomUUID } from 'node:crypto'
import { keepAlive, postTo, type KeepAlive } from '../load/keep-alive.js'
import { quantile } from '../statistics.js'
import { filledIn } from './requests.js'
import type { UsageLoadPlan, UsageLoadResult } from './usage-load.js'

// Load generator for varying requests: each uses a random account and a new key. Runs in a separate process.
process.once('message', (plan: UsageLoadPlan) => {
  void run(plan).then((result) => process.send!(result, () => process.disconnect()))
})

async function run(plan: UsageLoadPlan): Promise<UsageLoadResult> {
  const name = randomUUID()
  const url = new URL(plan.url)
  const request = postTo(url, plan.token ? { authorization: `Bearer ${plan.token}` } : {})
  const latencies: number[] = []
  let number = 0
  let wrong = 0
  let sample: string | null = null
  const connections = await Promise.all(Array.from({ length: plan.connections }, () => keepAlive(url)))
  const begun = performance.now()
  const until = begun + plan.seconds * 1000
  /** Runs one step after another until the end. */
  const keepAsking = (connection: KeepAlive, ended: () => void, at = 0, reservation = ''): void => {
    const requested = performance.now()
    if (requested >= until) return ended()
    const { template, expected } = plan.steps[at]!
    connection.ask(request(filledIn(template, plan, `${name}-${number++}`, reservation)), (status, text) => {
      latencies.push(performance.now() - requested)
      if (status !== 200 || !text.includes(expected)) {
        wrong++
        sample ??= text
      }
      const reserved = plan.steps.length > 1 && at === 0 ? /"id":"(rsv_[^"]+)"/.exec(text)?.[1] : undefined
      keepAsking(connection, ended, (at + 1) % plan.steps.length, reserved)
    })
  }
  await Promise.all(connections.map((connection) => new Promise<void>((ended) => keepAsking(connection, ended))))
  const seconds = (performance.now() - begun) / 1000
  for (const connection of connections) connection.close()
  return {
    requestsPerSecond: latencies.length / seconds,
    answered: latencies.length,
    wrong,
    sample,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}
