import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { familyProcessorSeconds } from '../harness/process-table.js'
import { findPostmaster } from '../harness/processor-meter.js'
import { benchFolder, projectFolder } from '../harness/project.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { startSandboxProcess } from '../sandbox/sandbox-process.js'
import { rounded } from '../statistics.js'

/** `BENCH_SUBSCRIBERS=100` runs a rehearsal. */
const SUBSCRIBERS = Number(process.env['BENCH_SUBSCRIBERS'] ?? 10_000)
const AT_ONCE = 8
const KEY = 'sk_test_sandbox_bench'
const PRICES = [
  { lookupKey: 'old_pro', plan: 'pro', amount: 2000, interval: 'month' },
  { lookupKey: 'old_pro_early', plan: 'pro', amount: 1200, interval: 'month' },
  { lookupKey: 'old_scale', plan: 'scale', amount: 180_000, interval: 'year' },
]

interface Report {
  readonly imported: number
  readonly known: number
  readonly refused: number
  readonly invoicesRecorded: number
  readonly balancesApplied: number
  readonly problems: readonly unknown[]
  readonly reconciliation: { readonly checked: number; readonly found: number; readonly error: string | null } | null
}

/** End of one run of the command. */
interface Run {
  readonly seconds: number
  readonly processorSeconds: number
  readonly report: Report | null
}

/**
 * Imports the subscribers of another system from a Stripe sandbox: the command is killed after a third of them, and repeated. In the end the
 * reconciliation must find no difference, and each subscriber has one plan, one purchase and its balance.
 */
export async function benchmarkImportStripe(bench: Bench): Promise<void> {
  const folder = join(benchFolder, 'import')
  rmSync(folder, { recursive: true, force: true })
  rmSync(`${folder}-sandbox`, { recursive: true, force: true })
  const sandbox = await startSandboxProcess(`${folder}-sandbox`, { SANDBOX_MEMORY: '1' })
  const server = await startStackgate(folder, {
    CATALOG: 'ai-platform',
    DASHBOARD: 'off',
    DOCS: 'off',
    STRIPE_SECRET_KEY: KEY,
    STRIPE_API_URL: `http://127.0.0.1:${sandbox.port}`,
    STRIPE_WEBHOOK_SECRET: 'whsec_of_the_benchmark',
  })
  const database = new pg.Client({ connectionString: server.databaseUrl() })
  await database.connect()
  // The hourly reconciliation of the server would measure itself.
  await database.query(
    `insert into reconciliation_schedule (provider, scope, last_started_at)
     select p, scope, now() + interval '1 day' from unnest(array['STRIPE', 'PAYPAL']) p, unnest(array['EVENTS', 'STATE']) scope
     on conflict (provider, scope) do update set last_started_at = excluded.last_started_at`,
  )
  const begin = performance.now()
  await createSubscribers(sandbox.port)
  bench.say(`${SUBSCRIBERS} subscribers created in ${((performance.now() - begin) / 1000).toFixed(0)} s`)

  const mapping = join(folder, 'mapping.yaml')
  writeFileSync(mapping, mappingText())
  const postmaster = await findPostmaster(server.databaseUrl())
  const environment = {
    DATA_DIR: folder,
    CATALOG: 'ai-platform',
    STRIPE_SECRET_KEY: KEY,
    STRIPE_WEBHOOK_SECRET: 'whsec_of_the_benchmark',
    STRIPE_API_URL: `http://127.0.0.1:${sandbox.port}`,
  }
  const run = (killAfter: number | null) => runImport(bench, { environment, mapping, postmaster, killAfter })
  const killed = await run(Math.floor(SUBSCRIBERS / 3))
  bench.holds('the first run was killed', killed.report, null)
  const { rows } = await database.query<{ count: number }>('select count(*)::int as count from billing_subscription')
  bench.say(`killed after ${killed.seconds.toFixed(1)} s with ${rows[0]!.count} subscriptions`)
  const resumed = await run(null)
  const repeated = await run(null)

  bench.holds('problems', resumed.report?.problems, [])
  bench.holds('differences', [resumed.report?.reconciliation?.found, resumed.report?.reconciliation?.error], [0, null])
  bench.holds('known before', resumed.report?.known, rows[0]!.count)
  bench.holds('all imported', (resumed.report?.imported ?? 0) + (resumed.report?.known ?? 0), SUBSCRIBERS)
  bench.holds(
    'a repetition',
    [
      repeated.report?.imported,
      repeated.report?.invoicesRecorded,
      repeated.report?.balancesApplied,
      repeated.report?.reconciliation?.found,
    ],
    [0, 0, 0, 0],
  )
  bench.holds('rows', await countRows(database), {
    subscriptions: SUBSCRIBERS,
    plans: SUBSCRIBERS,
    purchases: SUBSCRIBERS,
    balances: Math.ceil(SUBSCRIBERS / 2),
    mails: 0,
  })
  const compared = await database.query<{ checked: number; seconds: number }>(
    `select checked::int, extract(epoch from finished_at - started_at)::float8 as seconds from reconciliation_run order by id desc limit 1`,
  )
  const [{ checked, seconds: comparing } = { checked: 0, seconds: 1 }] = compared.rows
  await database.end()

  const seconds = killed.seconds + resumed.seconds
  const processor = killed.processorSeconds + resumed.processorSeconds
  const measured = (name: string, unit: string, ours: number) =>
    bench.measured({ name, unit, ours, peer: null, peerName: null, ratio: null, runs: 1, spread: 0 }, {})
  measured('import/stripe', 's', rounded(seconds, 1))
  measured('import/stripe-rate', 'subscribers/s', rounded(SUBSCRIBERS / seconds, 1))
  measured(
    'import/stripe-processor',
    'ms of processor time for each subscriber',
    rounded((processor * 1000) / SUBSCRIBERS, 2),
  )
  measured('import/stripe-repeated', 's', rounded(repeated.seconds, 1))
  measured('import/stripe-comparison-rate', 'objects/s', rounded(checked / comparing, 0))
  measured('import/stripe-compared', 'objects', resumed.report?.reconciliation?.checked ?? 0)
  bench.holds('processes left running', [...(await server.stop()), ...(await sandbox.stop())], [])
}

