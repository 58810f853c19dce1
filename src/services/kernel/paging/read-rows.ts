import { sql, type Expression, type SelectQueryBuilder } from 'kysely'
import { countRows } from './count-rows.js'
import { readPage, type CountablePage, type PageRequest } from './page.js'

/** A column or an expression by which a list is ordered, and its value in a row as a text. */
export interface RowKey<Row> {
  readonly by: string | Expression<unknown>
  readonly of: (row: Row) => string
}

export interface RowOrder<Row> {
  /** Columns or expressions that are unique together. `m.userId` is the member `userId` of a row. Default: the ID. */
  readonly by?: readonly (string | RowKey<Row>)[]
  /** True for ascending keys. Default: false, the newest first. */
  readonly ascending?: boolean
}

/** A time to the microsecond, which the database stores and a `Date` loses. The rows have it as `exactTime`. */
export const exactTime = (column: string) => sql<string>`${sql.ref(column)}::text`.as('exactTime')

/** A row with the time of its cursor. */
export type Timed<Row> = Row & { readonly exactTime: string }

/** Order by a time that the rows have as `exactTime`. */
export const byTime = (column: string): RowKey<{ readonly exactTime: string }> => ({
  by: column,
  of: (row) => row.exactTime,
})

/** A page of the rows of a query, and their number. @param list as of `readPage` @param rows the selected columns of the list, without an order */
export async function readRows<DB, Table extends keyof DB, Row>(
  request: PageRequest,
  list: string,
  rows: SelectQueryBuilder<DB, Table, Row>,
  { by = ['id'], ascending = false }: RowOrder<NoInfer<Row>> = {},
): Promise<CountablePage<Row>> {
  const keys = by.map((key) => (typeof key === 'string' ? columnKey(key) : key))
  const expressions = keys.map((key) => (typeof key.by === 'string' ? sql.ref(key.by) : key.by))
  const page = await readPage<Row>(
    request,
    list,
    (row) => keys.map(({ of }) => of(row)),
    (limit, after, backward) => {
      const isAscending = ascending !== backward
      const beyond = sql<boolean>`(${sql.join(expressions)}) ${sql.raw(isAscending ? '>' : '<')} (${sql.join(keys.map((_, index) => after?.[index] ?? ''))})`
      const selected = after === null ? rows : rows.where(beyond)
      const direction = isAscending ? 'asc' : 'desc'
      return expressions
        .reduce<typeof selected>((query, expression) => query.orderBy(expression, direction), selected)
        .limit(limit)
        .execute()
    },
  )
  return { ...page, countAll: () => countRows(rows.clearSelect()) }
}

const columnKey = <Row>(column: string): RowKey<Row> => {
  const member = column.slice(column.indexOf('.') + 1)
  return { by: column, of: (row) => String((row as Record<string, unknown>)[member]) }
}
