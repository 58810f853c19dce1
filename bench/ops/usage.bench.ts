import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { accountId } from '../entitlements/seed.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { median, rounded, spread } from '../statistics.js'

const ENTRIES = Number(process.env['BENCH_ENTRIES'] ?? 1_000_000)
const DAYS = 365
const RUNS = 21
const ACCOUNT = accountId(1)

interface LocalTokens {
  readonly signLocalToken: (
    clock: { now(): number },
    dataDir: string,
    request: { email: string; roles: string[] },
  ) => Promise<string>
}

/** Ranges and groups of the usage page. */
const REQUESTS: Readonly<Record<string, string>> = {
  hours: 'interval: HOUR',
  days: 'interval: DAY',
  'days-by-key': 'interval: DAY, groupBy: [API_KEY]',
  'days-by-model-and-key': 'interval: DAY, groupBy: [MODEL, API_KEY]',
  'weeks-by-member': 'interval: WEEK, groupBy: [MEMBER]',
  'months-by-model': 'interval: MONTH, groupBy: [MODEL]',
}

/** Usage over time of one account with a million entries by 5 models, 12 members and 4 keys, with its cost. */
export async function benchmarkUsage(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'ops-usage')
  rmSync(dataDir, { recursive: true, force: true })
  const first = await startStackgate(dataDir, { CATALOG: 'ai-platform' })
  bench.say(`seeding ${ENTRIES} entries`)
  await seed(first.databaseUrl())
  bench.holds('left running', await first.stop(), [])
  const begin = performance.now()
  const server = await startStackgate(dataDir, { CATALOG: 'ai-platform' })
  const client = new pg.Client({ connectionString: server.databaseUrl() })
  await client.connect()
  for (let behind = 1; behind > 0; await new Promise((wake) => setTimeout(wake, 250)))
    behind = (
      await client.query<{ behind: number }>(
        `select count(*)::int as behind from account a left join analytics_checkpoint m on m.account_id = a.id where a.version > coalesce(m.version, -1)`,
      )
    ).rows[0]!.behind
  bench.say(`the account was summed in ${((performance.now() - begin) / 1000).toFixed(0)} s, the start included`)
  await client.query('vacuum analyze')
  const { rows } = await client.query<{ rows: number; used: number }>(
    `select count(*)::int as rows, sum(used) filter (where period = 'DAY')::int as used from usage_rollup`,
  )
  bench.say(`${rows[0]!.rows} rows of sums`)
  bench.holds('units of the sums', rows[0]!.used, ENTRIES)

  const { signLocalToken } = await builtModule<LocalTokens>('services/identity/tokens/local-tokens.js')
  const token = await signLocalToken(Date, dataDir, { email: 'ops@example.com', roles: ['admin'] })
  const meter = createProcessorMeter(server.pid, await findPostmaster(server.databaseUrl()))
  for (const [name, args] of Object.entries(REQUESTS)) {
    const query = `{ account(id: "${ACCOUNT}") { usage { units: metrics(metrics: [USAGE], features: ["ai_credits"], first: 36, ${args}) ${SERIES}
      costs: metrics(metrics: [USAGE_COST], features: ["ai_credits"], first: 36, ${args}) ${SERIES} } } }`
    const ask = async () => {
      const answer = await fetch(server.graphqlUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query }),
      })
      const text = await answer.text()
      if (text.includes('"errors"')) throw new Error(text.slice(0, 500))
    }
    for (let warm = 0; warm < 5; warm++) await ask()
    const rounds: number[] = []
    for (let round = 0; round < 5; round++) {
      const before = meter.seconds()
      for (let run = 0; run < RUNS; run++) await ask()
      rounds.push(((meter.seconds() - before) / RUNS) * 1_000)
    }
    bench.measured(
      {
        name: `ops/usage/${name}`,
        unit: 'ms of processor time',
        ours: rounded(median(rounds), 1),
        peer: null,
        peerName: null,
        ratio: null,
        cpuMicroseconds: rounded(median(rounds) * 1_000, 0),
        runs: RUNS * rounds.length,
        spread: rounded(spread(rounds), 3),
      },
      { max: 50 },
    )
  }
  await client.end()
  bench.holds('left running', await server.stop(), [])
}

const SERIES = `{ nodes { groups { value } currency total { units money { decimal } } points { from value { units money { decimal } } } } }`

/** Entries of a year, whose moments ascend as those of a ledger do. One of ten is beyond the allowance. */
async function seed(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ now: Date }>('select now from business_clock')
  const versions = Math.ceil(ENTRIES / 10)
  await client.query(
    `insert into account (id, kind, external_id, name, version) values ($1, 'TEAM', 'bench', 'Bench', $2)`,
    [ACCOUNT, versions],
  )
  await client.query(
    `insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, window_start, window_end, amount, balance_after,
       source, at, reference, operation_total, user_id, api_key_id, price)
     select $1, 1 + n / 10, n % 10, 0, 'CONSUME', 'ai_credits', $2::timestamptz, $2::timestamptz, -1, 0, 'PLAN scale',
       $2::timestamptz - make_interval(secs => (${ENTRIES} - n) * ${(DAYS * 86_400) / ENTRIES}), 'job-' || n % 1000, 1,
       'usr_' || (n::bigint * 7919) % 12, 'key_' || (n::bigint * 104729) % 4,
       jsonb_build_object('version', 1, 'units', 1, 'dimensions', jsonb_build_object('model', 'model-' || (n * 31) % 5), 'lines', '[]'::jsonb,
         'minimum', null, 'plan', null, 'windowStart', $2::timestamptz)
       || case when n % 10 = 0 then '{"charges": [{"units": 1, "amountMinor": 2, "currency": "USD", "before": 0, "tariff": "{\\"currency\\":\\"USD\\",\\"tiers\\":[{\\"price\\":\\"2\\"}]}"}]}'::jsonb else '{}'::jsonb end
     from generate_series(0, ${ENTRIES - 1}) n`,
    [ACCOUNT, rows[0]!.now],
  )
  await client.query('vacuum analyze')
  await client.end()
}
