import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { accountId } from './seed.js'

// Requests at random moments of a fixed rate, whether or not earlier ones are answered; a latency counts from the moment that was
// scheduled, so waiting for a free socket is part of it. In a process of its own.
export interface OpenPlan {
  readonly url: string
  readonly token: string
  readonly template: string
  readonly expected: string
  readonly accounts: number
  readonly firstAccount: number
  readonly sockets: number
  readonly perSecond: number
  readonly seconds: number
}

export interface OpenResult {
  readonly asked: number
  readonly wrong: number
  readonly p50: number
  readonly p99: number
}

/**
 * The first requests open their sockets, in a program that has just begun: they are asked, held to be right, and not counted. They come
 * more and more often, so that what is cold leaves no queue to those that count.
 */
const WARM_UP_MS = 2_000
/** The share of the rate that a warm-up begins with. */
const COLD_SHARE = 0.1

process.once('message', (plan: OpenPlan) => {
  void run(plan).then((result) => process.send!(result, () => process.disconnect()))
})

async function run(plan: OpenPlan): Promise<OpenResult> {
  const { origin, pathname } = new URL(plan.url)
  const pool = new Pool(origin, { connections: plan.sockets, pipelining: 1 })
  const name = randomUUID()
  const latencies: number[] = []
  const open = new Set<Promise<void>>()
  let wrong = 0
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${plan.token}` }
  const ask = async (scheduled: number, number: number) => {
    const body = plan.template
      .replace('{A}', accountId(plan.firstAccount + Math.floor(Math.random() * plan.accounts)))
      .replace('{K}', `${name}-${number}`)
    const answer = await post(pool, { path: pathname, headers, body })
    if (!answer.includes(plan.expected)) wrong++
    if (scheduled >= counted) latencies.push(performance.now() - scheduled)
  }
  const start = performance.now()
  const counted = start + WARM_UP_MS
  let next = start
  let number = 0
  while (next < counted + plan.seconds * 1000) {
    while (next <= performance.now()) {
      const asked = ask(next, number++).catch(() => void wrong++)
      open.add(asked)
      void asked.then(() => open.delete(asked))
      next += (-Math.log(1 - Math.random()) * 1000) / (plan.perSecond * shareAt(next - start))
    }
    await new Promise((wake) => setTimeout(wake, 1))
  }
  await Promise.all(open)
  await pool.close()
  const sorted = latencies.sort((left, right) => left - right)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
  return { asked: number, wrong, p50: at(0.5), p99: at(0.99) }
}

const shareAt = (milliseconds: number): number => Math.min(1, COLD_SHARE + milliseconds / WARM_UP_MS)

/** The body of an answer, without the streams around it: they cost more than the request, on the cores of whom is measured. */
function post(pool: Pool, request: { path: string; headers: Record<string, string>; body: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    pool.dispatch(
      { ...request, method: 'POST' },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_controller, chunk) => void (text += chunk.toString('latin1')),
        onResponseEnd: () => resolve(text),
        onResponseError: (_controller, error) => reject(error),
      },
    )
  })
}
