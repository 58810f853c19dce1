import type { NewId } from '#services/kernel/ids/ids.js'
import type { AccountChange } from './account-change.js'

/** Allowed values of a column. */
export type ColumnValue = string | number | boolean | Date | null

/** One array of a part's rows. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly value: (row: never, change: AccountChange, newId: NewId) => ColumnValue
}

/** The rows of one list of all changes, and for each the number of its change, from 1. */
export interface CteRows {
  readonly rows: readonly unknown[]
  readonly numbers: readonly number[]
}

/** Expressions of SQL that a part consists of. */
export interface CteInput {
  /** The rows, aliased `r`, with the number of the change as `n`; of what is written only those of proven accounts. */
  readonly rows: string
  /** The account of a row. */
  readonly account: string
  /** The version that the account of a row becomes. */
  readonly version: string
}

/** An optional part of the statement, omitted if it has no rows. */
export interface StatementCte {
  readonly name: string
  readonly columns: readonly Column[]
  readonly rowsOf: (changes: readonly AccountChange[]) => CteRows
  /** Text, or several with their names, in the order in which they run if each is a statement of its own. */
  readonly sql: (input: CteInput) => string | Readonly<Record<string, string>>
}

/** The texts of a part, each with its name. */
export function textsOf({ name, sql }: StatementCte, input: CteInput): [name: string, text: string][] {
  const texts = sql(input)
  return typeof texts === 'string' ? [[name, texts]] : Object.entries(texts)
}

/** Type and value of each column. */
export type CteColumns<Row> = Record<
  string,
  [type: string, value: (row: Row, change: AccountChange, newId: NewId) => ColumnValue]
>

export function defineCte<Row extends object>(
  name: string,
  list: (change: AccountChange) => readonly Row[],
  columns: CteColumns<Row>,
  sql: StatementCte['sql'],
): StatementCte {
  return {
    name,
    rowsOf: (changes) => {
      const rows: Row[] = []
      const numbers: number[] = []
      changes.forEach((change, index) => {
        for (const row of list(change)) {
          rows.push(row)
          numbers.push(index + 1)
        }
      })
      return { rows, numbers }
    },
    columns: Object.entries(columns).map(([column, [type, value]]) => ({ name: column, type, value })),
    sql,
  }
}

export const json = (value: unknown): string => JSON.stringify(value)

const QUOTED = /["\\]/g

/**
 * A column as the literal of an array, which takes `pg` three times as long because it accepts any value. Null for a column of nothing but nulls:
 * beside longer ones a missing one is filled up with them.
 */
export function columnLiteral(values: readonly ColumnValue[]): string | null {
  if (values.every((value) => value === null)) return null
  return `{${values.map(elementOf).join(',')}}`
}

function elementOf(value: ColumnValue): string | number | boolean {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `"${value.replace(QUOTED, '\\$&')}"`
  // A year after 9999 has a sign, which PostgreSQL does not read.
  return value instanceof Date ? `"${value.toISOString().replace(/^\+0?/, '')}"` : value
}
