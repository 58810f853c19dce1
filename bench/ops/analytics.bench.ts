import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { usageLoad } from '../entitlements/usage-load.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { startStackgate, type StackgateServer } from '../harness/stackgate-server.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { median, rounded, spread } from '../statistics.js'

const PURCHASES = 1_000_000
const ACCOUNTS = 100_000
const CHECKOUTS = 500_000
const USES = 500_000
/** Two years of business. */
const DAYS = 730
const RUNS = 21
/** Concurrent callers of the measures of processor time, and their rounds. */
const CALLERS = [1, 8, 32]
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const ROUND_SECONDS = 3

interface LocalTokens {
  readonly signLocalToken: (
    clock: { now(): number },
    dataDir: string,
    request: { email: string; roles: string[] },
  ) => Promise<string>
}

/** Figures by the name of their measurement. The range of each is a year that starts and ends in the middle of a day. */
const NUMBERS: Readonly<Record<string, string>> = {
  products:
    'metrics: [PURCHASES, REVENUE, AVERAGE_PURCHASE, REVENUE_TREND, CHECKOUT_CONVERSION_RATE], groupBy: [PRODUCT], interval: RANGE',
  credits: 'metrics: [USAGE], groupBy: [PLAN], interval: RANGE',
  churn: 'metrics: [SUBSCRIBERS_AT_START, SUBSCRIBERS_LOST, CHURN_RATE], interval: RANGE',
  revenue: 'metrics: [REVENUE, PURCHASES], interval: DAY',
}
const queryOf = (args: string): string => `query ($from: DateTime, $to: DateTime) {
  metrics(${args}, from: $from, to: $to, first: 100) { nodes { currency total { number units money { amountMinor } } points { from value { number } } } } }`

/** Analytics over a million purchases, as an operator's page requests them, aggregated first from existing rows. */
export async function benchmarkAnalytics(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'ops-analytics')
  rmSync(dataDir, { recursive: true, force: true })
  const first = await startStackgate(dataDir, { CATALOG: 'agileforge' })
  bench.say(`seeding ${PURCHASES} purchases of ${ACCOUNTS} accounts`)
  const now = await seed(first.databaseUrl())
  bench.holds('left running', await first.stop(), [])

  const begin = performance.now()
  const server = await startStackgate(dataDir, { CATALOG: 'agileforge' })
  const client = new pg.Client({ connectionString: server.databaseUrl() })
  await client.connect()
  await untilCounted(client)
  const counted = (performance.now() - begin) / 1000
  bench.say(`an installation from before the numbers was counted in ${counted.toFixed(0)} s, its start included`)
  await client.query('vacuum analyze')

  const { signLocalToken } = await builtModule<LocalTokens>('services/identity/tokens/local-tokens.js')
  const token = await signLocalToken(Date, dataDir, { email: 'ops@example.com', roles: ['admin'] })
  const medians: number[] = []
  const all: number[] = []
  for (const [name, args] of Object.entries(NUMBERS)) {
    const times = await timesOf(server, token, queryOf(args), now)
    medians.push(median(times))
    all.push(...times)
    bench.say(
      `${name}: median ${median(times).toFixed(1)} ms, slowest ${Math.max(...times).toFixed(1)} ms of ${times.length}`,
    )
  }
  for (const callers of CALLERS) await measureProcessorTime(bench, server, token, { callers, now })
  await compareWithRows(bench, client, server, token)
  const worst = Math.max(...medians)
  const sorted = all.toSorted((left, right) => left - right)
  bench.measured(
    {
      name: 'ops/analytics',
      unit: 'ms',
      ours: rounded(worst, 1),
      peer: null,
      peerName: null,
      ratio: null,
      runs: RUNS,
      spread: rounded(spread(medians), 3),
      p50: rounded(median(all), 1),
      p99: rounded(sorted[Math.floor(sorted.length * 0.99)]!, 1),
    },
    { max: 50 },
  )
  await client.end()
  bench.holds('left running', await server.stop(), [])
}

