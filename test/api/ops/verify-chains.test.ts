import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createHash } from 'node:crypto'
import { recordChange } from '#services/kernel/audit/audit.js'
import { createSources } from '#services/kernel/context/sources.js'
import { createSigningKey } from '#services/kernel/secrets/ed25519.js'
import { FRAME, frameBytes, FrameSum, readFrames, type Frame } from '#services/kernel/backup/backup-format.js'
import { readBackup } from '#services/kernel/backup/read-backup.js'
import { writeBackup } from '#services/kernel/backup/write-backup.js'
import { backupSource } from '#services/entitlements/ledger-chain/table-sources.js'
import { verifyChains, type TableSource } from '#services/entitlements/ledger-chain/verify-chains.js'
import { changeJob, jobInput } from '#test/support/account-jobs.js'
import { entitlementService, grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { chainAndSign, useCredits } from '#test/support/ledger-proof.js'
import { runCommand } from '#test/support/run-command.js'
import { repetitions } from '#test/support/sample.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_stories'
const ACCOUNTS = 6
const FLIPS = repetitions(60, 400)
/** The same for each other table. */
const FLIPS_OF_OTHERS = repetitions(20, 60)
const SEED = 4711

/** Columns that no digest contains: times of writing, and places that only serve to find the parts of a statement. */
const NOT_COMPARED: Readonly<Record<string, readonly string[]>> = {
  account_chain: ['erased_at'],
  account_chain_link: ['chained_at', 'version', 'operation_no', 'entry_no'],
  ledger_root: ['created_at'],
  ledger_root_block: ['first_account', 'first_log'],
}

interface Table {
  readonly columns: readonly string[]
  readonly rows: Buffer
}
type Dump = ReadonlyMap<string, Table>

describe('verification of chains', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-chains-'))
  const file = join(folder, 'day.stackgate')
  let server: TestServer
  let dump: Dump
  let at: Date
  const accountIds: string[] = []

  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    const service = await entitlementService(server)
    for (let index = 0; index < ACCOUNTS; index++) {
      accountIds.push(await newAccount(server))
      await grantTestCredits(server, accountIds[index]!, FEATURE, 50)
      await useCredits(service, accountIds[index]!, FEATURE, 4)
    }
    await recordOldAudit(accountIds)
    await chainAndSign(server)
    await server.advanceTo('2026-01-16T10:00:00Z')
    for (const id of accountIds.slice(0, 3)) await useCredits(service, id, FEATURE, 2)
    await chainAndSign(server)
    const { header } = await writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file, keyIds: [] })
    at = new Date(header.createdAt)
    dump = await readDump(file)
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Audit entries are chained after ten minutes. */
  const recordOldAudit = async (ids: readonly string[]) => {
    for (const accountId of [...ids, null])
      for (const action of ['member.invited', 'key.created'])
        await recordChange(server.app.context.database, {
          accountId,
          actor: 'usr_1',
          action,
          object: accountId ?? 'ops:read',
          details: { reason: 'two\nlines\tand a \\' },
        })
    await server.query(
      `update audit_entry set minute = (minute at time zone 'UTC' - interval '1 hour') at time zone 'UTC' where chain_no is null`,
    )
  }

  const verify = (changed: Dump, keys: readonly string[] = []) => verifyChains(sourceOf(changed, at), keys)
  const withRows = (name: string, rows: Buffer): Dump => new Map(dump).set(name, { ...dump.get(name)!, rows })
  const linesOf = (name: string): string[] => dump.get(name)!.rows.toString().split('\n').slice(0, -1)
  const withLines = (name: string, lines: readonly string[]): Dump =>
    withRows(name, Buffer.from(lines.map((line) => `${line}\n`).join('')))
  const accountOfLine = (line: string) => line.split('\t')[dump.get('ledger_entry')!.columns.indexOf('account_id')]!

  it('accepts a backup, and counts what it proves', async () => {
    const found = await verify(dump)
    expect(found).toMatchObject({
      ok: true,
      problems: [],
      unchained: expect.any(Number),
      roots: 2,
      isKeyTrusted: false,
    })
    const ledger = linesOf('ledger_entry')
    expect(ledger).toHaveLength(ACCOUNTS * 5 + 6)
    expect(linesOf('audit_entry').length).toBeGreaterThan(5)
    expect(found.entries).toBe(ledger.length + linesOf('audit_entry').length)
    // Entries of the last ten minutes are in no chain yet.
    expect(found.unchained).toBeLessThan(linesOf('audit_entry').length)
  })

  it(`finds each of ${FLIPS} flipped bits of ledger entries, and names the account (seed ${SEED})`, async () => {
    const random = createSeededRandom(SEED)
    const { rows } = dump.get('ledger_entry')!
    const missed: string[] = []
    for (let count = 0; count < FLIPS; count++) {
      const place = Math.floor(random.next() * (rows.length - 1))
      const bit = 1 << Math.floor(random.next() * 8)
      const flipped = Buffer.from(rows)
      flipped[place]! ^= bit
      const before = rows.subarray(0, place).toString()
      const line = linesOf('ledger_entry')[before.split('\n').length - 1]!
      const { ok, problems } = await verify(withRows('ledger_entry', flipped))
      const isNamed = problems.some(({ accountId, log }) => accountId === accountOfLine(line) && log === 'LEDGER')
      if (ok || !isNamed) missed.push(`byte ${place}, bit ${bit}: ${line} ${JSON.stringify(problems)}`)
    }
    expect(missed).toEqual([])
  })

  it('finds flipped bits of links, chains, roots, blocks and chained audit entries (seed 99)', async () => {
    const random = createSeededRandom(99)
    const missed: string[] = []
    for (const name of ['account_chain', 'account_chain_link', 'ledger_root', 'ledger_root_block', 'audit_entry']) {
      const lines = linesOf(name)
      const columns = dump.get(name)!.columns
      for (let count = 0; count < FLIPS_OF_OTHERS; count++) {
        const index = Math.floor(random.next() * lines.length)
        const cells = lines[index]!.split('\t')
        if (name === 'audit_entry' && cells[columns.indexOf('chain_no')] === '\\N') continue
        const column = Math.floor(random.next() * columns.length)
        if (NOT_COMPARED[name]?.includes(columns[column]!)) continue
        const cell = cells[column]!
        const place = Math.floor(random.next() * cell.length)
        cells[column] = cell.slice(0, place) + (cell[place] === '7' ? '3' : '7') + cell.slice(place + 1)
        const { ok } = await verify(withLines(name, lines.with(index, cells.join('\t'))))
        if (ok) missed.push(`${name}.${columns[column]}: ${cell} ${cells[column]}`)
      }
    }
    expect(missed).toEqual([])
  })

  it('names the first wrong entry: changed, missing, inserted, swapped', async () => {
    const columns = dump.get('ledger_entry')!.columns
    const lines = linesOf('ledger_entry')
    const own = lines.flatMap((line, index) => (accountOfLine(line) === accountIds[0] ? [index] : []))
    const [, second, third] = own as [number, number, number]
    const named = (index: number) => {
      const cells = lines[index]!.split('\t')
      return ['version', 'operation_no', 'entry_no'].map((name) => cells[columns.indexOf(name)]).join('-')
    }
    const problemOf = async (changed: readonly string[]) => (await verify(withLines('ledger_entry', changed))).problems
    const only = (problem: string) => [{ accountId: accountIds[0], log: 'LEDGER', problem }]
    const amount = columns.indexOf('amount')
    const swapped = lines.map((line, index) => {
      const cells = line.split('\t')
      if (index === second) cells[amount] = '-3'
      return cells.join('\t')
    })
    expect(await problemOf(swapped)).toEqual(only(`ledger entry ${named(second)} was changed`))
    expect(await problemOf(lines.filter((_, index) => index !== second))).toEqual(
      only(`the ledger entry before ledger entry ${named(third)} is missing`),
    )
    const inserted = lines[second]!.split('\t').with(columns.indexOf('entry_no'), '1').join('\t')
    expect(await problemOf([...lines, inserted])).toEqual(
      only(`ledger entry ${named(second).replace(/0$/, '1')} is not in the chain`),
    )
    expect(await problemOf(lines.filter((_, index) => !own.includes(index)))).toEqual(
      only(`${own.length} ledger entries are missing at the start of the chain`),
    )
    // Only the order of the rows differs, as after an update.
    expect(await problemOf(lines.toReversed())).toEqual([])
  })

  it('finds rewritten chains by the signed root, and roots by keys that are known', async () => {
    const none = { ...dump.get('account_chain')!, rows: Buffer.alloc(0) }
    const withoutChains = new Map(dump)
      .set('account_chain', none)
      .set('account_chain_link', { ...dump.get('account_chain_link')!, rows: Buffer.alloc(0) })
    expect((await verify(withoutChains)).problems).toEqual([
      { accountId: null, log: 'ROOT', problem: 'root 2: the chains do not lead to the signed digest' },
    ])
    const withoutRoot = withLines('ledger_root', linesOf('ledger_root').slice(1))
    expect((await verify(withoutRoot)).problems).toContainEqual({
      accountId: null,
      log: 'ROOT',
      problem: 'root 2: the root before it is missing',
    })
    const other = await verify(dump, [createSigningKey().publicKey])
    expect(other.problems.map(({ problem }) => problem)).toEqual([
      'root 1: no accepted key made its signature',
      'root 2: no accepted key made its signature',
    ])
  })

  it('accepts audit entries that retention deleted after a year, and no other deletion', async () => {
    const kept = withLines(
      'audit_entry',
      linesOf('audit_entry').filter((line) => !line.includes('\t0\t')),
    )
    expect((await verify(kept)).problems[0]?.problem).toMatch(/^audit entry number \d+ is missing$/)
    const later = await verifyChains(sourceOf(kept, new Date(at.getTime() + 366 * 86_400_000)))
    expect(later).toMatchObject({ ok: true })
    expect(later.expired).toBeGreaterThan(0)
  })

  it('stays valid after an account was deleted, without its references', async () => {
    const email = 'dora@example.com'
    const token = await server.token(email)
    const accountId = await newAccount(server, email)
    const service = await entitlementService(server)
    await grantTestCredits(server, accountId, FEATURE, 50)
    await useCredits(service, accountId, FEATURE, 2)
    await recordOldAudit([accountId])
    await chainAndSign(server)
    await changeJob(server, token, `deleteAccount${jobInput(accountId, 'delete')}`)
    await server.advanceTo('2026-02-05T10:00:00Z')
    const [entries] = await eventually(
      () =>
        server.query<{ erased: number; kept: number; keys: number }>(
          `select count(reference_digest)::int as erased, count(reference)::int as kept,
            (select count(commitment_key)::int from account_chain where account_id = $1 and log = 'LEDGER') as keys
           from ledger_entry where account_id = $1`,
          [accountId],
        ),
      ([row]) => row!.erased > 0,
    )
    expect(entries).toEqual({ erased: 3, kept: 0, keys: 0 })
    const other = join(folder, 'erased.stackgate')
    await writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file: other, keyIds: [] })
    expect(await verifyChains(backupSource(other))).toMatchObject({ ok: true, problems: [] })
    // An erasure without a deletion of the account is a change.
    await server.query(`update account_chain set erased_at = null where account_id = $1`, [accountId])
    await writeBackup({ ...createSources(), databaseUrl: server.databaseUrl, file: `${other}.2`, keyIds: [] })
    expect((await verifyChains(backupSource(`${other}.2`))).problems).toContainEqual({
      accountId,
      log: 'LEDGER',
      problem: expect.stringMatching(/^ledger entry \S+ lost its texts/),
    })
    await server.query(`update account_chain set erased_at = now() where account_id = $1`, [accountId])
  })

  it('verifies files and the live database by a command, which names the account', async () => {
    const forged = join(folder, 'forged.stackgate')
    await rewriteBackup(file, forged, (rows) =>
      rows.map((line) => (accountOfLine(line) === accountIds[1] ? line.replace('\t-1\t', '\t-9\t') : line)),
    )
    const damaged = join(folder, 'damaged.stackgate')
    writeFileSync(damaged, readFileSync(file).subarray(0, -50))
    const [sound, wrong, truncated] = await Promise.all(
      [file, forged, damaged].map((path) => runCommand('verify', ['--backup', path, '--json'], {})),
    )
    expect(JSON.parse(sound!.stdout)).toMatchObject({ ok: true, roots: 2 })
    expect(sound!.code).toBe(0)
    expect(wrong!.code).toBe(1)
    expect(JSON.parse(wrong!.stdout)).toMatchObject({
      ok: false,
      problems: [{ accountId: accountIds[1], problem: expect.stringMatching(/^ledger entry \S+ was changed$/) }],
    })
    expect([truncated!.code, truncated!.stdout]).toEqual([2, ''])
    const live = () => runCommand('verify', ['--database'], { DATABASE_URL: server.databaseUrl })
    const holds = await live()
    expect([holds.code, holds.stderr]).toEqual([0, ''])
    await server.query(
      `update ledger_entry set source = 'PLAN gift' where account_id = $1 and entry_no = 0 and kind = 'GRANT'`,
      [accountIds[2]],
    )
    const broken = await live()
    expect(broken.code).toBe(1)
    expect(broken.stdout).toMatch(new RegExp(`^WRONG ${accountIds[2]} LEDGER: ledger entry \\S+ was changed$`, 'm'))
    await server.query(`update ledger_entry set source = 'PACKAGE a_pack' where source = 'PLAN gift'`)
  })
})

