import { spawn } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Bench } from '../bench.js'
import { FEATURE } from '../entitlements/catalog.js'
import { accountId } from '../entitlements/seed.js'
import { familyProcessorSeconds, processorSeconds } from '../harness/process-table.js'
import { benchFolder, builtModule, projectFolder } from '../harness/project.js'
import { findPostmaster } from '../harness/processor-meter.js'
import { rounded } from '../statistics.js'

const ENTRIES = Number(process.env['BENCH_LARGE'] ?? 100_000_000)
const ACCOUNTS = 10_000
/** Entries of an account that one link chains. A link of a single entry takes about 300 bytes more for it. */
const ENTRIES_PER_LINK = 25
const YEARS = 2
/** `backup`, `verify-database`, `vacuum`, `verify-backup`, separated by commas. */
const ONLY = process.env['BENCH_SIDES']?.split(',')
/** The stored entries remain, and a later run uses them. */
const KEEPS = process.env['BENCH_KEEP'] === '1'

const COLUMNS =
  'account_id version operation_no entry_no kind feature grant_id amount balance_after source at reference mutation principal key request_fingerprint operation_total'.split(
    ' ',
  )
const LINK_COLUMNS =
  'account_id log number entries_before digests value version operation_no entry_no root_number'.split(' ')

interface Embedded {
  readonly startEmbeddedPostgres: (options: {
    dataDir: string
    durable: boolean
  }) => Promise<{ url: string; stop: () => Promise<void> }>
}
interface Digests {
  readonly entryDigester: (
    log: string,
    columns: readonly string[],
  ) => { digestText(cells: readonly (string | null)[], key: Buffer, isPlain: boolean): string }
  readonly chainStart: (accountId: string, log: string) => Buffer
  readonly linkValue: (before: Buffer, entriesBefore: number, digests: Buffer) => Buffer
}
interface Migration {
  readonly open: (options: object) => Promise<{ close(): Promise<void> }>
  readonly migrate: (database: object) => Promise<void>
}

/** Backup, verification and vacuum of a ledger with a hundred million chained entries. */
export async function measureHistory(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'history')
  const stored = join(dataDir, 'stored')
  const isStored = KEEPS && existsSync(stored)
  if (!isStored) rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true })
  const { startEmbeddedPostgres } = await builtModule<Embedded>(
    'services/kernel/embedded-postgres/start-embedded-postgres.js',
  )
  let server = await startEmbeddedPostgres({ dataDir, durable: false })
  try {
    if (!isStored) {
      const admin = await connect(server.url)
      await admin.query('alter system set wal_level = minimal')
      await admin.query('alter system set max_wal_senders = 0')
      await admin.end()
      await server.stop()
      server = await startEmbeddedPostgres({ dataDir, durable: false })
      await migrateAll(server.url)
      await timed(bench, 'store', server.url, () => store(server.url))
      writeFileSync(stored, '')
    }
    await measure(bench, server.url, join(dataDir, 'history.backup'))
  } finally {
    await server.stop()
    if (!KEEPS) rmSync(dataDir, { recursive: true, force: true })
  }
}

async function measure(bench: Bench, url: string, file: string): Promise<void> {
  const client = await connect(url)
  const { rows } = await client.query<{ name: string; mb: string }>(
    `select relname as name, pg_total_relation_size(oid) / 1000000 as mb from pg_class
     where relname in ('ledger_entry', 'account_chain_link')`,
  )
  bench.say(rows.map(({ name, mb }) => `${name} ${mb} MB`).join(', '))
  const isWanted = (name: string) => !ONLY || ONLY.includes(name)
  if (isWanted('backup')) {
    await command(bench, 'backup', url, ['db', 'backup', file, '--json'])
    bench.say(`backup ${(statSync(file).size / 1e6).toFixed(0)} MB`)
  }
  if (isWanted('verify-database')) await command(bench, 'verify-database', url, ['verify', '--database', '--json'])
  if (isWanted('vacuum')) {
    // The texts of an account are erased. Without the option, a vacuum leaves so few entries in the indexes.
    await client.query(`update ledger_entry set reference = null where account_id = $1`, [accountId(1)])
    await timed(bench, 'vacuum', url, () => client.query('vacuum (index_cleanup on) ledger_entry'))
  }
  if (isWanted('verify-backup')) await command(bench, 'verify-backup', url, ['verify', '--backup', file, '--json'])
  await client.end()
}

