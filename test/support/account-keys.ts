import type { Sql } from '#services/kernel/database/sql.js'
import { query } from './plain-sql.js'

/** Tables with `account_id` in every row that an account does not own, with the reason. */
export const NOT_OWNED: Record<string, string> = {
  account_directory: 'finds the account of a name, so its key cannot contain the account',
}

/** A key, unique index or foreign key of a table. */
export interface AccountKey {
  readonly table: string
  readonly name: string
}

/** Tables whose rows always belong to an account. */
export const ownedTables = async (database: Sql): Promise<string[]> =>
  (
    await query<{ name: string }>(
      database,
      `select c.relname as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id' and a.attnotnull and not a.attisdropped
       where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') order by 1`,
    )
  )
    .map(({ name }) => name)
    .filter((name) => !(name in NOT_OWNED))

/** Primary keys and unique indexes without the column `account_id`. An expression is no column. */
export const uniqueIndexesWithoutAccount = (database: Sql): Promise<AccountKey[]> =>
  query<AccountKey>(
    database,
    `select c.relname as table, k.relname as name from pg_index i
     join pg_class c on c.oid = i.indrelid join pg_class k on k.oid = i.indexrelid
     where c.relnamespace = current_schema()::regnamespace and i.indisunique and not exists (
       select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id' and a.attnum = any(i.indkey)
     ) order by 1, 2`,
  )

/** Foreign keys between tables that contain the account on both sides, at the same place. */
export const foreignKeysWithAccount = (database: Sql): Promise<AccountKey[]> =>
  query<AccountKey>(
    database,
    `select c.relname as table, f.conname as name from pg_constraint f
     join pg_class c on c.oid = f.conrelid
     join lateral unnest(f.conkey, f.confkey) as pair (own, other) on true
     join pg_attribute own on own.attrelid = f.conrelid and own.attnum = pair.own and own.attname = 'account_id'
     join pg_attribute other on other.attrelid = f.confrelid and other.attnum = pair.other and other.attname = 'account_id'
     where c.relnamespace = current_schema()::regnamespace and f.contype = 'f' order by 1, 2`,
  )

/** Foreign keys from one table to another, with both names. */
export const foreignKeys = (database: Sql): Promise<(AccountKey & { readonly referenced: string })[]> =>
  query<AccountKey & { referenced: string }>(
    database,
    `select c.relname as table, f.conname as name, r.relname as referenced from pg_constraint f
     join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid
     where c.relnamespace = current_schema()::regnamespace and f.contype = 'f' order by 1, 2`,
  )
