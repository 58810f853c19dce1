import { installedCatalog } from '../services/catalog/load/catalog-versions.js'
import { readSnapshot } from '../services/catalog/snapshot/read-snapshot.js'
import { readConfig } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { declaredBy } from '../modules/compose.js'
import { installedModules } from '../modules/installed-modules.js'
import type { Invariant } from '../services/catalog/invariants/invariant-rule.js'
import { readRunningServer } from './data-folder.js'

/** Checks all invariants of the installed modules in the database of the running server or of DATABASE_URL. */
export async function installationInvariants(env: NodeJS.ProcessEnv): Promise<Invariant[]> {
  const config = readConfig(env)
  const { invariants, tables } = declaredBy(await installedModules(config.modules))
  const url = config.databaseUrl ?? readRunningServer(config.dataDir)?.databaseUrl
  if (!url)
    throw new AppError('CONFIGURATION', 'there is no database to check: start the server first, or set DATABASE_URL')
  const database = await openDatabase({
    ...createSources(),
    url,
    migrations: [],
    tables,
    mayOnlyRead: true,
    poolSize: 1,
  })
  try {
    return await invariants.check(
      database,
      await readSnapshot(database, await installedCatalog(database, config.catalog)),
    )
  } finally {
    await database.close()
  }
}
