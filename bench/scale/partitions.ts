import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { FEATURE } from '../entitlements/catalog.js'
import { accountId } from '../entitlements/seed.js'
import { familyOf } from '../harness/process-table.js'
import { benchFolder, builtModule, projectFolder } from '../harness/project.js'
import { findPostmaster } from '../harness/processor-meter.js'
import { median, rounded, spread } from '../statistics.js'

const ROWS = Number(process.env['BENCH_ENTRIES'] ?? 2_000_000)
/** Entries of the ledger on the side `plain-large`, which has as many events as the others. */
const LARGE = Number(process.env['BENCH_LARGE'] ?? 100_000_000)
/** Names of the sides, separated by commas. Default: all but `plain-large`, which takes an hour and 50 GB. */
const ONLY = process.env['BENCH_SIDES']?.split(',')
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9)
const ACCOUNTS = 10_000
const LEDGER_MONTHS = 24
const EVENT_MONTHS = 14
const STATEMENTS = 2_000
/** As `kernel-retention.ts` deletes events. */
const RETENTION_BATCH = 20_000

interface Persist {
  readonly persistChanges: (
    sql: {
      row: (statement: { text: string }, values: unknown[]) => Promise<unknown>
      newId: (prefix: string) => string
    },
    changes: readonly object[],
  ) => Promise<{ applied: boolean }[]>
}
interface Embedded {
  readonly startEmbeddedPostgres: (options: {
    dataDir: string
    durable: boolean
  }) => Promise<{ url: string; stop: () => Promise<void> }>
}

/** Tables that replace those of the schema, and what the statement reads and writes instead. */
interface Side {
  readonly name: string
  readonly tables: string
  readonly adapt?: (text: string) => string
  /** Entries of the ledger. Default: `ROWS`. */
  readonly entries?: number
  /** Each how many entries one has a key. Default: 1, which is every entry. */
  readonly keyed?: number
  /** Statements after the rows are stored, so that large indexes are built by sorting. */
  readonly afterwards?: readonly string[]
}

const months = (table: string, count: number, more = 1): string =>
  Array.from(
    { length: count + more },
    (_, index) =>
      `create table ${table}_${index} partition of ${table} for values from ('${month(index - count + 1)}') to ('${month(index - count + 2)}');`,
  ).join('\n')

function month(offset: number): string {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString()
}

const partitioned = (table: string, by: string, indexes: string, count: number): string => `
  alter table ${table} rename to old;
  create table ${table} (like old including defaults including constraints) partition by range (${by});
  drop table old;
  ${indexes}
  ${months(table, count)}`

const LEDGER_INDEXES = `alter table ledger_entry add primary key (account_id, version, operation_no, entry_no, at);
  create index on ledger_entry using brin (at) with (pages_per_range = 16);
  create index on ledger_entry (account_id, sub_account_id, feature, at) where sub_account_id is not null;`
const KEY_INDEX =
  'create unique index on ledger_entry (key, principal, account_id, mutation, at) where key is not null;'
const EVENT_INDEXES = `alter table stream_event add primary key (stream_id, sequence, account_id, recorded_at);
  create unique index on stream_event (id, account_id, recorded_at);
  create index on stream_event (stream_id, sequence) where type not in ('server.load', 'usage.recorded', 'usage_comparison.progressed', 'webhook_event.received');
  create index on stream_event using brin (recorded_at) with (pages_per_range = 16);`

