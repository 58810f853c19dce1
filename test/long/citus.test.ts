import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Migration } from '@mikro-orm/migrations'
import pg from 'pg'
import { createSources } from '#services/kernel/context/sources.js'
import { openDatabase } from '#services/kernel/database/database.js'
import { migrate } from '#services/kernel/database/migrate.js'
import type { Statement } from '#services/kernel/database/statement.js'
import { createServiceKey } from '#services/identity/tokens/service-keys.js'
import { distribute } from '#startup/distribute.js'
import { examineInstallation } from '#startup/examine-installation.js'
import { citusForms, findLayout } from '#wiring/find-layout.js'
import { allMigrations } from '#migrations/all-migrations.js'
import { freePort } from '../support/free-port.js'
import { NEXT_MIGRATION } from '../support/next-release.js'
import { startOwnPostgres, type OwnPostgres } from '../support/own-postgres.js'
import { runCommand } from '../support/run-command.js'
import { startProcess } from '../support/server-process.js'
import { describeUnless } from '../support/skip.js'

/** Folder of a PostgreSQL with Citus: `bin/postgres`, and `citus.so` in its libraries. */
const FOLDER = process.env['CITUS_POSTGRES'] ?? ''
const reason =
  FOLDER === ''
    ? 'CITUS_POSTGRES names no PostgreSQL with Citus'
    : existsSync(join(FOLDER, 'lib/citus.so'))
      ? null
      : `${FOLDER} contains no lib/citus.so`

const WORKERS = 2
const ACCOUNTS = 200
const DATABASE = 'stackgate'
/** Statements of `*.sql.ts` that Citus cannot plan yet. The number may only fall. */
const REFUSED = 15
const SECRETS_KEY = 'a key of the tests'
const NO_TLS = { query: 'sslmode=disable' }

/** A migration of the release after this one. */
class NextRelease extends Migration {
  override up(): void {
    this.addSql('alter table "account" add column "next_note" text null')
  }
}
const migrations = [...allMigrations, { name: NEXT_MIGRATION, class: NextRelease }]

