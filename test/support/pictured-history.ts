import { readFileSync } from 'node:fs'
import { storeSample } from '#services/deployments/hooks/store-sample.js'
import type { DashboardPaths } from './dashboard-data.js'
import { enqueue } from './deployments.js'
import { untilQuiet } from './money-runs.js'
import { createSeededRandom } from './seeded-random.js'
import { change, subscribe, type Purchase, type Subscriber } from './subscribers.js'
import { eventually, type TestServer } from './test-server.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const MEBIBYTE = 1_048_576

const RECORD = `mutation ($events: [UsageEventInput!]!) { recordUsage(events: $events) { acceptedCount rejected { message } } }`

const RATE_CARD = `
rate_cards:
  ai_credits:
    dimensions: { model: [small, large] }
    versions:
      - from: 2026-01-01
        lines:
          - { quantity: output_tokens, when: { model: small }, price: 0.6, per: 1000 }
          - { quantity: output_tokens, when: { model: large }, price: 2.5, per: 1000 }
`

/** The catalog try-direct with a feature whose use is metered. */
export const meteredCatalog = (): string =>
  readFileSync('catalogs/try-direct.yaml', 'utf8')
    .replace(
      '\nfeatures:\n',
      (found) => `${found}  ai_credits: { name: AI credits, kind: quota, unit: credit, window: billing_period }\n`,
    )
    .replace('\n# Seniority:', `${RATE_CARD}\n# Seniority:`)
    .replaceAll(/ {4}features:\n {6}deployments: +(\d+)/g, (found, amount) =>
      found.replace('\n', `\n      ai_credits: ${Number(amount) * 6_000}\n`),
    )

/** Days after the first one on which people buy, in the months before the pictures. */
const SALES: readonly (readonly [day: number, email: string, purchase: Purchase])[] = [
  [0, 'dora@example.com', { plan: 'plus' }],
  [0, 'emil@example.com', { plan: 'basic' }],
  [0, 'fay@example.com', { plan: 'basic', quantity: 2 }],
  [24, 'gus@example.com', { plan: 'plus', quantity: 3 }],
  [24, 'hal@example.com', { plan: 'individual' }],
  [48, 'ida@example.com', { plan: 'plus' }],
  [48, 'jon@example.com', { plan: 'individual', quantity: 2 }],
  [48, 'kim@example.com', { plan: 'basic' }],
  [48, 'quinn@example.com', { plan: 'basic', card: '4000000000000341' }],
  [72, 'lea@example.com', { plan: 'plus', quantity: 2 }],
  [72, 'max@example.com', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } }],
]

/** Last day before `fillDashboard`, which takes less than three days. */
const LAST_DAY = 81

/** Hours between what people do in these days. */
const PAUSES = [5.2, 21.4, 9.7, 14.1, 3.3, 6.8]

/** Days on which something happens. The use of a period of Ann is recorded before its end, which is on the days 31 and 59. */
const STOPS = [0, 24, 30.9, 48, 58.9, 72, LAST_DAY]

interface History {
  readonly ann: Subscriber
  /** Lets some hours pass. */
  readonly later: () => Promise<void>
  /** Records the use of the days since the history ended. */
  readonly useUntilNow: () => Promise<void>
}

/** Twelve weeks in which people buy, change and cancel plans, and Ann uses what is metered each day. */
export async function fillHistory(server: TestServer): Promise<History> {
  const { clock } = server.app.context
  const first = clock.now().getTime()
  const key = await server.serviceKey(['entitlements:read', 'entitlements:write'])
  const ann = await subscribe(server, 'ann@example.com', { plan: 'plus', quantity: 2 })
  const subscribers = new Map<string, Subscriber>()
  let used = 0
  for (const day of STOPS) {
    if (day > 0) await server.advanceTo(new Date(first + day * DAY_MS).toISOString())
    await untilQuiet(server)
    await recordUsage(server, key, { account: ann.accountId, first, from: used, to: day })
    used = day
    for (const [at, email, purchase] of SALES)
      if (at === day) subscribers.set(email, await subscribe(server, email, purchase))
    if (day === 48) await change(server, subscribers.get('emil@example.com')!, 'changePlan', { plan: 'plus' })
    if (day === 48) await change(server, subscribers.get('fay@example.com')!, 'cancelSubscription')
  }
  await untilQuiet(server)
  let pauses = 0
  return {
    ann,
    later: async () => {
      const hours = PAUSES[pauses++ % PAUSES.length]!
      await server.advanceTo(new Date(clock.now().getTime() + hours * HOUR_MS).toISOString())
      await untilQuiet(server)
    },
    useUntilNow: async () => {
      const to = (clock.now().getTime() - first) / DAY_MS
      await recordUsage(server, key, { account: ann.accountId, first, from: LAST_DAY, to })
    },
  }
}

interface UsedDays {
  readonly account: string
  /** The first day, in milliseconds. */
  readonly first: number
  /** The first of these days, and the one after the last. */
  readonly from: number
  readonly to: number
}

