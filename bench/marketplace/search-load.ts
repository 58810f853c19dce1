import { quantile } from '../statistics.js'
import { Pool } from 'undici'

/**
 * Requests of a list, at random times of a fixed rate, independent of earlier responses. Runs in a separate process.
 */
export interface SearchPlan {
  readonly url: string
  readonly bodies: readonly string[]
  /** Rate of an open loop. Null: so many callers each send one request after another. */
  readonly perSecond: number | null
  readonly callers?: number
  readonly seconds: number
}

export interface SearchResult {
  readonly requested: number
  readonly wrong: number
  readonly sample: string | null
  readonly p50: number
  readonly p99: number
}

/** A browser's tabs, not one socket for each request. */
const SOCKETS = 64

process.on('message', (plan: SearchPlan) => {
  void run(plan).then((result) => process.send!(result))
})

async function run(plan: SearchPlan): Promise<SearchResult> {
  const { origin, pathname } = new URL(plan.url)
  const pool = new Pool(origin, { connections: SOCKETS, pipelining: 1 })
  const latencies: number[] = []
  const open = new Set<Promise<void>>()
  let wrong = 0
  let sample: string | null = null
  const ask = async (scheduled: number, body: string) => {
    const answer = await pool.request({
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const text = await answer.body.text()
    if (!text.startsWith('{"data":{"templates":{') || !text.includes('"slug"')) {
      wrong++
      sample ??= `${body} ${text}`
    }
    latencies.push(performance.now() - scheduled)
  }
  const start = performance.now()
  const until = start + plan.seconds * 1000
  let requested = 0
  const randomBody = () => plan.bodies[Math.floor(Math.random() * plan.bodies.length)]!
  const keepAsking = async (): Promise<void> => {
    for (; performance.now() < until; requested++) await ask(performance.now(), randomBody()).catch(() => void wrong++)
  }
  if (plan.perSecond === null) {
    await Promise.all(Array.from({ length: plan.callers ?? 1 }, keepAsking))
    await pool.close()
    return { requested, wrong, sample, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
  }
  let next = start
  while (next < until) {
    while (next <= performance.now()) {
      const answered = ask(next, randomBody()).catch(() => void wrong++)
      requested++
      open.add(answered)
      void answered.then(() => open.delete(answered))
      next += (-Math.log(1 - Math.random()) * 1000) / plan.perSecond
    }
    await new Promise((wake) => setTimeout(wake, 1))
  }
  await Promise.all(open)
  await pool.close()
  return { requested, wrong, sample, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
}
