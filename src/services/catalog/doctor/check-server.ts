import type { Config } from '#services/kernel/config/config.js'
import { readDatabaseUrl } from '#services/kernel/database/connection-address.js'
import { divideConnections } from '#services/kernel/database/divide-connections.js'
import { serverProperties } from '#services/kernel/database/server.sql.js'
import type { RowOf } from '#services/kernel/database/statement.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { describeSettings } from './doctor.sql.js'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

export type ServerSettings = RowOf<typeof describeSettings>

/** Checks whether the server keeps what it commits, can be written, encrypts, and has enough connections. */
export async function checkServer(
  database: Sql,
  config: Pick<Config, 'databaseUrl' | 'databaseConnections' | 'mode'>,
): Promise<Finding[]> {
  const settings = (await database.row(describeSettings))!
  const { room } = (await database.row(serverProperties))!
  const host = config.databaseUrl === null ? null : readDatabaseUrl(config.databaseUrl).host
  return [
    decideDurability(settings, config.mode),
    decideAccess(settings),
    decideEncryption(settings, host),
    decideConnections(config.databaseConnections, room),
  ]
}

/** Settings with which a crash loses transactions that the server has confirmed. */
export function decideDurability(settings: ServerSettings, mode: Config['mode']): Finding {
  const check = 'database_durability'
  const off = Object.entries({
    fsync: settings.fsync,
    full_page_writes: settings.fullPageWrites,
    synchronous_commit: settings.synchronousCommit,
  }).flatMap(([name, value]) => (value === 'off' ? [`${name} = off`] : []))
  if (off.length === 0) return ok(check, 'committed transactions survive a crash')
  return (mode === 'live' ? problem : warning)(
    check,
    `${off.join(', ')}: a crash of the machine can lose payments`,
    'set them to on, for the server, the database and the role',
  )
}

const decideAccess = ({ isReadOnly }: ServerSettings): Finding =>
  isReadOnly
    ? problem(
        'database_access',
        'the server is read-only (a replica, or default_transaction_read_only is on)',
        'set DATABASE_URL to the primary',
      )
    : ok('database_access', 'the server can be written')

const LOCAL = /^(\/|localhost$|127\.|::1$)/

/** `host` null: the embedded server. */
export function decideEncryption({ isEncrypted }: ServerSettings, host: string | null): Finding {
  const check = 'database_tls'
  if (isEncrypted) return ok(check, 'connections are encrypted')
  return host === null || LOCAL.test(host)
    ? ok(check, 'connections stay on this machine')
    : warning(
        check,
        `connections to ${host} are plain text`,
        'add sslmode=verify-full&sslrootcert=<file> to DATABASE_URL, unless the network is trusted',
      )
}

export function decideConnections(wanted: number | null, room: number): Finding {
  const check = 'database_connections'
  try {
    const { general, agents, entitlements } = divideConnections(wanted, room)
    // One more listens for notifications.
    const each = general + agents + entitlements + 1
    return ok(check, `${each} for each process; the database allows ${room}, enough for ${Math.floor(room / each)}`)
  } catch (error) {
    return problem(check, (error as Error).message, 'raise max_connections, or lower DATABASE_CONNECTIONS')
  }
}
