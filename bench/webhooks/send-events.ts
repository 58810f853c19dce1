import { Pool } from 'undici'
import type { SignedEvent } from './signed-events.js'

/** Result of sending. Latencies are in milliseconds. */
export interface Sent {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Responses other than 2xx. */
  readonly refused: number
}

/** Sends events as fast as they are acknowledged, over so many connections, each in turn. */
export async function sendEvents(url: string, events: readonly SignedEvent[], connections: number): Promise<Sent> {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const waits: number[] = []
  let refused = 0
  let next = 0
  const sender = async () => {
    for (let event = events[next++]; event; event = events[next++]) {
      const begin = performance.now()
      const { statusCode, body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...event.headers },
        body: event.body,
      })
      await body.dump()
      waits.push(performance.now() - begin)
      if (statusCode >= 300) refused += 1
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: connections }, sender))
  const seconds = (performance.now() - begin) / 1000
  await pool.close()
  waits.sort((left, right) => left - right)
  const quantile = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0
  return { perSecond: events.length / seconds, p50: quantile(0.5), p99: quantile(0.99), refused }
}