async function createSubscribers(port: number): Promise<void> {
  const stripe = async <Answer extends { id: string }>(path: string, form: Record<string, string>): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}` },
      body: new URLSearchParams(form),
    })
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return (await response.json()) as Answer
  }
  const prices: string[] = []
  for (const { lookupKey, amount, interval } of PRICES) {
    const { id } = await stripe('prices', {
      lookup_key: lookupKey,
      currency: 'usd',
      unit_amount: String(amount),
      'recurring[interval]': interval,
      'product_data[name]': lookupKey,
    })
    prices.push(id)
  }
  let next = 0
  const create = async () => {
    for (let index = next++; index < SUBSCRIBERS; index = next++) {
      const customer = await stripe('customers', {
        email: `subscriber-${index}@example.com`,
        name: `Subscriber ${index}`,
        'metadata[user_id]': `subscriber-${index}`,
        ...(index % 2 === 0 ? { 'metadata[credits_left]': String((index * 7) % 90_000) } : {}),
      })
      const card = await stripe('payment_methods/pm_card_visa/attach', { customer: customer.id })
      await stripe('subscriptions', {
        customer: customer.id,
        default_payment_method: card.id,
        'items[0][price]': prices[index % prices.length]!,
      })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, create))
}

const mappingText = (): string =>
  [
    'prices:',
    ...PRICES.map(({ lookupKey, plan, interval }) => `  ${lookupKey}: { plan: ${plan}, interval: ${interval} }`),
    'customers: { metadata: user_id, create: true }',
    'balances: [{ feature: ai_credits, metadata: credits_left }]',
  ].join('\n')

interface RunOptions {
  readonly environment: Readonly<Record<string, string>>
  readonly mapping: string
  readonly postmaster: number
  /** Subscriptions after which the command is killed. Null: it runs to its end. */
  readonly killAfter: number | null
}

/** Runs the command. Its processor time is read until its end, with that of PostgreSQL, which the idle server uses as well. */
async function runImport(bench: Bench, { environment, mapping, postmaster, killAfter }: RunOptions): Promise<Run> {
  const before = familyProcessorSeconds(postmaster)
  const begin = performance.now()
  const args = ['import', 'stripe', '--mapping', mapping, '--rate', '1000', '--concurrency', '8', '--json']
  const child = spawn(process.execPath, [join(projectFolder, 'dist/src/cli/stackgate.js'), ...args], {
    cwd: projectFolder,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let ownSeconds = 0
  const poll = setInterval(() => (ownSeconds = Math.max(ownSeconds, familyProcessorSeconds(child.pid!))), 100)
  let output = ''
  let problem = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      problem = line
      const done = Number(/^(\d+) of \d+ subscriptions imported/.exec(line)?.[1] ?? 0)
      if (done % 1_000 === 0 && done > 0) bench.say(line)
      if (killAfter !== null && done >= killAfter) child.kill('SIGKILL')
    }
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(poll)
  const seconds = (performance.now() - begin) / 1000
  const processorSeconds = ownSeconds + familyProcessorSeconds(postmaster) - before
  if (killAfter !== null) return { seconds, processorSeconds, report: output ? (JSON.parse(output) as Report) : null }
  if (code === 2 || !output) throw new Error(`the import failed: ${problem}`)
  return { seconds, processorSeconds, report: JSON.parse(output) as Report }
}

async function countRows(database: pg.Client): Promise<Record<string, number>> {
  const { rows } = await database.query<Record<string, number>>(
    `select (select count(*)::int from billing_subscription) as subscriptions,
       (select count(*)::int from plan_assignment where ended_at is null) as plans,
       (select count(*)::int from purchase) as purchases,
       (select count(*)::int from adopted_balance where applied_at is not null) as balances,
       (select count(*)::int from mail_message) as mails`,
  )
  return rows[0]!
}