/** A coordinator and two workers on this machine. */
describeUnless(reason)('Distribution over machines with Citus', () => {
  let machines: OwnPostgres[]
  let coordinator: OwnPostgres
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-citus-'))
  beforeAll(async () => {
    const settings = {
      shared_preload_libraries: 'citus',
      wal_level: 'logical',
      max_connections: 200,
      max_prepared_transactions: 200,
      'citus.node_conninfo': 'sslmode=disable',
    }
    const access = ['host all all 127.0.0.1/32 trust']
    machines = await Promise.all(
      Array.from({ length: 1 + WORKERS }, () => startOwnPostgres({ binaries: FOLDER, settings, access })),
    )
    for (const machine of machines) {
      await machine.query(`create database ${DATABASE}`)
      await machine.query('create extension citus', DATABASE)
    }
    coordinator = machines[0]!
    await query(`select citus_set_coordinator_host('127.0.0.1', ${coordinator.port})`)
    for (const { port } of machines.slice(1)) await query(`select citus_add_node('127.0.0.1', ${port})`)
    await query(readFileSync('migrations/schema.sql', 'utf8'))
    await query(`insert into account (id, kind, external_id, name)
      select 'acc_' || n, 'TEAM', 'external-' || n, 'Account ' || n from generate_series(1, ${ACCOUNTS}) n`)
    await query(`insert into requested_cancellation (provider, external_id, account_id, requested_at)
      select 'STRIPE', 'sub_' || n, 'acc_' || n, now() from generate_series(1, ${ACCOUNTS}) n`)
  })
  afterAll(async () => {
    await Promise.all(machines?.map((machine) => machine.stop()) ?? [])
    rmSync(folder, { recursive: true, force: true })
  })

  const query = <Row>(text: string) => coordinator.query<Row>(text, DATABASE)
  const env = () => ({ DATABASE_URL: coordinator.url(DATABASE, NO_TLS) })
  const run = (apply: boolean) => distribute(env(), { apply, say: () => undefined })

  /** The findings of `stackgate doctor` about the distribution. */
  const examine = async (given: { DATABASE_URL: string } = env()) => {
    const findings = await examineInstallation({ ...given, DATA_DIR: folder, SECRETS_KEY }, false)
    return findings.flatMap(({ check, found, status }) => (check.startsWith('distribution') ? [[status, found]] : []))
  }
  const machinesWithVersion = async () => {
    const [extension] = await query<{ version: string }>(
      `select extversion as version from pg_extension where extname = 'citus'`,
    )
    const lines = machines.map(({ port }) => `127.0.0.1:${port} ${extension!.version}`)
    return ['ok', `Citus on ${machines.length} machines: ${lines.toSorted().join(', ')}`]
  }

  it('is described by the doctor before it begins', async () => {
    expect(await examine()).toEqual([['ok', 'no table is distributed'], await machinesWithVersion()])
  })

  it('plans without a change', async () => {
    expect(await run(false)).toMatchObject({ obstacles: [], done: [], isApplied: false })
    expect(await query('select from pg_dist_partition')).toEqual([])
  })

  it('is refused while the server uses the database', async () => {
    const client = new pg.Client({ connectionString: env().DATABASE_URL, application_name: 'stackgate' })
    await client.connect()
    await expect(run(true)).rejects.toThrow('stop all processes of Stackgate first')
    await client.end()
  })

  it('changes nothing if it is interrupted', async () => {
    let lines = 0
    const stop = () => {
      if (++lines === 100) throw new Error('interrupted')
    }
    await expect(distribute(env(), { apply: true, say: stop })).rejects.toThrow('interrupted')
    expect(await query('select from pg_dist_partition')).toEqual([])
    expect(await query(`select from pg_constraint where conname = 'vendor_account_id_foreign'`)).toHaveLength(1)
  })

  it('stores the rows of an account on one machine, and loses none', async () => {
    const { tables } = await run(true)
    const placed = await query<{ name: string; kind: string }>(
      `select logicalrelid::text as name, partmethod as kind from pg_dist_partition where partmethod = 'h' or repmodel = 't'`,
    )
    const expected = tables.filter(({ place }) => place !== 'LOCAL').map(({ name }) => name)
    expect(placed.map(({ name }) => name).toSorted()).toEqual(expected.toSorted())
    for (const table of ['account', 'requested_cancellation'])
      expect(await query(`select count(*)::int as count from ${table}`)).toEqual([{ count: ACCOUNTS }])
    const groups = await query<{ count: number }>(
      `select count(distinct colocationid)::int as count from pg_dist_partition where partmethod = 'h'`,
    )
    expect(groups).toEqual([{ count: 1 }])
    const nodes = await query<{ machines: number }>(
      `select count(distinct nodeport)::int as machines from citus_shards where citus_table_type = 'distributed'`,
    )
    expect(nodes[0]!.machines).toBeGreaterThanOrEqual(WORKERS)
  })

  it('is described by the doctor, with the tables of a later migration that are missing', async () => {
    const { tables } = await run(false)
    const count = (place: string) => tables.filter((table) => table.place === place).length
    const found = `${count('DISTRIBUTED')} tables are distributed by the account, ${count('REFERENCE')} are copied to each machine`
    expect(await examine()).toEqual([['warning', found], await machinesWithVersion()])
    await query('create table of_later (account_id text not null, id text, primary key (account_id, id))')
    expect(await examine()).toEqual([['problem', `${found}, and 1 are missing: of_later`], await machinesWithVersion()])
    await expect(run(true)).rejects.toThrow('only a part of the tables is distributed')
    await query('drop table of_later')
  })

  it('keeps the foreign keys between the rows of an account', async () => {
    const cancellation = (account: string) =>
      query(`insert into requested_cancellation (provider, external_id, account_id, requested_at)
        values ('STRIPE', 'sub_new', '${account}', now())`)
    await expect(cancellation('acc_none')).rejects.toThrow('violates foreign key constraint')
    await cancellation('acc_1')
  })

  it('refuses a backup, and names what to do instead', async () => {
    const file = join(folder, 'refused.stackgate')
    const shown = await runCommand('db', ['backup', file], { ...env(), SECRETS_KEY })
    expect(shown).toMatchObject({ code: 2, stdout: '' })
    expect(shown.stderr).toContain(
      'the tables are distributed over several machines: back up each machine with the tools of PostgreSQL, or stop all processes, run `npm run db -- distribute --experimental-undo` and repeat the backup',
    )
    expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false])
  })

  it('changes nothing when it is repeated', async () => {
    const { done, tables, isApplied } = await run(true)
    expect(isApplied).toBe(false)
    expect(done.length).toBeGreaterThanOrEqual(tables.filter(({ place }) => place === 'DISTRIBUTED').length)
  })

  it('moves shards to another machine under load without losing a change', async () => {
    const load = new AbortController()
    const acknowledged = new Map<string, number>()
    const client = async (first: number) => {
      for (let turn = first; !load.signal.aborted; turn++) {
        const id = `acc_${(turn % ACCOUNTS) + 1}`
        await query(`update account set version = version + 1 where id = '${id}'`)
        acknowledged.set(id, (acknowledged.get(id) ?? 0) + 1)
      }
    }
    const clients = [0, 50, 100, 150].map(client)
    const [source, target] = machines.slice(1).map(({ port }) => port)
    const shards = await query<{ id: string }>(
      `select shardid as id from citus_shards where table_name = 'account'::regclass and nodeport = ${source} limit 4`,
    )
    for (const { id } of shards)
      await query(
        `select citus_move_shard_placement(${id}, '127.0.0.1', ${source}, '127.0.0.1', ${target}, 'block_writes')`,
      )
    load.abort()
    await Promise.all(clients)
    expect(acknowledged.size).toBeGreaterThan(0)
    const stored = await query<{ id: string; version: string }>('select id, version from account where version > 0')
    expect(new Map(stored.map(({ id, version }) => [id, Number(version)]))).toEqual(acknowledged)
  })

  it('is updated to the next release after its tables were moved back, without losing a row', async () => {
    const name = 'earlier'
    for (const machine of machines) {
      await machine.query(`create database ${name}`)
      await machine.query('create extension citus', name)
    }
    const query = <Row>(text: string) => coordinator.query<Row>(text, name)
    await query(`select citus_set_coordinator_host('127.0.0.1', ${coordinator.port})`)
    for (const { port } of machines.slice(1)) await query(`select citus_add_node('127.0.0.1', ${port})`)
    const url = coordinator.url(name, NO_TLS)
    const move = (options: { apply: boolean; undo?: boolean }) =>
      distribute({ DATABASE_URL: url }, { ...options, say: () => undefined })
    const update = async (count: number) => {
      const database = await openDatabase({
        ...createSources(),
        url,
        findLayout,
        migrations: migrations.slice(0, count),
        poolSize: 2,
      })
      try {
        return await migrate(database)
      } finally {
        await database.close()
      }
    }
    await update(allMigrations.length)
    await query(`insert into account (id, kind, external_id, name)
      select 'acc_' || n, 'TEAM', 'external-' || n, 'Account ' || n from generate_series(1, ${ACCOUNTS}) n`)
    const foreignKeys = () =>
      query(`select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
        where contype = 'f' order by conname collate "C"`)
    const keysOfRelease = await foreignKeys()
    await move({ apply: true })
    await expect(update(migrations.length)).rejects.toThrow('--experimental-undo')
    expect(await move({ apply: false, undo: true })).toMatchObject({ done: [], isApplied: true })
    expect(await query('select from pg_dist_partition')).toEqual([])
    expect(await foreignKeys()).toEqual(keysOfRelease)
    expect(await update(migrations.length)).toHaveLength(1)
    const { tables, done, isApplied } = await move({ apply: true })
    expect(isApplied).toBe(true)
    expect(done.toSorted()).toEqual(tables.map((table) => table.name).toSorted())
    expect(
      await query(`select change_account('acc_1', 0, true, '{}', '{}', '{}', '{}', null) ->> 'isCurrent' as changed`),
    ).toEqual([{ changed: 'true' }])
    expect(await query('select count(*)::int as count, sum(version)::int as changes from account')).toEqual([
      { count: ACCOUNTS, changes: 1 },
    ])
    const places = (place: string) => tables.filter((table) => table.place === place).length
    expect((await examine({ DATABASE_URL: url }))[0]).toEqual([
      'warning',
      `${places('DISTRIBUTED')} tables are distributed by the account, ${places('REFERENCE')} are copied to each machine`,
    ])
    expect(await consumeOnce(url, 'acc_1')).toEqual([
      { grantCredits: { creditGrant: { __typename: 'CreditGrant' } } },
      { consume: { consumption: { __typename: 'Consumption' } } },
    ])
    expect(
      await query(
        `select kind, amount::int from ledger_entry where account_id = 'acc_1' order by version, operation_no, entry_no`,
      ),
    ).toEqual([
      { kind: 'GRANT', amount: 5 },
      { kind: 'CONSUME', amount: -1 },
    ])
  })

  /** Results of a server process that grants credits to an account and consumes one. */
  const consumeOnce = async (url: string, accountId: string): Promise<unknown[]> => {
    const database = await openDatabase({ ...createSources(), url, migrations: allMigrations, poolSize: 2 })
    const scopes = ['entitlements:write', 'ops:write']
    const serviceKey = await createServiceKey(database, 'sandbox', { name: 'test', scopes, accountId: null })
    await database.close()
    const server = await startProcess({
      DATA_DIR: folder,
      DATABASE_URL: url,
      SECRETS_KEY,
      CATALOG: 'agileforge',
      SANDBOX_PORT: String(await freePort()),
    })
    const send = async (mutation: string, key: string, input: object) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${serviceKey}` },
        body: JSON.stringify({
          query: mutation,
          variables: { input: { ...input, accountId, feature: 'ai_stories' }, key },
        }),
      })
      return ((await response.json()) as { data: unknown }).data
    }
    try {
      return [
        await send(
          'mutation ($input: GrantCreditsInput!, $key: String!) { grantCredits(input: $input, key: $key) { creditGrant { __typename } } }',
          'grant',
          { amount: 5, reason: 'test' },
        ),
        await send(
          'mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { __typename } } }',
          'consume',
          { amount: 1 },
        ),
      ]
    } finally {
      await server.stop()
    }
  }

  it('names the statements that the server sends and Citus cannot plan', async () => {
    const statements = (await Promise.all(globSync('src/**/*.sql.ts').toSorted().map(statementsOf))).flat()
    const refused: string[] = []
    const client = new pg.Client({ connectionString: env().DATABASE_URL })
    await client.connect()
    await client.query('set plan_cache_mode = force_custom_plan')
    for (const { place, text } of statements) {
      try {
        await client.query(`prepare one as ${text}`)
        const { rows } = await client.query<{ types: string[] }>(
          'select parameter_types::text[] as types from pg_prepared_statements',
        )
        const values = rows[0]!.types.map(valueOf).join(', ')
        await client.query(`explain execute one${values && `(${values})`}`)
      } catch (error) {
        refused.push(`${place}: ${(error as Error).message}`)
      }
      await client.query('deallocate all')
    }
    await client.end()
    process.stderr.write(
      `${statements.length - refused.length} of ${statements.length} planned\n${refused.join('\n')}\n`,
    )
    expect(refused.length).toBeLessThanOrEqual(REFUSED)
  })
})

/** Other statements, such as `set`, cannot be prepared. */
const PREPARED = /^\s*(?:with|select|insert|update|delete)\b/i

const VALUES: Record<string, string> = {
  text: `'acc_1'`,
  integer: '1',
  bigint: '1',
  boolean: 'true',
  json: `'[]'`,
  jsonb: `'[]'`,
  bytea: `''`,
  date: 'current_date',
  'timestamp with time zone': 'now()',
}

/** A value of a type of PostgreSQL. With null, Citus would know that nothing is found. */
function valueOf(type: string): string {
  const element = type.replace(/\[\]$/, '')
  const value = VALUES[element] ?? 'null'
  return element === type ? value : `array[${value}::${element}]`
}

/** The texts of each statement in its form for distributed accounts. */
async function statementsOf(file: string) {
  const exported = (await import(`${process.cwd()}/${file}`)) as Record<string, Statement<object, unknown>>
  return Object.entries(exported).flatMap(([name, value]) =>
    typeof value === 'object' && PREPARED.test(value.text)
      ? textsOf(value).map((text) => ({ place: `${file} ${name}`, text }))
      : [],
  )
}

function textsOf(given: Statement<object, unknown>): string[] {
  const form = citusForms.find((one) => 'statement' in one && one.of.text === given.text)
  return form && 'statement' in form
    ? [form.statement.read, ...form.statement.writes].map(({ text }) => text)
    : [given.text]
}