function sourceOf(dump: Dump, at: Date): TableSource {
  const pieces = async function* ({ rows }: Table): AsyncGenerator<Buffer> {
    // Pieces that end within rows, as those of COPY do.
    for (let begin = 0; begin < rows.length; begin += 1_000) yield rows.subarray(begin, begin + 1_000)
    await Promise.resolve()
  }
  return {
    at,
    read: async (onTable) => {
      for (const [name, table] of dump) await onTable(name, table.columns, pieces(table))
    },
  }
}

async function readDump(file: string): Promise<Dump> {
  const tables = new Map<string, Table>()
  await readBackup(file, {
    table: async (name, columns, rows) => {
      const pieces: Buffer[] = []
      for await (const piece of rows) pieces.push(Buffer.from(piece))
      tables.set(name, { columns, rows: Buffer.concat(pieces) })
    },
  })
  return tables
}

/** Changes the ledger of a backup, and corrects all checksums, as somebody with access to the file can. */
async function rewriteBackup(from: string, to: string, change: (lines: string[]) => string[]): Promise<void> {
  const bytes = async function* () {
    yield await Promise.resolve(gunzipSync(readFileSync(from)))
  }
  const sum = new FrameSum()
  const written: Buffer[] = []
  const tables: unknown[] = []
  let name = ''
  let hash = createHash('sha256')
  let size = 0
  for await (const frame of readFrames(bytes())) {
    const { kind } = frame
    let payload = frame.payload
    if (kind === FRAME.table) {
      name = (JSON.parse(payload.toString()) as { name: string }).name
      hash = createHash('sha256')
      size = 0
    }
    if (kind === FRAME.rows) {
      if (name === 'ledger_entry')
        payload = Buffer.from(
          change(payload.toString().split('\n').slice(0, -1))
            .map((line) => `${line}\n`)
            .join(''),
        )
      hash.update(payload)
      size += payload.length
    }
    if (kind === FRAME.end) {
      const table = { ...(JSON.parse(payload.toString()) as object), bytes: size, sha256: hash.digest('hex') }
      tables.push(table)
      payload = Buffer.from(JSON.stringify(table))
    }
    if (kind === FRAME.manifest)
      payload = Buffer.from(
        JSON.stringify({ ...(JSON.parse(payload.toString()) as object), tables, sha256: sum.digest() }),
      )
    const next: Frame = { kind, payload }
    if (kind !== FRAME.manifest) sum.add(next)
    written.push(frameBytes(next))
  }
  writeFileSync(to, gzipSync(Buffer.concat(written)))
}
