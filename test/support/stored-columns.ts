import type { GraphQLSchema } from 'graphql'
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

/** An enum of the schema that shows a column, with the values of the column that it lacks. */
export interface ShownAs {
  readonly name: string
  readonly lacking: readonly string[]
}

/** Returns the enum that has the most of a column's values, if it has more than half of them. */
export function enumsOf(schema: GraphQLSchema): (column: Pick<StoredColumn, 'values'>) => ShownAs | null {
  const enums = Object.values(schema.getTypeMap()).flatMap((type) =>
    'getValues' in type && !type.name.startsWith('__')
      ? [{ name: type.name, values: new Set(type.getValues().map(({ value }) => String(value))) }]
      : [],
  )
  return ({ values }) => {
    const shared = enums.map((one) => ({ ...one, lacking: values.filter((value) => !one.values.has(value)) }))
    const [best] = shared.toSorted(
      (one, other) => one.lacking.length - other.lacking.length || one.values.size - other.values.size,
    )
    return best && best.lacking.length < values.length / 2 ? best : null
  }
}
