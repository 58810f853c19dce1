import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { sql } from 'kysely'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Sources } from '#services/kernel/context/sources.js'
import { openConnection } from '#services/kernel/database/connect.js'
import { UNLIMITED } from '#services/kernel/database/session.js'
import { unsupportedObjects, readSchema } from '#services/kernel/database/schema-dump.js'
import { createSql, type Sql } from '#services/kernel/database/sql.js'
import {
  FRAME,
  FrameSum,
  frameBytes,
  UnusableBackup,
  type BackedUpTable,
  type BackupHeader,
  type BackupManifest,
  type Frame,
} from './backup-format.js'
import { listMigrations, listSequences, listTables } from './backup.sql.js'

export interface BackupRequest extends Pick<Sources, 'timers' | 'newId'> {
  readonly databaseUrl: string
  /** Target path. An existing file is never overwritten. */
  readonly file: string
  /** Names of the keys that are configured; the first seals. */
  readonly keyIds: readonly string[]
}

/** A finished backup. */
export interface Backup extends BackupManifest {
  readonly header: BackupHeader
}

/** Rows are gathered to frames of this size. */
const FRAME_BYTES = 262_144

/**
 * Writes a consistent snapshot of the database into one file while the server runs. The file gets its name only when it
 * is complete and synced to disk.
 */
export async function writeBackup(request: BackupRequest): Promise<Backup> {
  const { file } = request
  if (existsSync(file)) throw new UnusableBackup(`${file} already exists: choose another file`)
  const partial = `${file}.partial`
  const client = await openConnection({
    url: request.databaseUrl,
    timers: request.timers,
    name: 'stackgate backup',
    limits: UNLIMITED,
    mayOnlyRead: true,
  })
  try {
    // Rows are in the order in which they are stored, also beside another scan: a verification reads links in their order.
    await client.query('set synchronize_seqscans = off')
    await client.query('begin transaction isolation level repeatable read, read only')
    const database = createSql(client as never, request.newId)
    const header = await readHeader(database, request)
    const tables: BackedUpTable[] = []
    let manifest: BackupManifest | undefined
    await pipeline(
      Readable.from(
        frames(client, database, header, tables, (written) => (manifest = written)),
        { objectMode: false },
      ),
      createGzip({ level: 3 }),
      // The file contains the data of every account.
      createWriteStream(partial, { mode: 0o600 }),
    )
    await client.query('commit')
    await toDisk(partial)
    renameSync(partial, file)
    return { header, ...manifest! }
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  } finally {
    await client.end()
  }
}

async function readHeader(
  database: Sql,
  { timers, keyIds }: Pick<BackupRequest, 'timers' | 'keyIds'>,
): Promise<BackupHeader> {
  const unknown = await unsupportedObjects(database)
  if (unknown.length)
    throw new UnusableBackup(`the database contains objects that a backup cannot contain: ${unknown.join(', ')}`)
  const schema = await readSchema(database)
  if (!schema.some(({ title }) => title === 'Tables'))
    throw new UnusableBackup('nothing to back up: the database is empty')
  const migrations = await database.rows(listMigrations)
  const installation = await database.query.selectFrom('installation').select('business').executeTakeFirst()
  if (!installation) throw new UnusableBackup('nothing to back up: no catalog was loaded')
  return {
    format: 'stackgate-backup',
    version: 1,
    createdAt: new Date(timers.now()).toISOString(),
    migrations: migrations.map(({ name }) => name),
    business: installation.business,
    postgres: await readServerVersion(database),
    keyIds,
    schema,
  }
}

/** Version of PostgreSQL, for example `18.1`. */
export const readServerVersion = async ({ query }: Sql): Promise<string> =>
  (await query.selectNoFrom(sql<string>`current_setting('server_version')`.as('version')).executeTakeFirstOrThrow())
    .version

async function* frames(
  client: pg.Client,
  database: Sql,
  header: BackupHeader,
  tables: BackedUpTable[],
  finished: (manifest: BackupManifest) => void,
): AsyncGenerator<Buffer> {
  const sum = new FrameSum()
  const bytesOf = (frame: Frame) => {
    sum.add(frame)
    return frameBytes(frame)
  }
  yield bytesOf({ kind: FRAME.header, payload: json(header) })
  for (const { name, columns } of await database.rows(listTables)) {
    yield bytesOf({ kind: FRAME.table, payload: json({ name, columns }) })
    const hash = createHash('sha256')
    const copy = client.query(copyTo(`copy ${name} (${columns.join(', ')}) to stdout`))
    let bytes = 0
    for await (const payload of inPieces(copy)) {
      hash.update(payload)
      bytes += payload.length
      yield bytesOf({ kind: FRAME.rows, payload })
    }
    const table = { name, rows: copy.rowCount, bytes, sha256: hash.digest('hex') }
    tables.push(table)
    yield bytesOf({ kind: FRAME.end, payload: json(table) })
  }
  // Sequences are outside of the snapshot: read last, they are after every row.
  const sequences: BackupManifest['sequences'][number][] = []
  for (const { name } of await database.rows(listSequences)) {
    const state = await database.query
      .selectFrom(sql`${sql.raw(name)}`.as('sequence'))
      .select([sql<string>`last_value::text`.as('value'), sql<boolean>`is_called`.as('called')])
      .executeTakeFirstOrThrow()
    sequences.push({ name, ...state })
  }
  const manifest = { tables, sequences, sha256: sum.digest() }
  finished(manifest)
  yield frameBytes({ kind: FRAME.manifest, payload: json(manifest) })
}

async function* inPieces(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    length += chunk.length
    if (length < FRAME_BYTES) continue
    yield Buffer.concat(held)
    held = []
    length = 0
  }
  if (length) yield Buffer.concat(held)
}

async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