const SIDES: readonly Side[] = [
  { name: 'plain', tables: '' },
  {
    name: 'plain-large',
    tables: 'alter table ledger_entry drop constraint ledger_entry_pkey; drop index ledger_entry_key;',
    entries: LARGE,
    keyed: 2,
    afterwards: [
      `set maintenance_work_mem = '1GB'`,
      'alter table ledger_entry add constraint ledger_entry_pkey primary key (account_id, version, operation_no, entry_no)',
      'create unique index ledger_entry_key on ledger_entry (key, principal, account_id, mutation) where key is not null',
    ],
  },
  { name: 'ledger-monthly', tables: partitioned('ledger_entry', 'at', LEDGER_INDEXES + KEY_INDEX, LEDGER_MONTHS) },
  {
    name: 'ledger-monthly-keys-apart',
    tables: `${partitioned('ledger_entry', 'at', LEDGER_INDEXES, LEDGER_MONTHS)}
      create table ledger_key (key text, principal text, account_id text, mutation text, version bigint not null, operation_no int not null,
        request_fingerprint text, primary key (key, principal, account_id, mutation));`,
    adapt: (text) =>
      text
        .replace('from ledger_entry e\n        where e.key', 'from ledger_key e\n        where e.key')
        .replace(
          /entered as \(([\s\S]*?from )(\(select[\s\S]*?\) as r\)?)\),/,
          (all: string, _begin: string, rows: string) =>
            `${all} keyed as (insert into ledger_key select r.key, r.principal, r.proven_id, r.mutation, r.proven_version, r.operation_no, r.request_fingerprint from ${rows} where r.key is not null),`,
        ),
  },
  { name: 'events-monthly', tables: partitioned('stream_event', 'recorded_at', EVENT_INDEXES, EVENT_MONTHS) },
]

/** The statement of consumptions on plain tables, and on tables with monthly partitions, in turn. */
export async function measurePartitions(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'partitions')
  rmSync(dataDir, { recursive: true, force: true })
  const { startEmbeddedPostgres } = await builtModule<Embedded>(
    'services/kernel/embedded-postgres/start-embedded-postgres.js',
  )
  const server = await startEmbeddedPostgres({ dataDir, durable: false })
  try {
    await measure(bench, server.url)
  } finally {
    await server.stop()
  }
}

