import { arrayLiteral, type ArrayElement } from '../../kernel/database/array-literal.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { AccountChange, KnownOperation, Settled } from './account-change.js'
import { PARTS, statementOf } from './settle-statement.js'

/** An account that is not there answers with no row. */
const NOT_FOUND: Settled = { found: null, written: false, known: [], otherwise: [] }

interface SettledRow {
  readonly n: number
  readonly found: number
  readonly written: boolean
  readonly known: readonly KnownOperation[] | null
  readonly otherwise: readonly { index: number; held: boolean }[] | null
}

/**
 * Writes the changes of many accounts, each under its lock and only if its version is the one that it was decided on, by one
 * statement. Answers in their order. Accounts are locked in the order of their ids, so two of these never wait for each other.
 */
export async function settleChanges(sql: Sql, changes: readonly AccountChange[]): Promise<Settled[]> {
  const values: (string | null)[] = [
    arrayLiteral(changes.map((change) => change.accountId)),
    arrayLiteral(changes.map((change) => change.version)),
    arrayLiteral(changes.map((change) => change.event !== null)),
  ]
  let mask = 0
  PARTS.forEach(({ columns, rowsOf }, index) => {
    const { rows, numbers } = rowsOf(changes)
    if (rows.length === 0) return
    mask |= 1 << index
    values.push(arrayLiteral(numbers))
    for (const { value } of columns)
      values.push(columnOf(rows.map((row, at) => value(row as never, changes[numbers[at]! - 1]!))))
  })
  const rows = await sql.rows<SettledRow>(statementOf(mask), values)
  const settled = changes.map((): Settled => NOT_FOUND)
  for (const { n, found, written, known, otherwise } of rows)
    settled[n - 1] = { found, written, known: known ?? [], otherwise: otherwise ?? [] }
  return settled
}

/** A column of nothing but nulls needs no array: beside longer ones a missing one is filled up with them. */
const columnOf = (values: readonly ArrayElement[]): string | null =>
  values.every((value) => value === null) ? null : arrayLiteral(values)
