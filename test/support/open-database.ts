import { allMigrations } from '#migrations/all-migrations.js'
import { createSources } from '#services/kernel/context/sources.js'
import { openDatabase, type Database } from '#services/kernel/database/database.js'
import { cloneDatabase } from './test-database.js'

/** A separate database for a test, without the rest of the server. */
export interface OpenedDatabase {
  readonly database: Database
  readonly url: string
  /** Another instance on the same database, with its own pool; closed with the first. */
  another(): Promise<Database>
  close(): Promise<void>
}

const open = (url: string, poolSize: number) =>
  openDatabase({ ...createSources(), url, migrations: allMigrations, poolSize })

export async function openTestDatabase(poolSize = 5): Promise<OpenedDatabase> {
  const clone = await cloneDatabase()
  const opened = [await open(clone.url, poolSize)]
  return {
    database: opened[0]!,
    url: clone.url,
    async another() {
      const next = await open(clone.url, poolSize)
      opened.push(next)
      return next
    },
    async close() {
      await Promise.all(opened.map((database) => database.close()))
      await clone.drop()
    },
  }
}
