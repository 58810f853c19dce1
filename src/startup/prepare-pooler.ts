import { readConfig } from '../services/kernel/config/config.js'
import { openConnection } from '../services/kernel/database/connect.js'
import { pooledDefaults, UNLIMITED } from '../services/kernel/database/session.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'

/** Database whose sessions have the settings, and their number. */
export interface PreparedPooler {
  readonly database: string
  readonly settings: number
}

/**
 * Stores the settings of pooled sessions as defaults of the role in its database. Repeated calls have no effect. Sessions
 * that a pooler opened earlier keep their settings until it reconnects.
 */
export async function preparePooler(env: NodeJS.ProcessEnv): Promise<PreparedPooler> {
  const { databaseUrl, databasePoolerUrl } = readConfig(env)
  if (!databaseUrl || !databasePoolerUrl)
    throw new AppError(
      'CONFIGURATION',
      'set DATABASE_URL to the address of the pooler and DATABASE_DIRECT_URL to that of the server',
    )
  const client = await openConnection({
    url: databaseUrl,
    timers: systemTimers,
    name: 'stackgate command',
    limits: UNLIMITED,
  })
  try {
    const database = client.database ?? ''
    const statements = pooledDefaults(database)
    for (const statement of statements) await client.query(statement)
    return { database, settings: statements.length }
  } finally {
    await client.end()
  }
}
