import { statement } from '#services/kernel/database/statement.js'

/** Tables whose rows belong to an account, also those of modules that are not installed. */
export const tablesWithAccount = statement<Record<string, never>, { name: string }>(`
  select owner.relname as name from pg_class owner
  join pg_attribute attribute on attribute.attrelid = owner.oid and attribute.attname = 'account_id' and not attribute.attisdropped
  where owner.relkind in ('r', 'p') and not owner.relispartition and pg_table_is_visible(owner.oid)
  order by owner.relname
`)
