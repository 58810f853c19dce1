import { AppError } from '../errors/app-error.js'
import type { Database } from './database.js'
import { lockSession, migrationPermission, unlockSession } from './server.sql.js'

/** Any number: two processes that start together migrate one after the other. */
export const MIGRATION_LOCK = 7_142_026

/** Applies pending migrations, one process at a time. Returns the names of the applied migrations. */
export async function migrate(database: Database): Promise<string[]> {
  const client = await database.pool.connect()
  try {
    await client.query(lockSession.text, [MIGRATION_LOCK])
    await requireRightToMigrate(database)
    const applied = await database.orm.migrator.up()
    return applied.map((migration) => migration.name)
  } finally {
    await client.query(unlockSession.text, [MIGRATION_LOCK]).catch(() => undefined)
    client.release()
  }
}

/** Throws before the first table is created. Without pending migrations the role needs no permission to create tables. */
async function requireRightToMigrate(database: Database): Promise<void> {
  const { schema, role, createsTables, isMigrated } = (await database.row(migrationPermission))!
  if (createsTables || (isMigrated && (await database.orm.migrator.getPending()).length === 0)) return
  throw new AppError(
    'CONFIGURATION',
    `DATABASE_URL: the role ${role} cannot create tables in the schema ${schema}: run "grant create on schema ${schema} to ${role}", or create a separate schema with "create schema stackgate authorization ${role}" and add options=-c%20search_path=stackgate to the URL`,
  )
}
