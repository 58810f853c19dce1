import { statement, type NoParameters } from '#services/kernel/database/statement.js'

/** Version of the server, permissions of its user, and whether migrations have run. */
export const describeServer = statement<
  NoParameters,
  { version: string; makesTemporary: boolean; hasMigrations: boolean }
>(`
  select current_setting('server_version') as version,
    has_database_privilege(current_database(), 'TEMPORARY') as makes_temporary,
    to_regclass('migration') is not null as has_migrations
`)
