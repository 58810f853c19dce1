import { randomUUID } from 'node:crypto'
import { keepAlive, postTo, type KeepAlive } from '../load/keep-alive.js'
import { quantile } from '../statistics.js'
import { filledIn } from './requests.js'

// Requests at random times of a fixed rate, independent of earlier responses. A latency counts from the scheduled time,
// so that it includes the wait for a free socket. Runs in a separate process.
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
  readonly requested: number
  readonly wrong: number
  readonly p50: number
  readonly p99: number
}

/**
 * The first requests open their sockets in a new program. They are sent and checked, but not counted. Their rate
 * increases, so that cold code leaves no queue for the counted ones.
 */
const WARM_UP_MS = 2_000
/** The share of the rate that a warm-up begins with. */
const COLD_SHARE = 0.1

process.once('message', (plan: OpenPlan) => {
  void run(plan).then((result) => process.send!(result, () => process.disconnect()))
})

async function run(plan: OpenPlan): Promise<OpenResult> {
  const url = new URL(plan.url)
  const request = postTo(url, { authorization: `Bearer ${plan.token}` })
  const free = await Promise.all(Array.from({ length: plan.sockets }, () => keepAlive(url)))
  const sockets = [...free]
  const waiting: ((socket: KeepAlive) => void)[] = []
  const name = randomUUID()
  const latencies: number[] = []
  let wrong = 0
  let answered = 0
  const ask = (scheduled: number, number: number) => (socket: KeepAlive) => {
    socket.ask(request(filledIn(plan.template, plan, `${name}-${number}`)), (status, text) => {
      answered++
      if (status !== 200 || !text.includes(plan.expected)) wrong++
      if (scheduled >= counted) latencies.push(performance.now() - scheduled)
      const next = waiting.shift()
      if (next) next(socket)
      else free.push(socket)
    })
  }
  const start = performance.now()
  const counted = start + WARM_UP_MS
  let next = start
  let number = 0
  const isOver = () => next >= counted + plan.seconds * 1000
  while (!isOver() || answered < number) {
    while (!isOver() && next <= performance.now()) {
      const requested = ask(next, number++)
      const socket = free.pop()
      if (socket) requested(socket)
      else waiting.push(requested)
      next += (-Math.log(1 - Math.random()) * 1000) / (plan.perSecond * shareAt(next - start))
    }
    await new Promise((wake) => setTimeout(wake, 1))
  }
  for (const socket of sockets) socket.close()
  return { requested: number, wrong, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
}

const shareAt = (milliseconds: number): number => Math.min(1, COLD_SHARE + milliseconds / WARM_UP_MS)
