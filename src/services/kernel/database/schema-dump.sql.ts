import { statement, type NoParameters } from './statement.js'

/** A constraint of a table. */
export interface SchemaConstraint {
  readonly tableName: string
  readonly name: string
  readonly definition: string
  readonly foreign: boolean
}

/** Objects of the schema of the tables. */
const OURS = `namespace.nspname = current_schema()`

/** Sequences, with the column that owns them. */
export const sequences = statement<NoParameters, { name: string; type: string; owner: string | null }>(`
  select quote_ident(sequence.relname) as name, format_type(details.seqtypid, null) as type,
    quote_ident(owner.relname) || '.' || quote_ident(owned.attname) as owner
  from pg_class sequence
  join pg_namespace namespace on namespace.oid = sequence.relnamespace
  join pg_sequence details on details.seqrelid = sequence.oid
  left join pg_depend link on link.objid = sequence.oid and link.classid = 'pg_class'::regclass and link.deptype = 'a'
  left join pg_class owner on owner.oid = link.refobjid
  left join pg_attribute owned on owned.attrelid = link.refobjid and owned.attnum = link.refobjsubid
  where ${OURS} and sequence.relkind = 'S'
  order by sequence.relname collate "C"
`)

/** Columns of tables, as in `create table`. */
export const tableColumns = statement<NoParameters, { tableName: string; definition: string }>(`
  select quote_ident(owner.relname) as table_name,
    quote_ident(attribute.attname) || ' ' || format_type(attribute.atttypid, attribute.atttypmod)
      || case when attribute.attnotnull then ' not null' else '' end
      || coalesce(' default ' || pg_get_expr(fallback.adbin, fallback.adrelid), '') as definition
  from pg_class owner
  join pg_namespace namespace on namespace.oid = owner.relnamespace
  join pg_attribute attribute on attribute.attrelid = owner.oid and attribute.attnum > 0 and not attribute.attisdropped
  left join pg_attrdef fallback on fallback.adrelid = owner.oid and fallback.adnum = attribute.attnum
  where ${OURS} and owner.relkind in ('r', 'p')
  order by owner.relname collate "C", attribute.attnum
`)

/** Since PostgreSQL 18 not-null constraints have separate rows; the dump has them with their columns. */
export const constraints = statement<NoParameters, SchemaConstraint>(`
  select quote_ident(owner.relname) as table_name, quote_ident(rule.conname) as name, pg_get_constraintdef(rule.oid) as definition,
    rule.contype = 'f' as "foreign"
  from pg_constraint rule
  join pg_class owner on owner.oid = rule.conrelid
  join pg_namespace namespace on namespace.oid = owner.relnamespace
  where ${OURS} and rule.contype <> 'n'
  order by owner.relname collate "C", rule.contype = 'p' desc, rule.conname collate "C"
`)

/** Indexes that do not belong to a constraint. */
export const indexes = statement<NoParameters, { definition: string }>(`
  select replace(pg_get_indexdef(index.indexrelid), ' ON ' || quote_ident(namespace.nspname) || '.', ' ON ') as definition
  from pg_index index
  join pg_class itself on itself.oid = index.indexrelid
  join pg_namespace namespace on namespace.oid = itself.relnamespace
  where ${OURS} and not exists (
    select from pg_constraint rule where rule.conindid = index.indexrelid and rule.contype in ('p', 'u', 'x'))
  order by itself.relname collate "C"
`)

/** Storage parameters of tables and columns that are set explicitly. */
export const storageSettings = statement<NoParameters, { statement: string }>(`
  select statement from (
    select format('alter table %I set (%s);', itself.relname, array_to_string(itself.reloptions, ', ')) as statement
    from pg_class itself join pg_namespace namespace on namespace.oid = itself.relnamespace
    where ${OURS} and itself.relkind in ('r', 'p') and itself.reloptions is not null
    union all
    select format('alter table %I alter column %I set statistics %s;', owner.relname, part.attname, part.attstattarget)
    from pg_attribute part
    join pg_class owner on owner.oid = part.attrelid
    join pg_namespace namespace on namespace.oid = owner.relnamespace
    where ${OURS} and owner.relkind in ('r', 'p') and part.attnum > 0 and not part.attisdropped and coalesce(part.attstattarget, -1) >= 0
  ) settings order by statement collate "C"
`)

/** In creation order, because a view can depend on an earlier one. */
export const views = statement<NoParameters, { name: string; definition: string }>(`
  select quote_ident(itself.relname) as name, pg_get_viewdef(itself.oid) as definition
  from pg_class itself
  join pg_namespace namespace on namespace.oid = itself.relnamespace
  where ${OURS} and itself.relkind = 'v'
  order by itself.oid
`)

/** Objects that the dump cannot recreate. */
export const otherObjects = statement<NoParameters, { description: string }>(`
  select 'function ' || itself.proname as description from pg_proc itself
  join pg_namespace namespace on namespace.oid = itself.pronamespace where ${OURS}
  union all
  select 'trigger ' || itself.tgname from pg_trigger itself
  join pg_class owner on owner.oid = itself.tgrelid
  join pg_namespace namespace on namespace.oid = owner.relnamespace where ${OURS} and not itself.tgisinternal
  union all
  select 'type ' || itself.typname from pg_type itself
  join pg_namespace namespace on namespace.oid = itself.typnamespace where ${OURS} and itself.typtype in ('d', 'e', 'r', 'm')
  union all
  select 'relation ' || itself.relname from pg_class itself
  join pg_namespace namespace on namespace.oid = itself.relnamespace where ${OURS} and itself.relkind in ('m', 'f', 'p', 'I')
  union all
  select 'generated column ' || owner.relname || '.' || itself.attname from pg_attribute itself
  join pg_class owner on owner.oid = itself.attrelid
  join pg_namespace namespace on namespace.oid = owner.relnamespace
  where ${OURS} and owner.relkind = 'r' and (itself.attgenerated <> '' or itself.attidentity <> '')
  order by description
`)
