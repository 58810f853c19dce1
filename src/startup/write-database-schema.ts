import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allMigrations } from '#migrations/all-migrations.js'
import { openDatabase } from '../services/kernel/database/database.js'
import { dumpSchema } from '../services/kernel/database/schema-dump.js'
import { migrate } from '../services/kernel/database/migrate.js'
import {
  deleteEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../services/kernel/embedded-postgres/start-embedded-postgres.js'
import { createSources } from '../services/kernel/context/sources.js'

/** Writes the schema that all migrations create in an empty database. */
export async function writeDatabaseSchema(path: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stackgate-dump-'))
  chmodSync(dataDir, 0o755)
  try {
    const { url } = await startEmbeddedPostgres({ dataDir, durable: false })
    const database = await openDatabase({
      ...createSources(),
      url,
      migrations: allMigrations,
      poolSize: 2,
    })
    await migrate(database)
    writeFileSync(path, await dumpSchema(database))
    await database.close()
  } finally {
    await deleteEmbeddedPostgres(dataDir)
    rmSync(dataDir, { recursive: true, force: true })
  }
}
