import { sql } from 'kysely'
import { allMigrations } from '#migrations/all-migrations.js'
import { installedCatalog } from '../services/catalog/load/catalog-versions.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { readSnapshot } from '../services/catalog/snapshot/read-snapshot.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { remedyOf } from '../services/kernel/database/connection-error.js'
import { openDatabase, type Database } from '../services/kernel/database/database.js'
import { createLogger } from '../services/kernel/logger/logger.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { runChecks, type DoctorInput } from '../services/catalog/doctor/run-checks.js'
import { problem, type Finding } from '../services/kernel/doctor/finding.js'
import { declaredBy, schemaOf } from '../modules/compose.js'
import { installedModules } from '../modules/installed-modules.js'
import type { Module } from '../modules/module.js'
import { openCommandDatabase } from './command-database.js'
import { readRunningServer } from './data-folder.js'
import { withRunningKeys } from './provider-keys.js'
import { loadSecretsKeys } from './secret-keys.js'

/**
 * Checks configuration, database, keys, providers and queues of an installation. An unreadable configuration or an unreachable database is a
 * finding, not an error.
 */
export async function examineInstallation(env: NodeJS.ProcessEnv, goLive: boolean): Promise<Finding[]> {
  let config: Config
  let modules: readonly Module[]
  try {
    config = besideServer(readConfig(env), env)
    modules = await installedModules(config.modules)
    readCatalogFile(config.catalog)
  } catch (error) {
    return [
      problem(
        'configuration',
        (error as Error).message,
        'fix the listed settings; docs/configuration.md describes each one',
      ),
    ]
  }
  try {
    const server = await openCommandDatabase(config)
    const database = await openDatabase({
      ...createSources(),
      url: server.url,
      migrations: [],
      tables: schemaOf(modules).tables,
      mayOnlyRead: true,
      poolSize: 2,
    })
    try {
      return await runChecks(patient(config, modules, database, goLive))
    } finally {
      await database.close()
      await server.close()
    }
  } catch (error) {
    return [
      problem(
        'database',
        (error as Error).message,
        remedyOf(error) ?? 'see the message, and the log of the database server',
      ),
    ]
  }
}

/** Beside a sandbox that runs on the data folder, its own address is the public one unless another is set. */
function besideServer(config: Config, env: NodeJS.ProcessEnv): Config {
  const running = config.databaseUrl ? null : readRunningServer(config.dataDir)
  const published = env['PUBLIC_URL'] || env['PORT'] || env['HOST']
  return running?.url && !published ? { ...config, publicUrl: new URL(`${running.url.replace(/\/$/, '')}/`) } : config
}

function patient(config: Config, modules: readonly Module[], database: Database, goLive: boolean): DoctorInput {
  return {
    config,
    runningConfig: withRunningKeys(config, readRunningServer(config.dataDir)),
    database,
    timers: systemTimers,
    log: createLogger('silent'),
    migrations: schemaOf(modules).migrations.map(({ name }) => name),
    knownMigrations: allMigrations.map(({ name }) => name),
    catalog: async () => readSnapshot(database, await installedCatalog(database, config.catalog)),
    businessTime: async () => {
      const stored = await database.query.selectFrom('business_clock').select('now').executeTakeFirst()
      if (config.mode === 'sandbox' && stored) return stored.now
      return (await database.query.selectNoFrom(sql<Date>`now()`.as('now')).executeTakeFirstOrThrow()).now
    },
    secretsKeys: loadSecretsKeys(config),
    declared: declaredBy(modules),
    checks: modules.map(({ checks }) => checks),
    goLive,
  }
}