async function measure(bench: Bench, url: string): Promise<void> {
  const { persistChanges } = await builtModule<Persist>('services/entitlements/persist/persist-changes.js')
  const postmaster = await findPostmaster(url)
  const opened: { name: string; clients: pg.Client[]; adapt: (text: string) => string; versions: number[] }[] = []
  for (const side of SIDES.filter(({ name }) => (ONLY ? ONLY.includes(name) : name !== 'plain-large'))) {
    const began = performance.now()
    const admin = await connect(url)
    await admin.query(`create database "${side.name}"`)
    await admin.end()
    const address = new URL(url)
    address.pathname = `/${side.name}`
    const owner = await connect(address.href)
    await owner.query(readFileSync(join(projectFolder, 'migrations/schema.sql'), 'utf8'))
    if (side.tables) await owner.query(side.tables)
    const versions = (side.entries ?? ROWS) / ACCOUNTS
    await seed(owner, versions, side)
    if (side.name.endsWith('apart'))
      await owner.query(
        `insert into ledger_key select key, principal, account_id, mutation, version, operation_no, request_fingerprint from ledger_entry where key is not null; analyze ledger_key`,
      )
    const sizes = await owner.query<{ mb: number }>(`select (pg_database_size(current_database()) / 1e6)::int as mb`)
    bench.say(
      `${side.name}: ${side.entries ?? ROWS} entries, ${ROWS} events, ${sizes.rows[0]!.mb} MB, seeded in ${((performance.now() - began) / 1000).toFixed(0)} s`,
    )
    await owner.end()
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect(address.href)))
    for (const client of clients)
      await client.query(
        'set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_mergejoin = off; set enable_hashjoin = off; set jit = off; set synchronous_commit = off',
      )
    opened.push({
      name: side.name,
      clients,
      adapt: side.adapt ?? ((text) => text),
      versions: Array.from({ length: ACCOUNTS }, () => versions + 1),
    })
  }
  let ids = 0
  const newId = (prefix: string) => `${prefix}_${Date.now().toString(36)}${(ids++).toString().padStart(18, '0')}`
  for (const [shape, connections, batch] of [
    ['1-connection', 1, 1],
    ['8-connections', 8, 1],
    ['8-connections-8-accounts', 8, 8],
  ] as const) {
    const figures = new Map<string, number[]>()
    const logged = new Map<string, number[]>()
    for (let round = 0; round <= ROUNDS; round++)
      for (const { name, clients, adapt, versions } of opened) {
        // The first change of a page after it writes the whole page into the log.
        await clients[0]!.query('checkpoint')
        const logBegin = await logPosition(clients[0]!)
        const begin = processorNanoseconds(postmaster)
        await Promise.all(
          clients.slice(0, connections).map(async (client, lane) => {
            const sql = {
              newId,
              row: async ({ text }: { text: string }, values: unknown[]) => {
                const adapted = adapt(text)
                return (await client.query({ name: `s${text.length}`, text: adapted, values })).rows[0] as unknown
              },
            }
            for (let call = 0; call < STATEMENTS / connections; call++) {
              const accounts = Array.from(
                { length: batch },
                () => lane + connections * Math.floor(Math.random() * (ACCOUNTS / connections)),
              )
              const distinct = [...new Set(accounts)]
              const results = await persistChanges(
                sql,
                distinct.map((account) => consumption(account, versions[account]!, newId)),
              )
              for (const [index, { applied }] of results.entries()) {
                if (!applied) throw new Error('not applied')
                versions[distinct[index]!]!++
              }
            }
          }),
        )
        const micros = (processorNanoseconds(postmaster) - begin) / 1000 / STATEMENTS / batch
        const bytes = ((await logPosition(clients[0]!)) - logBegin) / STATEMENTS / batch
        if (round > 0) figures.set(name, [...(figures.get(name) ?? []), micros])
        if (round > 0) logged.set(name, [...(logged.get(name) ?? []), bytes])
      }
    for (const [name, own] of logged)
      bench.say(`${shape}/${name}: ${median(own).toFixed(0)} bytes of the log for a consumption`)
    const plain = figures.get('plain') ?? [...figures.values()][0]!
    for (const [name, own] of figures)
      bench.measured(
        {
          name: `partitions/${shape}/${name}`,
          unit: 'µs of PostgreSQL for a consumption',
          ours: rounded(median(own), 1),
          peer: name === 'plain' ? null : rounded(median(plain), 1),
          peerName: name === 'plain' ? null : 'plain',
          ratio: null,
          callers: connections,
          cpuRatio: rounded(median(own.map((value, index) => value / plain[index]!)), 3),
          runs: own.length,
          spread: rounded(spread(own.map((value, index) => value / plain[index]!)), 3),
        },
        {},
      )
  }
  await reads(bench, opened, postmaster)
  await vacuum(bench, opened, postmaster)
  await retention(bench, opened, postmaster)
  for (const { clients } of opened) for (const client of clients) await client.end()
}

/** Reads that a page or a follower makes. */
async function reads(
  bench: Bench,
  opened: readonly { name: string; clients: pg.Client[]; versions: readonly number[] }[],
  postmaster: number,
): Promise<void> {
  const texts: Record<string, string> = {
    'events-after': `select * from stream_event where account_id = $1 and stream_id = $1 and sequence > $2 order by sequence limit 100`,
    'events-before': `select * from stream_event where account_id = $1 and stream_id = $1 and sequence < $2 order by sequence desc limit 20`,
    'ledger-page': `select * from ledger_entry where account_id = $1 and (version, operation_no, entry_no) < ($2, 0, 0) order by version desc, operation_no desc, entry_no desc limit 20`,
  }
  texts['ledger-page-of-any-time'] = texts['ledger-page']!
  for (const [read, text] of Object.entries(texts)) {
    const figures = new Map<string, number[]>()
    for (let round = 0; round <= ROUNDS; round++)
      for (const { name, clients, versions } of opened) {
        const begin = processorNanoseconds(postmaster)
        for (let call = 0; call < 1_000; call++) {
          const account = Math.floor(Math.random() * ACCOUNTS)
          const version = {
            'events-after': EVENTS_OF_ACCOUNT - 2,
            'events-before': EVENTS_OF_ACCOUNT,
            'ledger-page': versions[account]!,
          }[read]
          await clients[0]!.query({
            name: read,
            text,
            values: [accountId(account), version ?? Math.ceil(Math.random() * versions[account]!)],
          })
        }
        if (round > 0)
          figures.set(name, [...(figures.get(name) ?? []), (processorNanoseconds(postmaster) - begin) / 1e6])
      }
    for (const [name, own] of figures)
      bench.measured(
        {
          name: `partitions/${read}/${name}`,
          unit: 'µs of PostgreSQL',
          ours: rounded(median(own), 1),
          peer: null,
          peerName: null,
          ratio: null,
          runs: own.length,
          spread: rounded(spread(own), 3),
        },
        {},
      )
  }
}

