import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Bench } from '../bench.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { familyProcessorSeconds } from '../harness/process-table.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { median } from '../statistics.js'
import { startBenchServer } from '../entitlements/bench-server.js'
import { bodyOf, OUR_CONSUME } from '../entitlements/requests.js'
import { seedOurs } from '../entitlements/seed.js'
import { usageLoad } from '../entitlements/usage-load.js'

/** Entries of a round, and the accounts that they belong to. */
const SHAPES = [
  { name: 'batches of 250', accounts: 200, entries: 50_000 },
  { name: 'one entry per link', accounts: 10_000, entries: 10_000 },
] as const

/** Entries of a full batch of the job. */
const FULL_BATCH = 500
/** Accounts that consume, and seconds of a round. */
const CONSUMING = { accounts: 1_000, connections: 8, seconds: 6, rounds: 3 }

interface Database {
  readonly pool: pg.Pool
  close(): Promise<void>
}
interface Modules {
  readonly open: (url: string) => Promise<Database>
  readonly chain: (database: Database, accountIds: readonly string[]) => Promise<number | null>
  readonly verify: (url: string) => Promise<{ ok: boolean; entries: number; unchained: number; seconds: number }>
}

/** Processor time of chaining an entry after its commit, for this process and PostgreSQL, and speed of verification. */
export async function benchmarkLedgerChain(bench: Bench): Promise<void> {
  const folder = join(benchFolder, 'ledger-chain')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
  const { startEmbeddedPostgres, deleteEmbeddedPostgres } = await builtModule<{
    startEmbeddedPostgres: (options: object) => Promise<{ url: string; stop(): Promise<void> }>
    deleteEmbeddedPostgres: (folder: string) => Promise<void>
  }>('services/kernel/embedded-postgres/start-embedded-postgres.js')
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: false })
  try {
    const modules = await loadModules()
    const database = await modules.open(server.url)
    const postmaster = await findPostmaster(server.url)
    for (const { name, accounts, entries } of SHAPES) {
      const chainAll = (ids: readonly string[]) => chainEntries(modules, database, ids)
      // The first round creates the chains.
      await chainAll(await seed(database.pool, name, { accounts, entries, version: 1 }))
      const ids = await seed(database.pool, name, { accounts, entries, version: 2 })
      const before = seconds(postmaster)
      await chainAll(ids)
      const microseconds = Math.round(((seconds(postmaster) - before) / entries) * 1e7) / 10
      bench.measured(measure(`ledger-chain/${name}`, 'µs processor time per entry', microseconds), {})
    }
    const before = seconds(postmaster)
    const found = await modules.verify(server.url)
    const used = seconds(postmaster) - before
    bench.holds('chains that do not hold', found.ok, true)
    bench.holds('entries that are not chained', found.unchained, 0)
    bench.measured(
      measure('ledger-chain/verify', 'entries per minute', Math.round((found.entries / found.seconds) * 60)),
      {},
    )
    bench.measured(
      measure(
        'ledger-chain/verify-cpu',
        'entries per minute of processor time',
        Math.round((found.entries / used) * 60),
      ),
      {},
    )
    await database.close()
    await measureShare(bench, modules)
  } finally {
    await server.stop()
    await deleteEmbeddedPostgres(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Chains all entries of accounts as the job does. Returns their number. */
async function chainEntries({ chain }: Modules, database: Database, ids: readonly string[]): Promise<number> {
  let total = 0
  for (let at = 0; at < ids.length; at += 200)
    for (let count = FULL_BATCH; count === FULL_BATCH;) {
      count = (await chain(database, ids.slice(at, at + 200))) ?? 0
      total += count
    }
  return total
}

/** Processor time of a consumption without its chain, then of chaining the entries that it wrote. */
async function measureShare(bench: Bench, modules: Modules): Promise<void> {
  const { server, client, token } = await startBenchServer('ledger-chain-consume')
  await seedOurs(client, { from: 0, to: CONSUMING.accounts - 1 }, 0)
  const { rows } = await client.query<{ id: string }>('select id from account order by id')
  const postmaster = await findPostmaster(server.databaseUrl())
  const database = await modules.open(server.databaseUrl())
  const steps = [{ template: bodyOf(OUR_CONSUME), expected: OUR_CONSUME.expected }]
  const plan = { url: server.graphqlUrl, token, steps, firstAccount: 0, ...CONSUMING }
  const costs: { readonly consume: number; readonly chain: number }[] = []
  // The first round warms up and creates the chains.
  for (let round = 0; round <= CONSUMING.rounds; round++) {
    const { microseconds, wrong, sample } = await usageLoad(plan, createProcessorMeter(server.pid, postmaster))
    bench.holds(`consume: wrong answers (${sample?.slice(0, 200)})`, wrong, 0)
    const before = seconds(postmaster)
    const ids = rows.map(({ id }) => id)
    const chained = await chainEntries(modules, database, ids)
    const chain = ((seconds(postmaster) - before) * 1e6) / chained
    bench.say(`consume ${microseconds.toFixed(0)} µs, chain ${chain.toFixed(1)} µs for each of ${chained} entries`)
    if (round > 0) costs.push({ consume: microseconds, chain })
  }
  const [consume, chain] = [median(costs.map((one) => one.consume)), median(costs.map((one) => one.chain))]
  bench.measured(measure('ledger-chain/consume', 'µs processor time per consumption', Math.round(consume)), {})
  const share = Math.round(median(costs.map((one) => one.chain / one.consume)) * 1000) / 10
  bench.measured(measure('ledger-chain/chain', 'µs processor time per entry', Math.round(chain * 10) / 10), {})
  bench.measured(measure('ledger-chain/share', 'percent of a consumption', share), { max: 10 })
  await database.close()
  await client.end()
  bench.holds('left running', await server.stop(), [])
}

/** Processor time of this process and of PostgreSQL. */
function seconds(postmaster: number): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 + familyProcessorSeconds(postmaster)
}

const measure = (name: string, unit: string, ours: number) => ({
  name,
  unit,
  ours,
  peer: null,
  peerName: null,
  ratio: null,
  runs: 1,
  spread: 0,
})

async function loadModules(): Promise<Modules> {
  const { openDatabase } = await builtModule<{ openDatabase: (options: object) => Promise<Database> }>(
    'services/kernel/database/database.js',
  )
  const { migrate } = await builtModule<{ migrate: (database: Database) => Promise<void> }>(
    'services/kernel/database/migrate.js',
  )
  const { createSources } = await builtModule<{ createSources: () => object }>('services/kernel/context/sources.js')
  const { chainLedgerBatch } = await builtModule<{ chainLedgerBatch: Modules['chain'] }>(
    'services/entitlements/ledger-chain/chain-entries.js',
  )
  const { verifyDatabaseChains } = await builtModule<{
    verifyDatabaseChains: (env: object, keys: readonly string[]) => ReturnType<Modules['verify']>
  }>('startup/verify-commands.js')
  const { allMigrations } = await builtModule<{ allMigrations: readonly object[] }>('../migrations/all-migrations.js')
  return {
    open: async (url) => {
      const database = await openDatabase({ ...createSources(), url, migrations: allMigrations, poolSize: 2 })
      await migrate(database)
      return database
    },
    chain: chainLedgerBatch,
    verify: (url) => verifyDatabaseChains({ ...process.env, DATABASE_URL: url }, []),
  }
}

/** Accounts with the entries of usage that the engine writes, all with a reference. */
async function seed(
  pool: pg.Pool,
  name: string,
  { accounts, entries, version }: { readonly accounts: number; readonly entries: number; readonly version: number },
): Promise<string[]> {
  const prefix = `acc_${name.replaceAll(/[^a-z]/g, '').slice(0, 6)}`
  const id = (number: string) => `'${prefix}' || lpad((${number})::text, 20, '0')`
  await pool.query(`insert into account (id, kind, external_id, name, version)
    select ${id('n')}, 'TEAM', '${prefix}-' || n, 'Bench', ${version} from generate_series(1, ${accounts}) n on conflict do nothing`)
  await pool.query(`insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, grant_id, amount, balance_after,
      source, at, reference, mutation, principal, key, request_fingerprint, operation_total)
    select ${id(`1 + n % ${accounts}`)}, ${version}, n, 0, 'CONSUME', 'stories', 'grt_' || lpad(n::text, 26, '0'), -1, 1000 - n % 1000, 'PACKAGE pack', now(),
      'story-' || n, 'consume', 'key_01kq0000000000000000000000', gen_random_uuid(), md5(n::text), 1
    from generate_series(1, ${entries}) n`)
  await pool.query('vacuum analyze ledger_entry')
  const { rows } = await pool.query<{ id: string }>(`select id from account where id like '${prefix}%' order by id`)
  return rows.map((row) => row.id)
}
