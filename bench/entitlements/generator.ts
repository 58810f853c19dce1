import { randomUUID } from 'node:crypto'
import { keepAlive, postTo } from '../load/keep-alive.js'
import { quantile } from '../statistics.js'
import { accountId } from './seed.js'
import type { ActPlan, ActResult } from './act-load.js'

// The load generator for requests that differ: each asks about a random account, under a key of its own. In a process of its own.
process.once('message', (plan: ActPlan) => {
  void run(plan).then((result) => process.send!(result, () => process.disconnect()))
})

async function run(plan: ActPlan): Promise<ActResult> {
  const name = randomUUID()
  const url = new URL(plan.url)
  const request = postTo(url, plan.token ? { authorization: `Bearer ${plan.token}` } : {})
  const latencies: number[] = []
  let number = 0
  let wrong = 0
  let sample: string | null = null
  const blame = (text: string) => {
    wrong++
    sample ??= text
  }
  const connections = await Promise.all(Array.from({ length: plan.connections }, () => keepAlive(url)))
  const begun = performance.now()
  const until = begun + plan.seconds * 1000
  await Promise.all(
    connections.map(
      (connection) =>
        new Promise<void>((ended) => {
          let step = 0
          let reservation = ''
          const next = (): void => {
            const asked = performance.now()
            if (asked >= until) return ended()
            const { template, expected } = plan.steps[step]!
            const body = template
              .replace('{A}', accountId(plan.firstAccount + Math.floor(Math.random() * plan.accounts)))
              .replace('{K}', `${name}-${number++}`)
              .replace('{R}', reservation)
            connection.ask(request(body), (status, text) => {
              latencies.push(performance.now() - asked)
              if (status !== 200 || !text.includes(expected)) blame(text)
              if (step === 0 && plan.steps.length > 1) reservation = /"id":"(rsv_[^"]+)"/.exec(text)?.[1] ?? ''
              step = (step + 1) % plan.steps.length
              next()
            })
          }
          next()
        }),
    ),
  )
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
