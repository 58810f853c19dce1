import type { CatalogSection } from '../services/catalog/load/catalog-section.js'
import { loadCatalogFile, type LoadedFile } from '../services/catalog/load/catalog-versions.js'
import type { CatalogDefinition } from '../services/catalog/definition/types.js'
import { openDatabase, type Database, type DatabaseOptions } from '../services/kernel/database/database.js'
import { migrate } from '../services/kernel/database/migrate.js'
import { SERVING } from '../services/kernel/database/session.js'
import { requireSameKeys } from '../services/kernel/secrets/known-keys.js'

export interface PreparedDatabase {
  readonly database: Database
  /** Names of the migrations that this start applied. */
  readonly applied: readonly string[]
  readonly loaded: LoadedFile
}

/**
 * Opens the general connections, migrates, and loads the catalog. Migrations have no time limits and lock their session:
 * behind a pooler in transaction mode they use connections to the server itself.
 */
export async function prepareDatabase(
  options: Omit<DatabaseOptions, 'directUrl' | 'limits'>,
  {
    poolerUrl,
    catalog,
    verify,
    sections,
    secretsKeys,
  }: {
    readonly poolerUrl: string | null
    /** A name in `catalogs/` or a path. */
    readonly catalog: string
    /** Throws if this server cannot run a catalog. */
    readonly verify: (definition: CatalogDefinition) => void
    /** Sections of the catalog file that modules store. */
    readonly sections: readonly CatalogSection[]
    readonly secretsKeys: readonly string[]
  },
): Promise<PreparedDatabase> {
  const setup = await openDatabase({ ...options, ...(poolerUrl ? { poolSize: 4 } : {}) })
  const applied = await migrate(setup)
  const loaded = await loadCatalogFile(setup, catalog, verify).catch(async (error: unknown) => {
    await setup.close()
    throw error
  })
  await requireSameKeys(setup, secretsKeys)
  for (const store of sections) await setup.transaction((transaction) => store(transaction, loaded.definition))
  if (!poolerUrl) {
    await setup.limit(SERVING)
    return { database: setup, applied, loaded }
  }
  await setup.close()
  const pooled = { ...options, url: poolerUrl, directUrl: options.url, migrations: [], limits: SERVING }
  return { database: await openDatabase(pooled), applied, loaded }
}
