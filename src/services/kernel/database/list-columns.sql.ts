import { statement } from './statement.js'

/** Columns of a table. */
export const listColumns = statement<{ table: string }, { name: string }>(`
  select attname as name from pg_attribute where attrelid = to_regclass(:table) and attnum > 0 and not attisdropped
`)
