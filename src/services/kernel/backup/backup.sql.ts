import { statement, type NoParameters } from '#services/kernel/database/statement.js'

/**
 * All tables with their columns, quoted where necessary. Numbers of transactions are left out, because they mean nothing in another
 * cluster: the restored rows have the transaction that restores them.
 */
export const listTables = statement<NoParameters, { name: string; columns: string[] }>(`
  select quote_ident(owner.relname) as name,
    array_agg(quote_ident(attribute.attname) order by attribute.attnum)::text[] as columns
  from pg_class owner
    join pg_namespace namespace on namespace.oid = owner.relnamespace
    join pg_attribute attribute on attribute.attrelid = owner.oid and attribute.attnum > 0 and not attribute.attisdropped
      and attribute.atttypid <> 'xid8'::regtype
  where namespace.nspname = current_schema() and owner.relkind = 'r'
  group by owner.relname order by owner.relname collate "C"
`)

/** All sequences, quoted where necessary. */
export const listSequences = statement<NoParameters, { name: string }>(`
  select quote_ident(sequence.relname) as name
  from pg_class sequence join pg_namespace namespace on namespace.oid = sequence.relnamespace
  where namespace.nspname = current_schema() and sequence.relkind = 'S'
  order by sequence.relname collate "C"
`)

/** Tables, views and sequences of every schema that is not one of PostgreSQL. */
export const listRelations = statement<NoParameters, { name: string }>(`
  select relation.relname as name
  from pg_class relation join pg_namespace namespace on namespace.oid = relation.relnamespace
  where namespace.nspname not in ('pg_catalog', 'information_schema') and namespace.nspname not like 'pg\\_%'
    and relation.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  order by relation.relname
`)

/** Sets the value of a sequence. */
export const setSequence = statement<{ name: string; value: string; called: boolean }, { setval: number }>(`
  select setval(:name::regclass, :value::text::bigint, :called)
`)

/** Names of the applied migrations. */
export const listMigrations = statement<NoParameters, { name: string }>(`
  select name from migration where name is not null order by name
`)