/** Processor time to remove the events of the oldest month. */
async function retention(
  bench: Bench,
  opened: readonly { name: string; clients: pg.Client[] }[],
  postmaster: number,
): Promise<void> {
  const { deleteOldAccountEvents } = await builtModule<{ deleteOldAccountEvents: { text: string; names: string[] } }>(
    'services/kernel/retention/retention.sql.js',
  )
  for (const { name, clients } of opened) {
    if (name !== 'plain' && name !== 'events-monthly') continue
    const client = clients[0]!
    await client.query(
      'set enable_seqscan = on; set enable_mergejoin = on; set enable_hashjoin = on; set plan_cache_mode = auto',
    )
    await client.query('vacuum analyze stream_event')
    const before = await client.query<{ count: string }>('select count(*) from stream_event')
    const begin = processorNanoseconds(postmaster)
    const days = (Date.now() - Date.parse(month(2 - EVENT_MONTHS))) / 86_400_000
    let batches = 0
    if (name === 'events-monthly')
      await client.query('alter table stream_event detach partition stream_event_0; drop table stream_event_0')
    else {
      const values: Record<string, unknown> = { days: Math.floor(days), limit: RETENTION_BATCH }
      for (let some = RETENTION_BATCH; some === RETENTION_BATCH; batches++)
        some = (
          await client.query<{ deleted: number }>(
            deleteOldAccountEvents.text,
            deleteOldAccountEvents.names.map((key) => values[key]),
          )
        ).rows[0]!.deleted
      await client.query('vacuum stream_event')
    }
    const nanoseconds = processorNanoseconds(postmaster) - begin
    const after = await client.query<{ count: string }>('select count(*) from stream_event')
    const removed = Number(before.rows[0]!.count) - Number(after.rows[0]!.count)
    bench.say(
      `${name}: ${removed} events removed in ${batches} batches, ${(nanoseconds / 1000 / removed).toFixed(2)} µs each`,
    )
  }
}

/** Processor time to vacuum the ledger after the consumptions of the measurement. */
async function vacuum(
  bench: Bench,
  opened: readonly { name: string; clients: pg.Client[] }[],
  postmaster: number,
): Promise<void> {
  for (const { name, clients } of opened) {
    const begin = processorNanoseconds(postmaster)
    await clients[0]!.query('vacuum ledger_entry')
    bench.say(`${name}: vacuum of the ledger took ${((processorNanoseconds(postmaster) - begin) / 1e6).toFixed(0)} ms`)
  }
}

