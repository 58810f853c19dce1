import type pg from 'pg'
import { AppError } from '../errors/app-error.js'
import { openConnection } from './connect.js'
import { toConnectionError } from './connection-error.js'
import { serverProperties, sessionProcess, type ServerProperties } from './server.sql.js'
import { UNLIMITED } from './session.js'
import type { Timers } from '../time/timers.js'

/** Properties of a server that can be used. */
export interface UsableServer {
  readonly database: string
  /** The schema of the tables. */
  readonly schema: string
  /** Number of connections that the server, the database and the role allow. */
  readonly room: number
}

const OLDEST = 15

export interface ServerOptions {
  readonly url: string
  readonly timers: Timers
  /** True: a read-only server is accepted. */
  readonly mayOnlyRead?: boolean
}

/** Checks a server once, before it is used. Throws with the solution if something is missing. */
export async function requireUsableServer({ url, timers, mayOnlyRead }: ServerOptions): Promise<UsableServer> {
  const open = () =>
    openConnection({ url, timers, name: 'stackgate start', limits: UNLIMITED, ...(mayOnlyRead ? { mayOnlyRead } : {}) })
  const client = await open().catch((error: unknown) => {
    throw toConnectionError(error)
  })
  try {
    const found = (await client.query<ServerProperties>(serverProperties.text)).rows[0]!
    const unusable = problemOf(found)
    if (unusable) throw unusableServer(...unusable)
    await refuseTransactionPooler(client, found.pid, open)
    return {
      database: found.database,
      schema: found.schema!,
      room: found.room,
    }
  } finally {
    await client.end()
  }
}

function problemOf({
  database,
  schema,
  path,
  role,
  version,
  versionNumber,
  encoding,
}: ServerProperties): readonly [problem: string, remedy: string] | null {
  if (versionNumber < OLDEST * 10_000)
    return [
      `the server is PostgreSQL ${version}; Stackgate requires PostgreSQL ${OLDEST} or newer`,
      `upgrade the server, or set DATABASE_URL to a newer one`,
    ]
  if (encoding !== 'UTF8')
    return [
      `the database ${database} has the encoding ${encoding}`,
      `create one with "create database … encoding 'UTF8' template template0"`,
    ]
  if (schema === null)
    return [
      `no schema in the search_path (${path}) exists and can be used by the role ${role}`,
      `create one with "create schema … authorization ${quoted(role)}", or set another with options=-c search_path=…`,
    ]
  return null
}

const unusableServer = (problem: string, remedy: string): AppError =>
  new AppError('CONFIGURATION', `DATABASE_URL: ${problem}: ${remedy}`, { remedy })

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

/**
 * A pooler in transaction mode gives each transaction another session, so that prepared statements, LISTEN, locks and settings are lost. It is
 * recognized if one client is in a transaction on the session that another client had before. A server without a pooler names the process of
 * the session at the connection, and is not queried further.
 */
async function refuseTransactionPooler(client: pg.Client, pid: number, open: () => Promise<pg.Client>): Promise<void> {
  if ((client as unknown as { processID: number }).processID === pid) return
  const other = await open()
  try {
    const pidOf = async (connection: pg.Client) =>
      (await connection.query<{ pid: number }>(sessionProcess.text)).rows[0]!.pid
    await other.query('begin')
    if ((await pidOf(other)) !== pid && (await pidOf(client)) === pid) return
  } finally {
    await other.query('rollback').catch(() => undefined)
    await other.end()
  }
  throw unusableServer(
    'a connection pooler in transaction mode is in use',
    'set DATABASE_DIRECT_URL to the address of the server itself, or use a pool in session mode (PgBouncer: pool_mode = session)',
  )
}

/** Checks that a pooler in transaction mode leads to a usable database. Throws with the solution otherwise. */
export async function requireUsablePooler({ url, timers }: ServerOptions): Promise<void> {
  const client = await openConnection({
    url,
    timers,
    name: 'stackgate start',
    limits: UNLIMITED,
    isPooled: true,
  }).catch((error: unknown) => {
    throw toConnectionError(error)
  })
  await client.end()
}
