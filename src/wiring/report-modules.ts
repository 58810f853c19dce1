import { allMigrations } from '#migrations/all-migrations.js'
import { listMigrations } from '../services/kernel/backup/backup.sql.js'
import type { Sql } from '../services/kernel/database/sql.js'
import type { Logger } from '../services/kernel/logger/logger.js'
import type { Module } from '../modules/module.js'

/** Logs modules that this start added to a used database, and modules that left their tables in it. */
export async function reportModules(
  log: Logger,
  database: Sql,
  modules: readonly Module[],
  applied: readonly string[],
): Promise<void> {
  const stored = new Set((await database.rows(listMigrations)).map(({ name }) => name))
  const isUsed = stored.size > applied.length
  for (const [module, migrations] of Map.groupBy(allMigrations, (migration) => migration.module)) {
    const names = migrations.map(({ name }) => name).filter((name) => stored.has(name))
    if (!modules.some(({ name }) => name === module)) {
      if (names.length > 0)
        log.warn(
          { module },
          `the module ${module} is not installed: its tables and rows stay, and its scheduled jobs wait until it is there again`,
        )
    } else if (isUsed && names.every((name) => applied.includes(name)))
      log.info({ module }, `the module ${module} was added: its tables were created`)
  }
}
