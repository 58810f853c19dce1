import type { ClientBase, QueryResult } from 'pg'
import { AppError } from '../errors/app-error.js'

/** Time limits of a session. 0: no limit. */
export interface SessionLimits {
  /** The server ends a statement that runs longer. */
  readonly statementMs: number
  /** Maximum wait for a lock. */
  readonly lockMs: number
  /** The server ends a transaction without a statement for this time: its process is frozen or gone. */
  readonly idleInTransactionMs: number
  /** A connection that owes a response and sends nothing for this time is closed. More than `statementMs`, so that a slow statement ends first. */
  readonly silenceMs: number
}

/** For requests and background work. */
export const SERVING: SessionLimits = {
  statementMs: 15_000,
  lockMs: 10_000,
  idleInTransactionMs: 15_000,
  silenceMs: 18_000,
}

/** For migrations, backups and commands, which an operator watches. */
export const UNLIMITED: SessionLimits = { statementMs: 0, lockMs: 0, idleInTransactionMs: 0, silenceMs: 0 }

/**
 * Settings on which statements and the driver depend, and which a role, a database or a server can change. `set` after
 * connecting, because poolers reject connection parameters.
 */
const SETTINGS: Record<string, string> = {
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  // Writes rely on row locks and versions, not on the isolation level. A stricter level would only make single statements fail.
  default_transaction_isolation: 'read committed',
  // The locks of a process whose machine is gone are free after 45 s.
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
}

export interface SessionOptions {
  readonly limits: SessionLimits
  /** Additional statements at the start of a session. */
  readonly begin?: string
  /** True: a read-only server is accepted. Default: it is an error. */
  readonly mayOnlyRead?: boolean
}

/** Prepares a new connection, once, before its first use. */
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

/** After a failover an address can still lead to the former primary. The next attempt may find the new one. */
export class ReadOnlyServer extends AppError {
  constructor() {
    super('UNAVAILABLE', 'The database is read-only at the moment. Try again.', {
      internal:
        'the server is read-only (a replica, or default_transaction_read_only is on): set DATABASE_URL to the primary',
    })
  }
}
