import type { Bench } from '../bench.js'
import { alternate, type Run } from '../entitlements/measure.js'
import { startPeer } from '../harness/peer-server.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { sendEvents, type Sent } from './send-events.js'
import type { SignedEvent } from './signed-events.js'
import type { MultiProcessServer } from './multi-process-server.js'

/** Concurrent senders: the first measure has the figure. */
const CALLERS = [32, 1, 8]

/** Comparison of our webhook endpoint of one provider with a minimal endpoint that acknowledges events durably. */
export interface Comparison {
  readonly name: 'ack' | 'ack-paypal'
  /** Path of our webhook endpoint. */
  readonly path: string
  readonly peer: 'fastify-insert' | 'fastify-insert-paypal'
  readonly peerEnv: Readonly<Record<string, string>>
  /** Table of the peer. */
  readonly peerTable: string
  readonly rounds: number
  readonly eventsARound: number
  readonly event: (index: number) => SignedEvent
}

/**
 * Alternating rounds against our server and the peer. Returns ours. Only the receiving process is measured, because the
 * processing of stored events would use the same cores. In the end every acknowledged event is a row.
 */
export async function compareAcknowledgement(
  bench: Bench,
  server: MultiProcessServer,
  comparison: Comparison,
): Promise<Sent[]> {
  const { name, peer: peerName, rounds, eventsARound } = comparison
  const api = await server.startRole('api')
  const peer = await startPeer(`webhooks/peers/${peerName}.js`, peerName, {
    DATABASE_URL: server.databaseUrl,
    ...comparison.peerEnv,
  })
  const postmaster = await findPostmaster(server.databaseUrl)
  const all = { sent: 0, refused: 0 }
  /** A single sender waits for every commit. */
  const eventsFor = (callers: number) => (callers === 1 ? eventsARound / 4 : eventsARound)
  const side =
    (url: string, pid: number, callers: number, kept: Sent[] = []) =>
    async (): Promise<Run> => {
      const meter = createProcessorMeter(pid, postmaster)
      const count = eventsFor(callers)
      const events = Array.from({ length: count }, (_, index) => comparison.event(index))
      const used = meter.seconds()
      const sent = await sendEvents(url, events, callers)
      const microseconds = ((meter.seconds() - used) * 1e6) / count
      kept.push(sent)
      all.refused += sent.refused
      const note = `p99 ${sent.p99.toFixed(1)} ms, ${microseconds.toFixed(0)} µs of processor each`
      return { perSecond: sent.perSecond, note, microseconds }
    }
  const ours: Sent[] = []
  for (const callers of CALLERS) {
    const isMain = callers === CALLERS[0]
    const measure = { unit: 'events/s', peerName, callers, figure: isMain ? { min: 0.8 } : {} }
    const url = new URL(comparison.path, api.graphqlUrl).href
    await alternate(
      bench,
      { name: isMain ? `webhooks/${name}` : `webhooks/${name}/callers-${callers}`, ...measure },
      side(url, api.pid, callers, isMain ? ours : []),
      side(peer.url, peer.pid, callers),
      { seconds: 1, warmUpSeconds: 1, rounds },
    )
    all.sent += eventsFor(callers) * (rounds + 1)
  }
  const { rows } = await server.database.query<{ ours: number; peer: number }>(
    `select (select count(*) from inbox_event)::int as ours, (select count(*) from ${comparison.peerTable})::int as peer`,
  )
  bench.holds(`every acknowledged event is a row (${name})`, rows[0], { ours: all.sent, peer: all.sent })
  bench.holds(`refused (${name})`, all.refused, 0)
  await server.database.query(`truncate inbox_event, inbox_object`)
  bench.holds('left running', await api.stop(), [])
  return ours.slice(1) // the first round warms up
}
