import type { Bench } from '../bench.js'
import { residentBytes } from '../harness/process-table.js'
import { rounded, spread } from '../statistics.js'
import { measurePayPalAcknowledgement } from './ack-paypal.js'
import { compareAcknowledgement } from './compare-acknowledgement.js'
import { sendEvents } from './send-events.js'
import { signedEvent, type SignedEvent } from './signed-events.js'
import { startMultiProcessServer, type MultiProcessServer } from './multi-process-server.js'
import { makeSubscribers, type Subscriber } from './subscribers.js'

const CONNECTIONS = 32
const SUBSCRIBERS = 2_250
const BACKLOG = 10_000

/** Acknowledging events durably, against the least that does the same; and working through a backlog of real ones. */
export async function benchmarkWebhooks(bench: Bench): Promise<void> {
  const harness = await startMultiProcessServer('webhooks')
  try {
    await measureAcknowledgement(bench, harness)
    await measurePayPalAcknowledgement(bench, harness)
    await measureDrain(bench, harness)
  } finally {
    await harness.close()
  }
}

async function measureAcknowledgement(bench: Bench, harness: MultiProcessServer): Promise<void> {
  const ours = await compareAcknowledgement(bench, harness, {
    name: 'ack',
    path: '/webhooks/stripe',
    peer: 'fastify-insert',
    peerEnv: { WEBHOOK_SECRET: harness.webhookSecret },
    peerTable: 'peer_inbox',
    rounds: 7,
    eventsARound: 4_000,
    event: (index) =>
      signedEvent(harness.webhookSecret, 'customer.subscription.updated', {
        id: `sub_bench_${index % 1_000}`,
        object: 'subscription',
        status: 'active',
      }),
  })
  const slowest = ours.map(({ p99 }) => p99)
  bench.measured(alone('webhooks/ack-p99', 'ms', Math.max(...slowest), slowest), { max: 100 })
}

/** Drains a large backlog: unknown subscriptions, occasional duplicates and no order. */
async function measureDrain(bench: Bench, harness: MultiProcessServer): Promise<void> {
  const api = await harness.startRole('api')
  bench.say(`making ${SUBSCRIBERS} subscriptions at the provider`)
  const subscribers = await makeSubscribers(harness.database, harness.sandboxUrl, SUBSCRIBERS)
  const backlog = shuffled(
    withDuplicates(
      subscribers.flatMap((subscriber) => eventsOf(harness, subscriber)),
      BACKLOG,
    ),
  )
  const sent = await sendEvents(new URL('/webhooks/stripe', api.graphqlUrl).href, backlog, CONNECTIONS)
  bench.holds('refused', sent.refused, 0)
  const unique = await count(harness, `select count(*)::int from inbox_event where state = 'RECEIVED'`)
  bench.holds('unique events in the backlog', unique, SUBSCRIBERS * 4)
  bench.holds('left running', await api.stop(), [])

  const server = await harness.startRole('all')
  const memory: number[] = []
  while ((await count(harness, `select count(*)::int from inbox_object where pending`)) > 0) {
    memory.push(residentBytes(server.pid) / 1e6)
    await new Promise((wake) => setTimeout(wake, 500))
  }
  const { rows } = await harness.database.query<{ seconds: number }>(
    `select extract(epoch from max(processed_at) - min(processed_at))::float as seconds from inbox_event`,
  )
  const perSecond = BACKLOG / rows[0]!.seconds
  bench.measured(alone('webhooks/drain', 'events/s', perSecond, [perSecond]), { min: 300 })
  const [completed, end] = [memory[Math.floor(memory.length / 3)] ?? 0, memory.at(-1) ?? 0]
  bench.say(`memory while draining: ${memory.map((megabytes) => megabytes.toFixed(0)).join(' ')} MB`)
  bench.holds('memory flat: its last third is at most a quarter above its first', end <= completed * 1.25, true)
  await checkDrained(bench, harness)
  bench.holds('left running', await server.stop(), [])
}

async function checkDrained(bench: Bench, harness: MultiProcessServer): Promise<void> {
  const { rows } = await harness.database.query(`
    select (select count(*) from inbox_event where state <> 'PROCESSED')::int as unprocessed,
      (select count(*) from billing_subscription where status = 'ACTIVE')::int as active,
      (select count(*) from plan_assignment where ended_at is null)::int as plans,
      (select count(*) from stream_event where type = 'subscription.activated')::int as published,
      (select count(*) from account a where version <> (select count(*) from stream_event e where e.stream_id = a.id))::int as gaps`)
  bench.holds('after the drain', rows[0], {
    unprocessed: 0,
    active: SUBSCRIBERS,
    plans: SUBSCRIBERS,
    published: SUBSCRIBERS,
    gaps: 0,
  })
}

function eventsOf({ webhookSecret }: MultiProcessServer, { subscription, invoice }: Subscriber): SignedEvent[] {
  const ofInvoice = { id: invoice, object: 'invoice', parent: { subscription_details: { subscription } } }
  const ofSubscription = { id: subscription, object: 'subscription' }
  return [
    signedEvent(webhookSecret, 'customer.subscription.created', ofSubscription),
    signedEvent(webhookSecret, 'customer.subscription.updated', ofSubscription),
    signedEvent(webhookSecret, 'invoice.paid', ofInvoice),
    signedEvent(webhookSecret, 'invoice.payment_succeeded', ofInvoice),
  ]
}

/** So many of them again that `total` are sent. */
const withDuplicates = (events: readonly SignedEvent[], total: number): SignedEvent[] => [
  ...events,
  ...Array.from({ length: total - events.length }, (_, index) => events[(index * 7) % events.length]!),
]

/** In an order that is the same in each run. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const all = [...items]
  let seed = 20_261_120
  for (let index = all.length - 1; index > 0; index--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    const other = seed % (index + 1)
    ;[all[index], all[other]] = [all[other]!, all[index]!]
  }
  return all
}

async function count(harness: MultiProcessServer, query: string): Promise<number> {
  return (await harness.database.query<{ count: number }>(query)).rows[0]!.count
}

const alone = (name: string, unit: string, ours: number, values: readonly number[]) => ({
  name,
  unit,
  ours: rounded(ours, 1),
  peer: null,
  peerName: null,
  ratio: null,
  runs: values.length,
  spread: rounded(spread(values), 3),
})