const monthsAgo = (now: Date, months: number) => new Date(now.getTime() - months * 30.4 * 86_400_000).toISOString()

/** Milliseconds of each response over HTTP. */
async function timesOf(server: StackgateServer, token: string, query: string, now: Date): Promise<number[]> {
  const times: number[] = []
  for (let run = -3; run < RUNS; run++) {
    const begin = performance.now()
    await ask(server, token, query, { from: monthsAgo(now, 12), to: now.toISOString() })
    if (run >= 0) times.push(performance.now() - begin)
  }
  return times
}

/** Processor time of the four queries one after another, each with the same share. */
async function measureProcessorTime(
  bench: Bench,
  server: StackgateServer,
  token: string,
  { callers, now }: { callers: number; now: Date },
): Promise<void> {
  const meter = createProcessorMeter(server.pid, await findPostmaster(server.databaseUrl()))
  const steps = Object.values(NUMBERS).map((args) => ({
    template: JSON.stringify({
      query: queryOf(args),
      variables: { from: monthsAgo(now, 12), to: now.toISOString() },
    }),
    expected: `{"data":{"metrics":{"nodes":[`,
  }))
  const rounds: { perSecond: number; microseconds: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const plan = { url: server.graphqlUrl, token, steps, firstAccount: 0, accounts: 1, connections: callers }
    const result = await usageLoad({ ...plan, seconds: ROUND_SECONDS }, meter)
    bench.holds(`wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
    rounds.push({ perSecond: result.requestsPerSecond, microseconds: result.microseconds })
  }
  const costs = rounds.map(({ microseconds }) => microseconds)
  bench.measured(
    {
      name: `ops/analytics/callers-${callers}`,
      unit: 'requests/s',
      ours: rounded(median(rounds.map(({ perSecond }) => perSecond)), 0),
      peer: null,
      peerName: null,
      ratio: null,
      callers,
      cpuMicroseconds: rounded(median(costs), 0),
      runs: rounds.length,
      spread: rounded(spread(costs), 3),
    },
    {},
  )
}

async function ask<Data>(server: StackgateServer, token: string, query: string, variables: object = {}): Promise<Data> {
  const answer = await fetch(server.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

/**
 * Purchases, checkouts, subscriptions and usage of two years, under one version of each account. Returns the business
 * time.
 */
async function seed(url: string): Promise<Date> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ now: Date }>('select now from business_clock')
  const now = rows[0]!.now
  const account = `'acc_' || lpad((n % ${ACCOUNTS})::text, 26, '0')`
  // A prime spreads moments over all of the two years.
  const moment = `$1::timestamptz - make_interval(secs => (n::bigint * 7919) % ${DAYS * 86_400})`
  const run = (text: string) => client.query(text, text.includes('$1') ? [now] : [])
  await run(`insert into account (id, kind, external_id, name, version, created_at)
    select ${account}, 'TEAM', 'bench-' || n, 'Bench ' || n, 1, now() from generate_series(0, ${ACCOUNTS - 1}) n`)
  await run(`insert into stream_event (stream_id, sequence, id, account_id, type, summary, data, at, recorded_at)
    select ${account}, 1, 'evt_' || lpad(n::text, 26, '0'), ${account}, 'purchase.paid', 'x', '{}', now(), now() - interval '1 day' from generate_series(0, ${ACCOUNTS - 1}) n`)
  await run(`insert into purchase (id, account_id, provider, product_id, status, amount_minor, currency, reversed_minor, refunded_minor, purchased_at, fence)
    select 'pur_' || lpad(n::text, 26, '0'), ${account}, 'STRIPE', sold.id, case when n % 50 = 0 then 'REFUNDED' else 'PAID' end, 500 + n % 1000,
      case n % 3 when 0 then 'USD' else 'GBP' end, case when n % 50 = 0 then 500 + n % 1000 else 0 end, case when n % 50 = 0 then 500 + n % 1000 else 0 end, ${moment}, 1
    from generate_series(0, ${PURCHASES - 1}) n
      join (select id, row_number() over (order by id) - 1 as place, count(*) over () as many from product) sold on sold.place = n % sold.many`)
  await run(`insert into checkout (id, account_id, provider, status, offer, product_id, price_id, amount_minor, currency, success_url, cancel_url, created_at, expires_at)
    select 'chk_' || lpad(n::text, 26, '0'), ${account}, 'STRIPE', case when n % 3 = 0 then 'EXPIRED' else 'COMPLETED' end, 'x', price.product_id, price.id, 500, 'GBP', '', '', ${moment}, now()
    from generate_series(0, ${CHECKOUTS - 1}) n
      join (select id, product_id, row_number() over (order by id) - 1 as place, count(*) over () as many from price) price on price.place = n % price.many`)
  await run(`insert into billing_subscription (id, account_id, provider, external_id, status, plan_version_id, started_at, fence)
    select 'sub_' || lpad(n::text, 26, '0'), ${account}, 'STRIPE', 'sub_' || n, 'ACTIVE', (select v.id from plan_version v join plan p on p.id = v.plan_id where p.code = 'professional'), ${moment}, 1
    from generate_series(0, ${ACCOUNTS - 1}) n`)
  await run(`insert into plan_assignment (id, account_id, group_code, plan_version_id, source_type, source_id, since, ended_at)
    select 'asg_' || lpad(n::text, 26, '0'), s.account_id, 'main', s.plan_version_id, 'subscription', s.id, s.started_at,
      case when n % 4 = 0 then s.started_at + make_interval(days => n % 300) end
    from generate_series(0, ${ACCOUNTS - 1}) n join billing_subscription s on s.id = 'sub_' || lpad(n::text, 26, '0')`)
  // The ledger is appended to: its moments ascend as its rows do.
  await run(`insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, window_start, window_end, amount, balance_after, source, at)
    select ${account}, 1, n, 0, 'CONSUME', 'ai_stories', now(), now(), -1, 0, 'PLAN professional', $1::timestamptz - make_interval(secs => (${USES} - n) * ${(DAYS * 86_400) / USES}) from generate_series(0, ${USES - 1}) n`)
  await client.query('vacuum analyze')
  await client.end()
  return now
}

async function untilCounted(client: pg.Client): Promise<void> {
  for (const deadline = Date.now() + 600_000; Date.now() < deadline;) {
    const { rows } = await client.query<{ behind: number }>(
      `select count(*)::int as behind from account a left join analytics_checkpoint m on m.account_id = a.id where a.version > coalesce(m.version, -1)`,
    )
    if (rows[0]!.behind === 0) return
    await new Promise((wake) => setTimeout(wake, 250))
  }
  throw new Error('the numbers were not counted within ten minutes')
}

/** Compares the results with the raw rows. */
async function compareWithRows(bench: Bench, client: pg.Client, server: StackgateServer, token: string): Promise<void> {
  const { metrics } = await ask<{
    metrics: {
      nodes: { metric: string; currency: string; total: { number: number; money: { amountMinor: number } } }[]
    }
  }>(
    server,
    token,
    '{ metrics(metrics: [PURCHASES, REVENUE], interval: RANGE) { nodes { metric currency total { number money { amountMinor } } } } }',
  )
  const sums = [...Map.groupBy(metrics.nodes, ({ currency }) => currency)].map(([currency, [purchases, revenue]]) => ({
    currency,
    purchases: purchases!.total.number,
    revenue: revenue!.total.money.amountMinor,
  }))
  const { rows } = await client.query<{ currency: string; purchases: number; revenue: string }>(
    `select currency, count(*)::int as purchases, sum(amount_minor - reversed_minor)::text as revenue from purchase
     where purchased_at < (select now from business_clock) group by currency order by currency`,
  )
  bench.holds(
    'revenue by currency',
    sums.toSorted((left, right) => left.currency.localeCompare(right.currency)),
    rows.map((row) => ({ ...row, revenue: Number(row.revenue) })),
  )
}
