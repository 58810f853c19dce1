import { statement, type NoParameters } from '#services/kernel/database/statement.js'

/** Version of the server, and whether migrations have run. */
export const describeServer = statement<NoParameters, { version: string; hasMigrations: boolean }>(`
  select current_setting('server_version') as version,
    to_regclass('migration') is not null as has_migrations
`)

/** Settings of the session on which the safety of the data depends. */
export const describeSettings = statement<
  NoParameters,
  { fsync: string; fullPageWrites: string; synchronousCommit: string; isReadOnly: boolean; isEncrypted: boolean }
>(`
  select current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit, current_setting('transaction_read_only') = 'on' as is_read_only,
    exists (select from pg_stat_ssl where pid = pg_backend_pid() and ssl) as is_encrypted
`)
