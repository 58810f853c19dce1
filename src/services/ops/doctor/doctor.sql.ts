import { statement, type NoParameters } from '#services/kernel/database/statement.js'

/** Version of the server, and whether migrations have run. */
export const describeServer = statement<NoParameters, { version: string; hasMigrations: boolean }>(`
  select current_setting('server_version') as version,
    to_regclass('migration') is not null as has_migrations
`)
