import type { Config } from '../services/kernel/config/config.js'
import { createSources } from '../services/kernel/context/sources.js'
import { openConnection } from '../services/kernel/database/connect.js'
import { openDatabase, type Database } from '../services/kernel/database/database.js'
import { UNLIMITED } from '../services/kernel/database/session.js'
import {
  hasEmbeddedCluster,
  startEmbeddedPostgres,
} from '../services/kernel/embedded-postgres/start-embedded-postgres.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { lockDataFolder, readRunningServer } from './data-folder.js'

/** The database that a command works on. */
export interface CommandDatabase {
  readonly url: string
  close(): Promise<void>
}

const nothingToClose = () => Promise.resolve()

/**
 * Database of `DATABASE_URL`, or of the server that runs on the data folder. If none runs, starts the folder's embedded
 * database for the command and stops it afterwards.
 */
export async function openCommandDatabase(config: Config): Promise<CommandDatabase> {
  if (config.databaseUrl) return { url: config.databaseUrl, close: nothingToClose }
  const running = readRunningServer(config.dataDir)
  if (running && (await answers(running.databaseUrl))) return { url: running.databaseUrl, close: nothingToClose }
  if (!hasEmbeddedCluster(config.dataDir))
    throw new AppError(
      'CONFIGURATION',
      `no database: DATABASE_URL is not set, and the data folder ${config.dataDir} contains none`,
      { remedy: 'start the server once, or set DATABASE_URL or DATA_DIR' },
    )
  return startInFolder(config.dataDir)
}

/** Runs the work of a command on the database of its configuration, without a migration, and closes the database. */
export async function inCommandDatabase<Result>(
  config: Config,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const server = await openCommandDatabase(config)
  try {
    const database = await openDatabase({
      ...createSources(),
      url: server.url,
      migrations: [],
      poolSize: 2,
    })
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  } finally {
    await server.close()
  }
}

/** Embedded database of a data folder without a running server. Created if it does not exist. */
export async function startInFolder(dataDir: string): Promise<CommandDatabase> {
  const unlock = lockDataFolder(dataDir)
  try {
    const server = await startEmbeddedPostgres({ dataDir })
    return { url: server.url, close: () => server.stop().finally(unlock) }
  } catch (error) {
    unlock()
    throw error
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const client = await openConnection({
      url,
      timers: systemTimers,
      name: 'stackgate command',
      limits: UNLIMITED,
      mayOnlyRead: true,
    })
    await client.end()
    return true
  } catch {
    return false
  }
}
