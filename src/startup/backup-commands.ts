import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { allMigrations } from '#migrations/all-migrations.js'
import { openCommandDatabase, startInFolder } from './command-database.js'
import { loadSecretsKeys } from './secret-keys.js'
import { installedCatalog } from '../services/catalog/load/catalog-versions.js'
import { readCatalogFile } from '../services/catalog/load/read-catalog-file.js'
import { readSnapshot } from '../services/catalog/snapshot/read-snapshot.js'
import { readConfig, type Config } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { migrate } from '../services/kernel/database/migrate.js'
import {
  deleteEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../services/kernel/embedded-postgres/start-embedded-postgres.js'
import { keyIdOf } from '../services/kernel/secrets/secret-box.js'
import { readBackup } from '../services/kernel/backup/read-backup.js'
import { restoreBackup } from '../services/kernel/backup/restore-backup.js'
import { writeBackup, type Backup } from '../services/kernel/backup/write-backup.js'
import { declaredBy, schemaOf } from '../modules/compose.js'
import { installedModules } from '../modules/installed-modules.js'
import { compareAtNextStart } from '../services/billing/reconciliation/schedule.js'
import type { Invariant } from '../services/catalog/invariants/invariant-rule.js'

/** One holds the lock of the migration. */
const MIGRATING_CONNECTIONS = 4

const say = (line: string) => process.stderr.write(`stackgate: ${line}\n`)

/** Contents of a backup. */
export interface BackupSummary {
  readonly file: string
  readonly createdAt: string
  readonly business: string
  readonly lastMigration: string | undefined
  readonly keyIds: readonly string[]
  readonly sha256: string
  readonly rows: number
  readonly tables: Readonly<Record<string, number>>
}

/** Contents of a restored backup, and the invariants that it breaks. */
export interface RestoreSummary extends BackupSummary {
  /** Migrations that a backup of an earlier release lacked. They were applied. */
  readonly migrated: readonly string[]
  /** Number of checked rules. */
  readonly rules: number
  /** Names of broken rules. */
  readonly broken: readonly string[]
}

/** Writes a consistent snapshot of the database to a new file while the server runs. */
export async function backUp(env: NodeJS.ProcessEnv, file: string): Promise<BackupSummary> {
  const config = readConfig(env)
  const database = await openCommandDatabase(config)
  try {
    const keyIds = loadSecretsKeys(config).map(keyIdOf)
    return summary(resolve(file), await writeBackup({ ...createSources(), databaseUrl: database.url, file, keyIds }))
  } finally {
    await database.close()
  }
}

/** Restores a backup into an empty database, migrates it to this release, and checks all invariants. */
export async function restore(
  env: NodeJS.ProcessEnv,
  file: string,
  { dataDir }: { dataDir?: string },
): Promise<RestoreSummary> {
  const config = readConfig({ ...env, ...(dataDir ? { DATA_DIR: dataDir, DATABASE_URL: '' } : {}) })
  // Before a cluster is made for nothing.
  await readBackup(file)
  const database = config.databaseUrl
    ? { url: config.databaseUrl, close: () => Promise.resolve() }
    : await startInFolder(config.dataDir)
  try {
    const { backup, migrated, rules } = await restoreAndCheck(file, database.url, config)
    warnOfKeys(
      backup,
      loadSecretsKeys(config).map(keyIdOf),
      config.databaseUrl ? 'SECRETS_KEY' : join(config.dataDir, 'secrets-key'),
    )
    return conclude(summary(resolve(file), backup), migrated, rules)
  } finally {
    await database.close()
  }
}

/** Restores a backup into a temporary database, as `restore` does, and checks all invariants. */
export async function verify(
  env: NodeJS.ProcessEnv,
  file: string,
  { quick }: { quick?: boolean },
): Promise<BackupSummary | RestoreSummary> {
  const config = readConfig(env)
  if (quick) return summary(resolve(file), await readBackup(file))
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-verify-'))
  chmodSync(folder, 0o755) // PostgreSQL runs as the user `nobody` if root starts the server.
  try {
    const server = await startEmbeddedPostgres({ dataDir: folder, durable: false })
    try {
      const { backup, migrated, rules } = await restoreAndCheck(file, server.url, config)
      return conclude(summary(resolve(file), backup), migrated, rules)
    } finally {
      await server.stop()
    }
  } finally {
    await deleteEmbeddedPostgres(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function restoreAndCheck(file: string, databaseUrl: string, { catalog, modules: names }: Config) {
  const modules = await installedModules(names)
  const definition = readCatalogFile(catalog)
  const migrations = allMigrations.map(({ name }) => name)
  const backup = await restoreBackup({
    ...createSources(),
    file,
    databaseUrl,
    migrations,
    business: definition.business,
    say,
  })
  const database = await openDatabase({
    ...createSources(),
    url: databaseUrl,
    ...schemaOf(modules),
    poolSize: MIGRATING_CONNECTIONS,
  })
  try {
    const migrated = await migrate(database)
    if (migrated.length > 0) say(`The backup is of an earlier release; applied ${migrated.join(', ')}`)
    if (backup.tables.some(({ name }) => name === 'reconciliation_schedule')) await compareAtNextStart(database)
    say('Checking all invariants')
    return {
      backup,
      migrated,
      rules: await declaredBy(modules).invariants.check(
        database,
        await readSnapshot(database, await installedCatalog(database, catalog)),
      ),
    }
  } finally {
    await database.close()
  }
}

function summary(file: string, { header, tables, sha256 }: Backup): BackupSummary {
  const { createdAt, business, migrations, keyIds } = header
  return {
    file,
    createdAt,
    business,
    lastMigration: migrations.at(-1),
    keyIds,
    sha256,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    tables: Object.fromEntries(tables.map(({ name, rows }) => [name, rows])),
  }
}

/** Adds the applied migrations and the checked rules to the restored rows. */
function conclude(found: BackupSummary, migrated: readonly string[], rules: readonly Invariant[]): RestoreSummary {
  const broken = rules.filter(({ ok }) => !ok)
  for (const { name, counterexample } of broken) say(`BROKEN ${name} ${JSON.stringify(counterexample)}`)
  return { ...found, migrated, rules: rules.length, broken: broken.map(({ name }) => name) }
}

function warnOfKeys({ header }: Backup, known: readonly string[], where: string): void {
  const lacking = header.keyIds.filter((id) => !known.includes(id))
  if (lacking.length)
    say(
      `warning: this backup contains secrets sealed with the keys ${lacking.join(', ')}, which ${where} does not contain; add the keys before the server starts, otherwise agents and registry passwords cannot be read`,
    )
}
