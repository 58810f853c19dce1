import { statement, type NoParameters } from './statement.js'

/** A table, as far as its place in a distributed database depends on it. */
export interface StoredTable {
  readonly name: string
  /** True if each row belongs to an account, and the table is no queue, whose rows are claimed across accounts. */
  readonly isOwned: boolean
  /** Primary keys and unique indexes without the account. */
  readonly keysWithoutAccount: readonly string[]
}

/** Tables of the schema. The account itself is not owned. */
export const storedTables = statement<NoParameters, StoredTable>(`
  select owner.relname as name, account.attnum is not null and queue.attnum is null as is_owned,
    array(
      select key.relname::text from pg_index i join pg_class key on key.oid = i.indexrelid
      where i.indrelid = owner.oid and i.indisunique and not coalesce(account.attnum = any(i.indkey), false)
      order by 1
    ) as keys_without_account
  from pg_class owner
  left join pg_attribute account on account.attrelid = owner.oid and account.attname = 'account_id' and account.attnotnull
    and not account.attisdropped
  left join pg_attribute queue on queue.attrelid = owner.oid and queue.attname = 'lease_token' and not queue.attisdropped
  where owner.relnamespace = current_schema()::regnamespace and owner.relkind in ('r', 'p')
  order by owner.relname collate "C"
`)

/** A foreign key between two tables. */
export interface StoredReference {
  readonly tableName: string
  readonly name: string
  readonly referenced: string
  readonly definition: string
  /** True if the key contains the accounts of both tables. */
  readonly hasAccount: boolean
}

export const storedReferences = statement<NoParameters, StoredReference>(`
  select owner.relname as table_name, key.conname as name, other.relname as referenced,
    pg_get_constraintdef(key.oid) as definition,
    exists (
      select from unnest(key.conkey, key.confkey) as pair (own, foreign_column)
      join pg_attribute a on a.attrelid = key.conrelid and a.attnum = pair.own and a.attname = 'account_id'
      join pg_attribute b on b.attrelid = key.confrelid and b.attnum = pair.foreign_column
        and b.attname = case when other.relname = 'account' then 'id' else 'account_id' end
    ) as has_account
  from pg_constraint key
  join pg_class owner on owner.oid = key.conrelid
  join pg_class other on other.oid = key.confrelid
  where key.contype = 'f' and owner.relnamespace = current_schema()::regnamespace
  order by owner.relname collate "C", key.conname collate "C"
`)

/** Version of the extension Citus in the database. No row: it is not installed. */
export const installedCitus = statement<NoParameters, { version: string }>(
  `select extversion as version from pg_extension where extname = 'citus'`,
)

/** Names of other sessions of Stackgate in the database. */
export const otherSessions = statement<NoParameters, { name: string }>(`
  select distinct coalesce(application_name, '') as name from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name like 'stackgate%'
`)

// Functions of Citus. The database that statements are compared with has no such extension.

/** Names of the tables that are distributed or copied. */
export const movedTables = (): string => 'select logicalrelid::text as name from pg_dist_partition order by 1'

/** True if any table is distributed. */
export const findsDistributedTables = (): string =>
  `select exists (select from pg_dist_partition where partmethod = 'h') as found`

/** Tables that are distributed, with the column, or copied to each machine. */
export const placedTables = (): string => `
  select logicalrelid::text as name,
    case when partmethod = 'h' then column_to_column_name(logicalrelid, partkey) end as column
  from pg_dist_partition where partmethod = 'h' or repmodel = 't' order by 1`

/** Machines of the cluster, each with its version of the extension. Null: it cannot be reached. */
export const machinesOfCluster = (): string => `
  select node.nodename || ':' || node.nodeport as name, case when answer.success then answer.result end as version
  from run_command_on_all_nodes($$ select extversion from pg_extension where extname = 'citus' $$) answer
    join pg_dist_node node on node.nodeid = answer.nodeid
  order by 1`

/** Makes a table of the coordinator known to the cluster: a transaction that also writes shards then commits on all machines or on none. */
export const nameToCluster = (table: string): string =>
  `select citus_add_local_table_to_metadata('${table}', cascade_via_foreign_keys => true)
    where not exists (select from pg_dist_partition where logicalrelid = '${table}'::regclass)`

/** Moves a table, and those that it has foreign keys with, to the coordinator, unless that was done together with another. */
export const moveToCoordinator = (table: string): string =>
  `select undistribute_table('${table}', cascade_via_foreign_keys => true)
    where exists (select from pg_dist_partition where logicalrelid = '${table}'::regclass)`

export const copyToEachMachine = (table: string): string => `select create_reference_table('${table}')`

/** @param together a distributed table whose rows of the same account are on the same machine; null: none */
export const distributeBy = (table: string, column: string, together: string | null): string =>
  `select create_distributed_table('${table}', '${column}'${together === null ? '' : `, colocate_with => '${together}'`})`
