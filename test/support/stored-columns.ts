import { readFileSync } from 'node:fs'

/** A column that a constraint of the database limits to a list of values. */
export interface StoredColumn {
  readonly table: string
  readonly column: string
  readonly values: readonly string[]
}

/** Every column with a constraint that lists its values. */
export const storedColumns = (): StoredColumn[] =>
  [
    ...readFileSync('migrations/schema.sql', 'utf8').matchAll(
      /alter table (\w+) add constraint \w+ CHECK \(+"?(\w+)"? = ANY \(ARRAY\[(.*?)\]/g,
    ),
  ].map(([, table, column, list]) => ({
    table: table!,
    column: column!,
    values: [...list!.matchAll(/'([^']*)'::text/g)].map(([, value]) => value!),
  }))