/** Work of each day in two models: less at weekends, and more from week to week. */
async function recordUsage(server: TestServer, key: string, { account, first, from, to }: UsedDays): Promise<void> {
  const random = createSeededRandom(from + 7)
  const days = Math.ceil(to) - Math.ceil(from)
  const events = Array.from({ length: days }, (_, index) => Math.ceil(from) + index).flatMap((day) =>
    (['small', 'large'] as const).map((model) => {
      const at = new Date(first + day * DAY_MS + MINUTE_MS)
      const part = (at.getUTCDay() % 6 === 0 ? 0.35 : 1) * (0.7 + random.next() * 0.6) * (1 + day / 120)
      const tokens = Math.round((model === 'small' ? 720_000 : 260_000) * part)
      return {
        accountId: account,
        feature: 'ai_credits',
        key: `${model}-${day}`,
        at: at.toISOString(),
        work: {
          dimensions: [{ name: 'model', value: model }],
          quantities: [{ name: 'output_tokens', amount: tokens }],
        },
      }
    }),
  )
  if (events.length === 0) return
  const { data, errors } = await server.graphql<{ recordUsage: { rejected: unknown[] } }>(RECORD, { events }, key)
  if (errors || data.recordUsage.rejected.length > 0) throw new Error(JSON.stringify({ errors, data }))
}

/** The reports of the agent of Ann: containers, and the load of a day. The time of machines is real, so that rows of the past are written. */
export async function fillServer(server: TestServer, { deployment }: DashboardPaths): Promise<void> {
  const { agent } = deployment
  const { body: waiting } = await agent.wait(10)
  await agent.report({
    command_id: waiting.item!.command_id,
    status: 'success',
    result: { status: 'ok', container_state: 'running' },
  })
  await enqueue(server, deployment, { command: { listContainers: {} } })
  const { body } = await agent.wait(10)
  const container = (name: string, image: string, cpu: number, used: number) => ({
    name,
    status: 'running',
    image,
    cpu_pct: cpu,
    mem_usage_bytes: used * MEBIBYTE,
    mem_limit_bytes: 512 * MEBIBYTE,
  })
  await agent.report({
    command_id: body.item!.command_id,
    status: 'success',
    result: {
      type: 'list_containers',
      containers: [
        container('web-1', 'nginx:1.27-alpine', 7.4, 231),
        container('app-1', 'ghcr.io/northwind/site:4.2', 18.2, 402),
        container('cache-1', 'redis:7.4-alpine', 1.1, 38),
        { name: 'backup-1', status: 'exited', image: 'restic/restic:0.17', cpu_pct: -1 },
      ],
    },
  })
  const [row] = await server.query<{ account_id: string }>(`select account_id from deployment where id = $1`, [
    deployment.id,
  ])
  await server.query(
    `insert into server_load (deployment_id, started_at, width, account_id, cpu_count, cpu_sum, cpu_max, memory_count, memory_sum, memory_max, disk_count, disk_sum, disk_max)
     select $1, date_trunc('minute', now()) - make_interval(mins => at), 60, $2,
       1, 22 + 14 * sin(at / 70.0) + 6 * sin(at / 9.0), 40 + 16 * sin(at / 70.0) + 8 * sin(at / 9.0),
       1, 54 + 6 * sin(at / 200.0), 57 + 6 * sin(at / 200.0), 1, 41 + (1440 - at) / 400.0, 41 + (1440 - at) / 400.0
     from generate_series(2, 1430, 4) at`,
    [deployment.id, row!.account_id],
  )
  await storeSample(
    server.app.context.database,
    { deploymentId: deployment.id, accountId: row!.account_id },
    { timestamp_ms: Date.now(), cpu_usage_pct: 24.6, memory_used_pct: 57.2, disk_used_pct: 44.5 },
  )
}

/** Deliveries to the endpoint of Ann in the last week, of which some failed. */
export async function fillDeliveries(server: TestServer, { endpoint }: DashboardPaths): Promise<void> {
  await server.query(
    `insert into webhook_delivery (id, endpoint_id, account_id, event_id, type, body, state, attempts, last_status_code, last_error, attempt_log, available_at, created_at, delivered_at)
     select split_part(d.id, '_', 1) || '_' || lpad((1000000 - at)::text, 26, '0'), d.endpoint_id, d.account_id, d.event_id || at,
       (array['subscription.renewed', 'invoice.payment_failed', 'subscription.items_changed', 'subscription.activated'])[1 + at % 4],
       d.body, case when fails then 'DEAD' else 'DELIVERED' end, case when fails then 8 else 1 end, case when fails then 503 else 204 end,
       case when fails then 'status 503' end,
       jsonb_build_array(d.attempt_log -> -1 || jsonb_build_object('durationMs', 40 + 25 * sin(at / 5.0) + at % 13)),
       created, created, case when not fails then created end
     from (select * from webhook_delivery where endpoint_id = $1 order by id desc limit 1) d,
       lateral (select at, at in (12, 41, 42, 43) as fails,
         now() - make_interval(mins => 10 + at * 79 + (at * at) % 61) as created from generate_series(1, 125) at) each`,
    [endpoint],
  )
  // The latest event is that of the migration, which has to arrive before the address changes to one of the pictures.
  await eventually(
    () =>
      server.query(
        `select id from webhook_delivery where endpoint_id = $1 and type = 'subscription.change_scheduled' and state = 'DELIVERED'`,
        [endpoint],
      ),
    (arrived) => arrived.length > 0,
  )
  await server.query(`update webhook_endpoint set url = 'https://northwind.example/hooks' where id = $1`, [endpoint])
}

/** Names in place of addresses, as an identity provider would give them. */
export async function nameEverybody(server: TestServer): Promise<void> {
  const name = `initcap(split_part(email, '@', 1))`
  await server.query(`update app_user set name = ${name}`)
  await server.query(
    `update account set name = initcap(split_part(name, '@', 1)) where kind = 'PERSON' and name like '%@%'`,
  )
}
