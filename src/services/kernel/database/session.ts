import type { ClientBase, QueryResult } from 'pg'
import { AppError } from '../errors/app-error.js'

/** How long a session may take for what; 0: as long as it takes. */
export interface SessionLimits {
  /** A statement that runs longer is ended by the server. */
  readonly statementMs: number
  /** Nobody waits longer for a lock that somebody else holds. */
  readonly lockMs: number
  /** A transaction in which nothing is asked for so long is ended by the server: its process is frozen or gone. */
  readonly idleInTransactionMs: number
  /** A connection that owes an answer and sends nothing for so long is given up. More than `statementMs`, so that it is never a slow statement. */
  readonly silenceMs: number
}

/** For whoever serves requests and works in the background. */
export const SERVING: SessionLimits = {
  statementMs: 15_000,
  lockMs: 10_000,
  idleInTransactionMs: 15_000,
  silenceMs: 18_000,
}

/** For migrations, backups and commands, which somebody watches. */
export const UNLIMITED: SessionLimits = { statementMs: 0, lockMs: 0, idleInTransactionMs: 0, silenceMs: 0 }

/**
 * What a role, a database or a server may have set otherwise, and our statements and the driver rely on. `set` after connecting rather
 * than parameters of the connection: poolers refuse those.
 */
const SETTINGS: Record<string, string> = {
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  // What is written relies on row locks and versions, not on a level: a stricter one would only fail single statements.
  default_transaction_isolation: 'read committed',
  // The locks of a process whose machine is gone are free after 45 s.
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
}

export interface SessionOptions {
  readonly limits: SessionLimits
  /** Statements that a session begins with, beside what all of them have. */
  readonly begin?: string
  /** A server that only reads is good enough. Left out: it is refused. */
  readonly mayOnlyRead?: boolean
}

/** Sets a fresh connection up: before anybody uses it, and once. */
export async function prepareSession(client: ClientBase, options: SessionOptions): Promise<void> {
  const { statementMs, lockMs, idleInTransactionMs } = options.limits
  const settings = {
    ...SETTINGS,
    statement_timeout: `${statementMs}`,
    lock_timeout: `${lockMs}`,
    idle_in_transaction_session_timeout: `${idleInTransactionMs}`,
  }
  const statements = Object.entries(settings).map(([name, value]) => `set ${name} = '${value}'`)
  if (options.begin) statements.push(options.begin)
  // Several statements in one message have one result each; the last is ours.
  const results = (await client.query(
    `${statements.join('; ')}; select current_setting('transaction_read_only') as "readOnly"`,
  )) as unknown as QueryResult<{ readOnly: string }>[]
  if (!options.mayOnlyRead && results.at(-1)!.rows[0]!.readOnly === 'on') throw new ReadOnlyServer()
}

/** After a failover an address may still lead to the server that was the primary: the next attempt may find the other one. */
export class ReadOnlyServer extends AppError {
  constructor() {
    super('UNAVAILABLE', 'The database takes no writes right now; try again.', {
      internal:
        'the server is read-only (a replica, or default_transaction_read_only is on): name the primary in DATABASE_URL',
    })
  }
}
