import { statement, type NoParameters } from './statement.js'

/** Checks that a connection works. */
export const ping = statement<NoParameters, { one: number }>(`select 1 as one`)

/** Properties of a server, its database and the role. */
export interface ServerProperties {
  readonly database: string
  readonly schema: string | null
  readonly path: string
  readonly role: string
  readonly version: string
  readonly versionNumber: number
  readonly encoding: string
  readonly pid: number
  readonly room: number
}

export const serverProperties = statement<NoParameters, ServerProperties>(`
  select current_database() as "database", current_schema() as "schema", current_setting('search_path') as "path", current_user as "role",
    current_setting('server_version') as "version", current_setting('server_version_num')::int as "versionNumber",
    current_setting('server_encoding') as "encoding", pg_backend_pid() as "pid",
    least(
      current_setting('max_connections')::int - case when role.rolsuper then 0 else current_setting('superuser_reserved_connections')::int end
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      case when role.rolconnlimit >= 0 and not role.rolsuper then role.rolconnlimit end,
      case when own.datconnlimit >= 0 and not role.rolsuper then own.datconnlimit end
    ) as "room"
  from pg_roles role, pg_database own
  where role.rolname = current_user and own.datname = current_database()
`)

/** Time of the database in milliseconds since 1970. */
export const databaseTimeMs = statement<NoParameters, { ms: number }>(`
  select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms
`)

/** ID of the server process of a session. */
export const sessionProcess = statement<NoParameters, { pid: number }>(`select pg_backend_pid() as pid`)

/** Takes a lock of the session. It waits until the lock is free. */
export const lockSession = statement<{ key: number }, { pgAdvisoryLock: string }>(`select pg_advisory_lock(:key)`)

export const unlockSession = statement<{ key: number }, { pgAdvisoryUnlock: boolean }>(
  `select pg_advisory_unlock(:key)`,
)

/** Permission of the role to create tables, and whether the database is migrated. */
export const migrationPermission = statement<
  NoParameters,
  { schema: string; role: string; createsTables: boolean; isMigrated: boolean }
>(`
  select quote_ident(current_schema()) as schema, quote_ident(current_user) as role,
    has_schema_privilege(current_schema(), 'CREATE') as creates_tables, to_regclass('migration') is not null as is_migrated
`)

/** Finds a database of the server by name. */
export const findDatabase = statement<{ name: string }, { name: string }>(`
  select datname as name from pg_database where datname = :name
`)

/** A setting of a session, in its base unit, and whether the server is read-only. */
export interface SessionSetting {
  readonly name: string
  readonly setting: string
  readonly readOnly: string
}

/** Settings of the session by their names in lower case. */
export const sessionSettings = statement<{ names: readonly string[] }, SessionSetting>(`
  select lower(name) as "name", coalesce(setting, '') as "setting", current_setting('transaction_read_only') as "readOnly"
  from pg_settings where lower(name) = any(:names)
`)

/** Removes the limit of whole transactions from the session. Earlier versions than PostgreSQL 17 have none. */
export const unlimitTransactions = statement<NoParameters, { limit: string | null }>(`
  select case when current_setting('server_version_num')::int >= 170000 then set_config('transaction_timeout', '0', false) end as "limit"
`)