const logPosition = async (client: pg.Client): Promise<number> =>
  Number((await client.query<{ at: string }>(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as at`)).rows[0]!.at)

const EVENTS_OF_ACCOUNT = ROWS / ACCOUNTS
/** Versions of all accounts that one statement stores: a million entries. */
const VERSIONS_AT_ONCE = 100

/** Every change has one version. */
async function seed(client: pg.Client, versions: number, { keyed = 1, afterwards = [] }: Side): Promise<void> {
  const id = `'acc_' || lpad(a::text, 26, '0')`
  const accounts = `generate_series(0, ${ACCOUNTS - 1}) a`
  // Older versions of all accounts come first.
  const each = (begin: number, end: number) =>
    `(select v, a from generate_series(${begin}, ${end}) v, ${accounts} order by v, a) each`
  const moment = (count: number, of: number) =>
    `greatest(timestamptz '${month(1 - count)}' + (now() - timestamptz '${month(1 - count)}') * (v::float8 / ${of}) - interval '1 minute', timestamptz '${month(1 - count)}')`
  const entries: string[] = []
  for (let begin = 1; begin <= versions; begin += VERSIONS_AT_ONCE)
    entries.push(
      `insert into ledger_entry (account_id, version, operation_no, entry_no, kind, feature, grant_id, amount, balance_after, source, at, reference, mutation, principal, key, request_fingerprint, operation_total)
       select ${id}, v, 0, 0, 'CONSUME', '${FEATURE}', 'grt_' || lpad(a::text, 26, '0'), -1, 1000, 'PACKAGE pack', ${moment(LEDGER_MONTHS, versions)}, 'story', 'consume', 'bench', case when v % ${keyed} = 0 then md5(v || '-' || a) end, md5(a || '-' || v), 1
         from ${each(begin, Math.min(begin + VERSIONS_AT_ONCE - 1, versions))}`,
    )
  for (const text of [
    `insert into account (id, kind, external_id, name, version) select ${id}, 'TEAM', 'bench-' || a, 'Bench ' || a, ${versions + 1} from ${accounts}`,
    `insert into credit_grant (id, account_id, feature, amount, used, granted_at, expires_at, source_kind, source_code, cause_type, cause_id)
       select 'grt_' || lpad(a::text, 26, '0'), ${id}, '${FEATURE}', 1000000000, ${versions}, now() - interval '1 day', now() + interval '1 year', 'PACKAGE', 'pack', 'bench', a::text from ${accounts}`,
    ...entries,
    `insert into stream_event (stream_id, sequence, id, account_id, type, summary, changes_entitlements, data, at, recorded_at)
       select ${id}, v, 'evt_' || lpad((v::bigint * ${ACCOUNTS} + a)::text, 26, '0'), ${id}, 'usage.recorded', 'Entitlements were used.', true,
       '{"features": ["${FEATURE}"], "operations": 1, "holds": 0, "grants": 0}', now(), ${moment(EVENT_MONTHS, EVENTS_OF_ACCOUNT)} from ${each(1, EVENTS_OF_ACCOUNT)}`,
    ...afterwards,
    'vacuum analyze',
    'checkpoint',
  ])
    await client.query(text)
}

function consumption(account: number, version: number, newId: (prefix: string) => string): object {
  const id = accountId(account)
  const at = new Date()
  const key = { principal: 'bench', mutation: 'consume', key: newId('k'), request: newId('r') }
  return {
    accountId: id,
    version,
    at,
    event: {
      type: 'usage.recorded',
      summary: 'Entitlements were used.',
      data: { features: [FEATURE], operations: 1, holds: 0, grants: 0 },
    },
    entries: [
      {
        operationNo: 0,
        entryNo: 0,
        kind: 'CONSUME',
        feature: FEATURE,
        grantId: `grt_${id.slice(4)}`,
        windowStart: null,
        windowEnd: null,
        amount: -1,
        balanceAfter: 1_000_000,
        source: 'PACKAGE pack',
        at,
        reference: 'story',
        note: null,
        reservation: null,
        key,
        total: 1,
        price: null,
        subAccountId: null,
        userId: null,
      },
    ],
    grants: [
      {
        id: `grt_${id.slice(4)}`,
        used: version + 1,
        reserved: 0,
        expired: 0,
        revoked: 0,
        revokedAt: null,
        isRecounted: false,
        usagePeriodStart: null,
        usedBeforePeriod: 0,
        open: true,
      },
    ],
    usage: [],
    overage: [],
    rated: [],
    caps: [],
    alerts: [],
    crossings: [],
    newGrants: [],
    reservations: [],
    allocations: [],
    debts: [],
    sweepAt: null,
    isOverageDue: false,
    keyProbes: [{ index: 0, ...key }],
    allocationProbes: [],
    reservationProbes: [],
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Processor time of all processes of PostgreSQL, by the scheduler. */
const processorNanoseconds = (postmaster: number): number =>
  familyOf(postmaster).reduce((sum, { pid }) => {
    try {
      return sum + Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      return sum
    }
  }, 0)
