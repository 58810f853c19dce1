import type { Bench } from '../bench.js'
import { startPeer } from '../harness/peer-server.js'
import { median, rounded, spread } from '../statistics.js'
import { sendEvents, type Sent } from './send-events.js'
import type { SignedEvent } from './signed-events.js'
import type { MultiProcessServer } from './multi-process-server.js'

const CONNECTIONS = 32

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
  const ours = new URL(comparison.path, api.graphqlUrl).href
  const round = (url: string) =>
    sendEvents(
      url,
      Array.from({ length: eventsARound }, (_, index) => comparison.event(index)),
      CONNECTIONS,
    )
  for (const url of [ours, peer.url]) await round(url)
  const pairs: { ours: Sent; peer: Sent }[] = []
  for (let index = 1; index <= rounds; index++) {
    const pair = { ours: await round(ours), peer: await round(peer.url) }
    pairs.push(pair)
    bench.say(
      `webhooks/${name} ${index}/${rounds}: stackgate ${pair.ours.perSecond.toFixed(0)}/s (p99 ${pair.ours.p99.toFixed(1)} ms), peer ${pair.peer.perSecond.toFixed(0)}/s (p99 ${pair.peer.p99.toFixed(1)} ms)`,
    )
  }
  const ratios = pairs.map((pair) => pair.ours.perSecond / pair.peer.perSecond)
  bench.measured(
    {
      name: `webhooks/${name}`,
      unit: 'events/s',
      ours: rounded(median(pairs.map((pair) => pair.ours.perSecond)), 0),
      peer: rounded(median(pairs.map((pair) => pair.peer.perSecond)), 0),
      peerName,
      ratio: rounded(median(ratios), 3),
      runs: rounds,
      spread: rounded(spread(ratios), 3),
    },
    { min: 0.8 },
  )
  const { rows } = await server.database.query<{ ours: number; peer: number }>(
    `select (select count(*) from inbox_event)::int as ours, (select count(*) from ${comparison.peerTable})::int as peer`,
  )
  const sent = eventsARound * (rounds + 1)
  bench.holds(`every acknowledged event is a row (${name})`, rows[0], { ours: sent, peer: sent })
  bench.holds(
    `refused (${name})`,
    pairs.reduce((sum, pair) => sum + pair.ours.refused + pair.peer.refused, 0),
    0,
  )
  await server.database.query(`truncate inbox_event, inbox_object`)
  bench.holds('left running', await api.stop(), [])
  return pairs.map((pair) => pair.ours)
}
