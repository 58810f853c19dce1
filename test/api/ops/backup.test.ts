import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { allMigrations } from '#migrations/all-migrations.js'
import { keyIdOf } from '#services/kernel/secrets/secret-box.js'
import { readBackup } from '#services/kernel/backup/read-backup.js'
import { restoreBackup } from '#services/kernel/backup/restore-backup.js'
import { writeBackup, type Backup } from '#services/kernel/backup/write-backup.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { makeEmptyDatabase, type EmptyDatabase } from '#test/support/empty-database.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { runCommand } from '#test/support/run-command.js'
import { startSecondServer } from '#test/support/second-server-process.js'
import { createSources } from '#services/kernel/context/sources.js'

const MIGRATIONS = allMigrations.map(({ name }) => name)
const KEY_ID = keyIdOf('a secrets key of the tests')
const CATALOG = { CATALOG: 'agileforge' }

describe('Backup and restore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-backup-'))
  const file = join(folder, 'day.stackgate')
  let server: TestServer
  let backup: Backup
  let accountId: string
  let key: string
  const empty: EmptyDatabase[] = []
  beforeAll(async () => {
    chmodSync(folder, 0o755)
    server = await startTestServer({ env: CATALOG })
    await buyPlan(server, await server.token('owner@example.com'), 'professional')
    accountId = await newAccount(server)
    key = (await entitlementService(server)).key
    // Two batches, some use, and text that COPY has to escape.
    await grantTestCredits(server, accountId, 'ai_stories', 60)
    await consume(server.url, 'before')
    await server.query(
      `insert into vendor (id, name) values ('ven_1', E'two\\nlines\\t\\\\ and a tab'), ('ven_2', 'Zürich ☕')`,
    )
    backup = await writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file, keyIds: [KEY_ID] })
  })
  afterAll(async () => {
    for (const database of empty) await database.drop()
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const emptyDatabase = async () => {
    const made = await makeEmptyDatabase()
    empty.push(made)
    return made
  }
  const restore = (
    databaseUrl: string,
    path = file,
    migrations: readonly string[] = MIGRATIONS,
    business = 'agileforge',
  ) => restoreBackup({ ...createSources(), file: path, databaseUrl, migrations, business })

  async function consume(url: string, idempotencyKey: string): Promise<{ id?: string; code?: string }> {
    const query = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } denial { code } } }`
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        query,
        variables: { input: { accountId, feature: 'ai_stories', amount: 1 }, key: idempotencyKey },
      }),
    })
    const { data } = (await response.json()) as {
      data: { consume: { consumption: { id: string } | null; denial: { code: string } | null } }
    }
    return data.consume.denial ?? data.consume.consumption!
  }

  it('contains version, business, keys, and every table with rows and checksum; only its owner can read it', async () => {
    expect(backup.header).toMatchObject({ business: 'agileforge', migrations: MIGRATIONS, keyIds: [KEY_ID] })
    const rows = Object.fromEntries(backup.tables.map(({ name, rows: count }) => [name, count]))
    const [counted] = await server.query<{ accounts: number; vendors: number }>(
      `select (select count(*)::int from account) as accounts, (select count(*)::int from vendor) as vendors`,
    )
    expect({ accounts: rows['account'], vendors: rows['vendor'] }).toEqual(counted)
    expect(statSync(file).mode & 0o077).toBe(0)
    expect(await readBackup(file)).toEqual(backup)
  })

  it('restores another database row for row, and the server continues with the same keys and results', async () => {
    const { url, query } = await emptyDatabase()
    const first = await consume(server.url, 'before')
    await restore(url)
    // COPY writes rows in the order in which they lie, so the same rows have the same checksums.
    const copied = await writeBackup({
      ...createSources(),
      databaseUrl: url,
      file: join(folder, 'copied.stackgate'),
      keyIds: [KEY_ID],
    })
    expect(copied.tables).toEqual(backup.tables)
    expect(await query(`select name from vendor order by id`)).toEqual(
      await server.query(`select name from vendor order by id`),
    )
    const second = await startSecondServer({ ...server, databaseUrl: url }, { ...CATALOG, DATABASE_URL: url })
    try {
      expect((await consume(second.url, 'before')).id).toBe(first.id)
      expect((await consume(second.url, 'afterwards')).id).toEqual(expect.any(String))
      const [{ next }] = (await query<{ next: string }>(`select nextval('fetch_fence') as next`)) as [{ next: string }]
      const [{ highest }] = (await query<{ highest: string }>(
        `select max(fence) as highest from billing_subscription`,
      )) as [{ highest: string }]
      expect(Number(next)).toBeGreaterThan(Number(highest))
    } finally {
      await second.kill()
    }
  })

  it('contains a consistent snapshot: concurrent writes completely or not at all', async () => {
    const during = join(folder, 'during.stackgate')
    const written = new AbortController()
    const writer = (async () => {
      for (let index = 0; !written.signal.aborted; index++) await consume(server.url, `during-${index}`)
    })()
    await writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file: during, keyIds: [] })
    written.abort()
    await writer
    const { url } = await emptyDatabase()
    const found = await runCommand('db', ['restore', during, '--json'], {
      ...CATALOG,
      DATABASE_URL: url,
      SECRETS_KEY: 'a secrets key of the tests',
    })
    expect(found).toMatchObject({ code: 0 })
    const { rules, broken } = JSON.parse(found.stdout) as { rules: number; broken: string[] }
    expect(rules).toBeGreaterThan(10)
    expect(broken).toEqual([])
  })

  it('overwrites no file and leaves no partial one', async () => {
    await expect(
      writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file, keyIds: [] }),
    ).rejects.toThrow('already exists')
    const { url } = await emptyDatabase()
    const path = join(folder, 'nothing.stackgate')
    await expect(writeBackup({ ...createSources(), databaseUrl: url, file: path, keyIds: [] })).rejects.toThrow(
      'nothing to back up',
    )
    expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false])
  })

  it('does not restore over live data, which stays unchanged', async () => {
    const before = await server.query(`select count(*) from ledger_entry`)
    await expect(restore(server.databaseUrl)).rejects.toThrow('the database is not empty')
    const { url, query } = await emptyDatabase()
    await query(`create table mine (id int)`)
    await expect(restore(url)).rejects.toThrow('the database is not empty')
    expect(await server.query(`select count(*) from ledger_entry`)).toEqual(before)
  })

  it('rejects a backup of a newer release or another business with the reason', async () => {
    const { url, query } = await emptyDatabase()
    await expect(restore(url, file, MIGRATIONS.slice(0, -1))).rejects.toThrow(/newer release.*unknown to this one/)
    await expect(restore(url, file, MIGRATIONS, 'communities')).rejects.toThrow('belongs to business agileforge')
    expect(await query(`select 1 from pg_tables where schemaname = 'public'`)).toEqual([])
  })

  it('restores a backup of an earlier release with its schema and all rows', async () => {
    const { url, query } = await emptyDatabase()
    await restore(url, file, [...MIGRATIONS, '20991231T0000_ops_later'])
    expect(await query(`select name from vendor order by id`)).toHaveLength(
      (await server.query(`select name from vendor`)).length,
    )
    expect(await query<{ name: string }>(`select name from migration order by name`)).toEqual(
      MIGRATIONS.toSorted().map((name) => ({ name })),
    )
  })

  it('rejects a damaged backup and keeps nothing of it', async () => {
    const { url, query } = await emptyDatabase()
    const whole = readFileSync(file)
    const plain = gunzipSync(whole)
    const broken: Record<string, Buffer> = {
      'cut in half': whole.subarray(0, whole.length / 2),
      'without its last byte': whole.subarray(0, whole.length - 1),
      'one bit of the file changed': changed(whole, Math.floor(whole.length / 2)),
      'one letter of a row changed, zipped again': gzipSync(changed(plain, plain.indexOf('Zürich'))),
      'without its manifest': gzipSync(plain.subarray(0, plain.lastIndexOf('M\0'))),
      'with something behind its end': gzipSync(Buffer.concat([plain, plain.subarray(0, 100)])),
      'of something else': gzipSync(Buffer.from('{"format": "something else"}')),
      'not zipped': Buffer.from('select 1;'),
      empty: Buffer.alloc(0),
    }
    const said: Record<string, string> = {}
    for (const [what, bytes] of Object.entries(broken)) {
      const path = join(folder, 'broken.stackgate')
      writeFileSync(path, bytes)
      said[what] = await restore(url, path).then(
        () => 'RESTORED',
        (error: Error) => `${error.constructor.name}: ${error.message}`,
      )
    }
    expect(Object.entries(said).filter(([, text]) => !text.startsWith('UnusableBackup: '))).toEqual([])
    expect(await query(`select 1 from pg_tables where schemaname = 'public'`)).toEqual([])
  })

  it('verifies in a separate database, restores into another data folder, and rejects a damaged backup', async () => {
    const env = { ...CATALOG, DATA_DIR: join(folder, 'idle') }
    const verified = await runCommand('db', ['verify', file, '--json'], env)
    expect([verified.code, JSON.parse(verified.stdout || '{}')]).toEqual([
      0,
      expect.objectContaining({ business: 'agileforge', keyIds: [KEY_ID], broken: [] }),
    ])
    const dataDir = join(folder, 'another')
    const restored = await runCommand('db', ['restore', file, '--data-dir', dataDir, '--json'], env)
    expect(restored.code).toBe(0)
    expect(restored.stderr).toContain(`sealed with the keys ${KEY_ID}`)
    const again = await runCommand('db', ['restore', file, '--data-dir', dataDir, '--json'], env)
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('the database is not empty') as string })
    // The folder's own database, while no server runs on it, is backed up too.
    const twice = join(folder, 'twice.stackgate')
    const copied = await runCommand('db', ['backup', twice, '--json'], { ...CATALOG, DATA_DIR: dataDir })
    expect(copied.code).toBe(0)
    expect((JSON.parse(copied.stdout) as { tables: object }).tables).toEqual(
      (JSON.parse(restored.stdout) as { tables: object }).tables,
    )
    const nothing = await runCommand('db', ['verify', join(folder, 'missing'), '--json'], env)
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('no such file') as string })
  })
})

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = copy[at]! ^ 1
  return copy
}
