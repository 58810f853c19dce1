import { AppError } from '../errors/app-error.js'
import type { Database } from './database.js'

/** Any number: two processes that start together migrate one after the other. */
export const MIGRATION_LOCK = 7_142_026

/** Applies pending migrations, one process at a time. Returns the names of the applied migrations. */
export async function migrate(database: Database): Promise<string[]> {
  const client = await database.pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await requireRightToMigrate(database)
    const applied = await database.orm.migrator.up()
    return applied.map((migration) => migration.name)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined)
    client.release()
  }
}

/** Said before the first table fails; a role that may only use what is there serves as well when nothing is pending. */
async function requireRightToMigrate(database: Database): Promise<void> {
  const found = await database.row<{ schema: string; role: string; makesTables: boolean; isMigrated: boolean }>(
    `select quote_ident(current_schema()) as schema, quote_ident(current_user) as role, has_schema_privilege(current_schema(), 'CREATE') as makes_tables,
       to_regclass('migration') is not null as is_migrated`,
  )
  const { schema, role, makesTables, isMigrated } = found!
  if (makesTables || (isMigrated && (await database.orm.migrator.getPending()).length === 0)) return
  throw new AppError(
    'CONFIGURATION',
    `DATABASE_URL: the role ${role} cannot create tables in the schema ${schema}: run "grant create on schema ${schema} to ${role}", or create a separate schema with "create schema stackgate authorization ${role}" and add options=-c%20search_path=stackgate to the URL`,
  )
}
