import type { Database } from './database.js'

/** Any number: two processes that start together migrate one after the other. */
export const MIGRATION_LOCK = 7_142_026

/** Applies what is pending, one process at a time; answers the names of what was applied. */
export async function migrate(database: Database): Promise<string[]> {
  const client = await database.pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    const applied = await database.orm.migrator.up()
    return applied.map((migration) => migration.name)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined)
    client.release()
  }
}
