import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Sources } from '#services/kernel/context/sources.js'
import { openConnection } from '#services/kernel/database/connect.js'
import { UNLIMITED } from '#services/kernel/database/session.js'
import { readSchema, type SchemaSection } from '#services/kernel/database/schema-dump.js'
import { MIGRATION_LOCK } from '#services/kernel/database/migrate.js'
import { createSql, type Sql } from '#services/kernel/database/sql.js'
import { UnusableBackup, type BackupHeader, type BackupManifest } from './backup-format.js'
import { readBackup } from './read-backup.js'
import { readServerVersion, type Backup } from './write-backup.js'
import { listRelations, setSequence } from './backup.sql.js'

export interface RestoreRequest extends Pick<Sources, 'timers' | 'newId'> {
  readonly file: string
  /** A database that holds nothing. */
  readonly databaseUrl: string
  /** Migrations of this release. A backup of a newer release is rejected. */
  readonly migrations: readonly string[]
  /** Business of the configured catalog. */
  readonly business: string
  readonly say?: (line: string) => void
}

/** Before the rows; everything else is made when they are in, which is quicker and checks them. */
const BEFORE_ROWS: readonly SchemaSection['title'][] = ['Sequences', 'Tables', 'Owners']

/**
 * Restores a backup into an empty database, completely or not at all: one transaction, after the whole file was
 * verified. A backup of an earlier release keeps its schema: the caller migrates it. Rejects a database with objects, a backup
 * of a newer release or another business, and a damaged file.
 */
export async function restoreBackup(request: RestoreRequest): Promise<Backup> {
  request.say?.('Reading the backup')
  const { header } = await readBackup(request.file)
  refuseOther(header, request)
  const client = await openConnection({
    url: request.databaseUrl,
    timers: request.timers,
    name: 'stackgate restore',
    limits: UNLIMITED,
  })
  try {
    await client.query('begin')
    // As long as a server takes to migrate it: an empty database may be one that is just being set up.
    const database = createSql(client as never, request.newId)
    await database.query.selectNoFrom(sql`pg_advisory_xact_lock(${MIGRATION_LOCK})`.as('lock')).execute()
    await refuseUsed(database)
    await client.query(`set local synchronous_commit = off; set local maintenance_work_mem = '256MB'`)
    const backup = await readBackup(request.file, intoDatabase(client, request))
    await client.query('commit')
    await client.query('analyze')
    return backup
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    await client.end()
  }
}

function intoDatabase(client: pg.Client, { say, newId }: RestoreRequest) {
  let schema: readonly SchemaSection[] = []
  let postgres = ''
  const database = createSql(client as never, newId)
  const make = async (wanted: (title: SchemaSection['title']) => boolean) => {
    for (const { title, statements } of schema) if (wanted(title)) await client.query(statements.join('\n'))
  }
  return {
    header: async (header: BackupHeader) => {
      schema = header.schema
      postgres = header.postgres
      await make((title) => BEFORE_ROWS.includes(title))
    },
    table: async (name: string, columns: readonly string[], rows: AsyncIterable<Buffer>) => {
      await pipeline(
        Readable.from(rows, { objectMode: false }),
        client.query(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`)),
      )
    },
    manifest: async ({ sequences, tables }: BackupManifest) => {
      say?.(`${tables.reduce((sum, { rows }) => sum + rows, 0)} rows loaded; creating constraints and indexes`)
      for (const { name, value, called } of sequences) await database.run(setSequence, { name, value, called })
      await make((title) => !BEFORE_ROWS.includes(title))
      await refuseDifferent(database, schema, tables, postgres)
    },
  }
}

function refuseOther({ migrations, business }: BackupHeader, request: RestoreRequest): void {
  const unknown = migrations.filter((name) => !request.migrations.includes(name))
  if (unknown.length)
    throw new UnusableBackup(
      `the backup is of a newer release (it has ${unknown.join(', ')}, unknown to this one): restore it with the release that created it, or a later one`,
    )
  if (business !== request.business)
    throw new UnusableBackup(
      `the backup belongs to business ${business}, but CATALOG is ${request.business}: set CATALOG to the catalog of the backup`,
    )
}

async function refuseUsed(database: Sql): Promise<void> {
  const rows = await database.rows(listRelations)
  if (rows.length)
    throw new UnusableBackup(
      `the database is not empty (it contains ${rows.length} tables and sequences, for example ${rows[0]!.name}): a backup can be restored only into an empty database; set another DATABASE_URL, or another folder with --data-dir`,
    )
}

/** Fails unless the restored schema and row counts equal those of the backup. */
async function refuseDifferent(
  database: Sql,
  schema: readonly SchemaSection[],
  tables: BackupManifest['tables'],
  postgres: string,
): Promise<void> {
  const version = await readServerVersion(database)
  // Another version of PostgreSQL may write the same view in other words.
  const isSameVersion = Number.parseInt(version, 10) === Number.parseInt(postgres, 10)
  const textOf = (sections: readonly SchemaSection[]): string =>
    sections
      .filter(({ title }) => isSameVersion || title !== 'Views')
      .map(({ title, statements }) => `-- ${title}\n${statements.join('\n').trimEnd()}\n`)
      .join('\n')
  if (textOf(await readSchema(database)) !== textOf(schema))
    throw new UnusableBackup('the restored schema differs from the schema of the backup')
  for (const { name, rows } of tables) {
    const { count } = await database.query
      .selectFrom(sql`${sql.raw(name)}`.as('restored'))
      .select(sql<string>`count(*)::text`.as('count'))
      .executeTakeFirstOrThrow()
    if (Number(count) !== rows) throw new UnusableBackup(`${name} has ${count} rows instead of ${rows}`)
  }
}
