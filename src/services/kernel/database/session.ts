import pg, { type ClientBase, type QueryResult } from 'pg'
import { AppError } from '../errors/app-error.js'
import { sessionSettings, unlimitTransactions, type SessionSetting } from './server.sql.js'

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
  // Pools and listeners wait without a statement.
  idle_session_timeout: '0',
  // The locks of a process whose machine is gone are free after 45 s.
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
}

/** Settings of a session with these limits. */
const settingsOf = ({ statementMs, lockMs, idleInTransactionMs }: SessionLimits): Record<string, string> => ({
  ...SETTINGS,
  statement_timeout: `${statementMs}`,
  lock_timeout: `${lockMs}`,
  idle_in_transaction_session_timeout: `${idleInTransactionMs}`,
})

/** Settings that the sessions of a pooler have as defaults of their role. Keepalives are a matter of the pooler. */
const POOLED_SETTINGS = Object.entries(settingsOf(SERVING)).filter(([name]) => !name.startsWith('tcp_keepalives'))

/** Statements that store the settings of pooled sessions as defaults of the current role in a database. */
export const pooledDefaults = (database: string): string[] =>
  POOLED_SETTINGS.map(
    ([name, value]) => `alter role current_user in database ${pg.escapeIdentifier(database)} set ${name} = '${value}'`,
  )

export interface SessionOptions {
  readonly limits: SessionLimits
  /** True: a pooler in transaction mode lends sessions, which have their settings from their role. */
  readonly isPooled?: boolean
  /** Additional statements at the start of a session. */
  readonly begin?: string
  /** True: a read-only server is accepted. Default: it is an error. */
  readonly mayOnlyRead?: boolean
}

/** Prepares a new connection, once, before its first use. */
export async function prepareSession(client: ClientBase, options: SessionOptions): Promise<void> {
  if (options.isPooled) return requirePooledSession(client)
  const statements = Object.entries(settingsOf(options.limits)).map(([name, value]) => `set ${name} = '${value}'`)
  if (options.begin) statements.push(options.begin)
  // Statements and pauses are limited already. A limit of whole transactions, from PostgreSQL 17 on, would end migrations and backups.
  statements.push(unlimitTransactions.text)
  // Several statements in one message have one result each; the last is ours.
  const results = (await client.query(
    `${statements.join('; ')}; select current_setting('transaction_read_only') as "readOnly"`,
  )) as unknown as QueryResult<{ readOnly: string }>[]
  if (!options.mayOnlyRead && results.at(-1)!.rows[0]!.readOnly === 'on') throw new ReadOnlyServer()
}

/** Checks a session that other clients use too, and in which nothing may therefore be set. */
async function requirePooledSession(client: ClientBase): Promise<void> {
  const { rows } = await client.query<SessionSetting>(sessionSettings.text, [POOLED_SETTINGS.map(([name]) => name)])
  if (rows[0]!.readOnly === 'on') throw new ReadOnlyServer()
  const actual = new Map(rows.map(({ name, setting }) => [name, setting]))
  const wrong = POOLED_SETTINGS.filter(([name, value]) => actual.get(name) !== value).map(([name]) => name)
  if (wrong.length > 0)
    throw new AppError(
      'CONFIGURATION',
      `DATABASE_URL: sessions of the pooler lack the settings of Stackgate (${wrong.join(', ')}): run "npm run db -- prepare-pooler", then RECONNECT in the console of PgBouncer`,
    )
}

/** After a failover an address can still lead to the former primary. The next attempt may find the new one. */
export class ReadOnlyServer extends AppError {
  constructor() {
    super('UNAVAILABLE', 'The database is read-only at the moment. Try again.', {
      internal:
        'the server is read-only (a replica, or default_transaction_read_only is on): set DATABASE_URL to the primary',
      remedy: 'set DATABASE_URL to the primary',
    })
  }
}
