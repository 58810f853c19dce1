import type { Bench } from '../bench.js'
import { startPeer } from '../house/peer-server.js'
import { median, rounded, spread } from '../statistics.js'
import { signedPayPalEvent } from './paypal-events.js'
import { sendEvents, type Sent } from './send-events.js'
import type { SplitHouse } from './split-house.js'

const CONNECTIONS = 32
const ROUNDS = 5
/** Each of them is signed by a key of 2,048 bits before it is sent. */
const EVENTS_A_ROUND = 2_000

/** Acknowledging PayPal's events durably, verified by their certificate, against the least that does the same with a known key. */
export async function measurePayPalAcknowledgement(bench: Bench, house: SplitHouse): Promise<void> {
  const api = await house.startRole('api')
  const peer = await startPeer('webhooks/peers/fastify-insert-paypal.js', 'fastify-insert-paypal', {
    DATABASE_URL: house.databaseUrl,
    WEBHOOK_ID: house.paypal.webhookId,
    CERTIFICATE: house.paypal.certificate,
  })
  const ours = new URL('/webhooks/paypal', api.graphqlUrl).href
  const round = (url: string) => {
    const events = Array.from({ length: EVENTS_A_ROUND }, (_, index) =>
      signedPayPalEvent(house.paypal, 'BILLING.SUBSCRIPTION.UPDATED', {
        id: `I-BENCH${index % 1_000}`,
        status: 'ACTIVE',
        plan_id: 'P-BENCH',
        quantity: '1',
      }),
    )
    return sendEvents(url, events, CONNECTIONS)
  }
  for (const url of [ours, peer.url]) await round(url)
  const pairs: { ours: Sent; peer: Sent }[] = []
  for (let index = 1; index <= ROUNDS; index++) {
    const pair = { ours: await round(ours), peer: await round(peer.url) }
    pairs.push(pair)
    bench.say(
      `webhooks/ack-paypal ${index}/${ROUNDS}: stackgate ${pair.ours.perSecond.toFixed(0)}/s (p99 ${pair.ours.p99.toFixed(1)} ms), peer ${pair.peer.perSecond.toFixed(0)}/s (p99 ${pair.peer.p99.toFixed(1)} ms)`,
    )
  }
  const ratios = pairs.map((pair) => pair.ours.perSecond / pair.peer.perSecond)
  bench.measured(
    {
      name: 'webhooks/ack-paypal',
      unit: 'events/s',
      ours: rounded(median(pairs.map((pair) => pair.ours.perSecond)), 0),
      peer: rounded(median(pairs.map((pair) => pair.peer.perSecond)), 0),
      peerName: 'fastify-insert-paypal',
      ratio: rounded(median(ratios), 3),
      runs: ROUNDS,
      spread: rounded(spread(ratios), 3),
    },
    { atLeast: 0.8 },
  )
  const { rows } = await house.database.query<{ ours: number; peer: number }>(
    `select (select count(*) from inbox_event where provider = 'PAYPAL')::int as ours, (select count(*) from peer_paypal_inbox)::int as peer`,
  )
  const sent = EVENTS_A_ROUND * (ROUNDS + 1)
  bench.holds('every acknowledged event of PayPal’s is a row', rows[0], { ours: sent, peer: sent })
  bench.holds(
    'refused',
    pairs.reduce((sum, pair) => sum + pair.ours.refused + pair.peer.refused, 0),
    0,
  )
  await house.database.query(`truncate inbox_event, inbox_object`)
  bench.holds('left running', await api.stop(), [])
}
