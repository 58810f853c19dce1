import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type { Bench } from '../bench.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { familyProcessorSeconds } from '../harness/process-table.js'
import { findPostmaster } from '../harness/processor-meter.js'

/** Entries of a round, and the accounts that they belong to. */
const SHAPES = [
  { name: 'batches of 250', accounts: 200, entries: 50_000 },
  { name: 'one entry per link', accounts: 10_000, entries: 10_000 },
] as const

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
      const chainAll = async (ids: readonly string[]) => {
        for (let at = 0; at < ids.length; at += 200) while (await modules.chain(database, ids.slice(at, at + 200)));
      }
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
  } finally {
    await server.stop()
    await deleteEmbeddedPostgres(folder)
    rmSync(folder, { recursive: true, force: true })
  }
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
    'services/ops/ledger-chain/chain-entries.js',
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