/** Runs a command of the product. Reports its time, processor time and largest memory. */
async function command(bench: Bench, name: string, url: string, args: readonly string[]): Promise<void> {
  const program = [join(projectFolder, 'dist/src/cli/stackgate.js'), ...args]
  await timed(bench, name, url, async (own) => {
    const child = spawn(process.execPath, program, {
      env: { ...process.env, DATABASE_URL: url, CATALOG: 'agileforge' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let [said, bytes, seconds] = ['', 0, 0]
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const timer = setInterval(() => {
      bytes = Math.max(bytes, largestMemory(child.pid!))
      seconds = Math.max(seconds, processorSeconds(child.pid!))
    }, 250)
    const [code] = (await once(child, 'close')) as [number | null]
    clearInterval(timer)
    own(
      seconds,
      `${(bytes / 1e6).toFixed(0)} MB of memory, exit code ${code}: ${said.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
    )
  })
}

/** Reports the duration, and the processor time of PostgreSQL and of a command. */
async function timed(
  bench: Bench,
  name: string,
  url: string,
  work: (own: (seconds: number, text: string) => void) => Promise<unknown>,
): Promise<void> {
  const postmaster = await findPostmaster(url)
  const [begin, used] = [performance.now(), familyProcessorSeconds(postmaster)]
  let [command, detail] = [0, '']
  await work((seconds, text) => ([command, detail] = [seconds, text]))
  const seconds = (performance.now() - begin) / 1000
  const postgres = familyProcessorSeconds(postmaster) - used
  bench.say(
    `${name}: ${seconds.toFixed(1)} s, processor time ${command.toFixed(1)} s and PostgreSQL ${postgres.toFixed(1)} s; ${detail}`,
  )
  bench.measured(
    {
      name: `history/${name}`,
      unit: 's',
      ours: rounded(seconds, 1),
      peer: null,
      peerName: null,
      ratio: null,
      runs: 1,
      spread: 0,
    },
    {},
  )
}

function largestMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

async function migrateAll(url: string): Promise<void> {
  const { openDatabase: open } = await builtModule<{ openDatabase: Migration['open'] }>(
    'services/kernel/database/database.js',
  )
  const { migrate } = await builtModule<{ migrate: Migration['migrate'] }>('services/kernel/database/migrate.js')
  const { createSources } = await builtModule<{ createSources: () => object }>('services/kernel/context/sources.js')
  const { allMigrations } = await builtModule<{ allMigrations: readonly object[] }>('../migrations/all-migrations.js')
  const database = await open({ ...createSources(), url, migrations: allMigrations, poolSize: 2 })
  await migrate(database)
  await database.close()
}

/** Entries in the order of time, one of each account after the other, chained as a job does that runs at each 25th. */
async function store(url: string): Promise<void> {
  const [entries, links] = [await connect(url), await connect(url)]
  const { entryDigester, chainStart, linkValue } = await builtModule<Digests>(
    'services/entitlements/ledger-chain/entry-digest.js',
  )
  const versions = ENTRIES / ACCOUNTS
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
    id: accountId(index),
    grant: accountId(index).replace('acc_', 'grt_'),
    key: randomBytes(32),
    value: chainStart(accountId(index), 'LEDGER'),
    digests: Buffer.alloc(ENTRIES_PER_LINK * 32),
  }))
  await entries.query(`insert into installation (id, business) values (1, 'agileforge') on conflict do nothing`)
  await entries.query(
    `insert into account (id, kind, external_id, name, version)
     select 'acc_' || lpad(a::text, 26, '0'), 'TEAM', 'bench-' || a, 'Bench ' || a, ${versions + 1} from generate_series(0, ${ACCOUNTS - 1}) a`,
  )
  const indexes = await takeIndexes(entries)
  const toEntries = await copy(entries, 'ledger_entry', COLUMNS)
  const toLinks = await copy(links, 'account_chain_link', LINK_COLUMNS)
  const digester = entryDigester('LEDGER', COLUMNS)
  const begin = Date.now() - YEARS * 365 * 86_400_000
  for (let version = 1; version <= versions; version++) {
    const at = new Date(begin + ((Date.now() - begin) * version) / versions - 60_000)
    const time = `${at.toISOString().slice(0, 19).replace('T', ' ')}+00`
    const place = (version - 1) % ENTRIES_PER_LINK
    let text = ''
    for (const account of accounts) {
      const name = `${version}-${account.id}`
      const key = version % 2 === 0 ? hash('md5', `key ${name}`) : null
      const cells: (string | null)[] = [
        account.id,
        `${version}`,
        '0',
        '0',
        'CONSUME',
        FEATURE,
        account.grant,
        '-1',
        `${1e9 - version}`,
      ]
      cells.push('PACKAGE pack', time, `story-${version}`, 'consume', 'bench', key, hash('md5', name), '1')
      account.digests.write(digester.digestText(cells, account.key, true), place * 32, 'latin1')
      text += `${cells.map((cell) => cell ?? '\\N').join('\t')}\n`
    }
    await toEntries.write(text)
    if (place < ENTRIES_PER_LINK - 1 && version < versions) continue
    let linked = ''
    const number = Math.ceil(version / ENTRIES_PER_LINK)
    for (const account of accounts) {
      const digests = account.digests.subarray(0, (place + 1) * 32)
      account.value = linkValue(account.value, version - 1 - place, digests)
      linked += `${account.id}\tLEDGER\t${number}\t${version - 1 - place}\t\\\\x${digests.toString('hex')}\t\\\\x${account.value.toString('hex')}\t${version}\t0\t0\t1\n`
    }
    await toLinks.write(linked)
  }
  await Promise.all([toEntries.end(), toLinks.end()])
  await entries.query(
    `insert into account_chain (account_id, log, entry_count, link_count, value, version, operation_no, entry_no, commitment_key)
     select id, 'LEDGER', ${versions}, ${Math.ceil(versions / ENTRIES_PER_LINK)}, value, ${versions}, 0, 0, key
     from unnest($1::text[], $2::bytea[], $3::bytea[]) as chain (id, value, key)`,
    [accounts.map(({ id }) => id), accounts.map(({ value }) => value), accounts.map(({ key }) => key)],
  )
  await entries.query(`set maintenance_work_mem = '1GB'`)
  for (const definition of indexes) await entries.query(definition)
  await entries.query('vacuum analyze ledger_entry, account_chain_link, account_chain, account')
  await entries.query('checkpoint')
  await Promise.all([entries.end(), links.end()])
}

/** Drops the indexes of the ledger and of links. Returns their definitions: large indexes are built by sorting. */
async function takeIndexes(client: pg.Client): Promise<string[]> {
  const tables = `('ledger_entry', 'account_chain_link')`
  const keys = await client.query<{ owner: string; name: string; text: string }>(
    `select conrelid::regclass::text as owner, conname as name, pg_get_constraintdef(oid) as text from pg_constraint
     where contype = 'p' and conrelid::regclass::text in ${tables}`,
  )
  for (const { owner, name } of keys.rows) await client.query(`alter table ${owner} drop constraint ${name}`)
  const others = await client.query<{ name: string; text: string }>(
    `select indexname as name, indexdef as text from pg_indexes where schemaname = current_schema() and tablename in ${tables}`,
  )
  for (const { name } of others.rows) await client.query(`drop index ${name}`)
  return [
    ...keys.rows.map(({ owner, name, text }) => `alter table ${owner} add constraint ${name} ${text}`),
    ...others.rows.map(({ text }) => text),
  ]
}

/** Fills a table in one transaction, without the log of PostgreSQL. */
async function copy(client: pg.Client, table: string, columns: readonly string[]) {
  await client.query('begin')
  await client.query(`truncate ${table}`)
  const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin with (freeze)`))
  return {
    write: async (text: string) => void (stream.write(text) || (await once(stream, 'drain'))),
    end: async () => {
      stream.end()
      await finished(stream)
      await client.query('commit')
    },
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}
