import type { Sql } from '#services/kernel/database/sql.js'
import { positionalStatement } from '#services/kernel/database/statement.js'
import type { AccountChange, ReplayedOperation, StaleAllocation, PersistResult } from './account-change.js'
import { columnLiteral, type ColumnValue } from './statement-cte.js'
import {
  STATEMENT_CTES,
  HAS_READ_ONLY_CHANGES,
  RETURNS_CURRENT,
  RETURNS_EXTENDED,
  IS_SINGLE,
  buildStatement,
} from './persist-statement.js'
import type { SnapshotParameters, SnapshotRow } from '../snapshot/snapshot.sql.js'

/** Rows found by the statement, each with the number of its change, starting at 1. */
interface FoundRow {
  readonly written: readonly number[] | null
  readonly seen: readonly { readonly n: number; readonly version: number }[] | null
  readonly known: readonly (ReplayedOperation & { readonly n: number })[] | null
  readonly otherwise: readonly (StaleAllocation & { readonly n: number })[] | null
  readonly committed: readonly { readonly n: number; readonly index: number }[] | null
  readonly current:
    | readonly (Omit<SnapshotRow, 'createdAt'> & { readonly n: number; readonly createdAt: string })[]
    | null
}

/**
 * Writes the changes of many accounts with one statement, each under its lock and only if it still has the expected
 * version. Returns results in the same order. Accounts are locked in ID order, so two calls never deadlock.
 * @param current if given, the statement also returns the state of accounts that have a later version
 */
export async function persistChanges(
  sql: Sql,
  changes: readonly AccountChange[],
  current: (SnapshotParameters & { readonly isExtended: boolean }) | null = null,
): Promise<PersistResult[]> {
  const values: ColumnValue[] = []
  const parts = STATEMENT_CTES.map(({ rowsOf }) => rowsOf(changes))
  const isSingle = changes.length === 1 && parts.every(({ rows }) => rows.length < 2)
  const send = (column: readonly ColumnValue[]) => void values.push(isSingle ? column[0]! : columnLiteral(column))
  send(changes.map((change) => change.accountId))
  send(changes.map((change) => change.version))
  send(changes.map((change) => change.event !== null))
  let mask = isSingle ? IS_SINGLE : 0
  if (changes.some((change) => change.event === null)) mask |= HAS_READ_ONLY_CHANGES
  STATEMENT_CTES.forEach(({ columns }, index) => {
    const { rows, numbers } = parts[index]!
    if (rows.length === 0) return
    mask |= 1 << index
    if (!isSingle) send(numbers)
    for (const { value } of columns)
      send(rows.map((row, at) => value(row as never, changes[numbers[at]! - 1]!, sql.newId)))
  })
  if (current) {
    mask |= current.isExtended ? RETURNS_CURRENT | RETURNS_EXTENDED : RETURNS_CURRENT
    send([current.at])
    send([current.membersSince])
  }
  const found = (await sql.row(positionalStatement<FoundRow>(buildStatement(mask)), values))!
  const results = changes.map(() => ({
    applied: false,
    replays: [] as ReplayedOperation[],
    staleAllocations: [] as StaleAllocation[],
    current: null as SnapshotRow | null,
  }))
  for (const n of found.written ?? []) results[n - 1]!.applied = true
  for (const { n, version } of found.seen ?? []) results[n - 1]!.applied = version === changes[n - 1]!.version
  for (const { n, ...known } of found.known ?? []) results[n - 1]!.replays.push(known)
  for (const { n, ...otherwise } of found.otherwise ?? []) results[n - 1]!.staleAllocations.push(otherwise)
  for (const { n, index } of found.committed ?? []) results[n - 1]!.staleAllocations.push({ index, held: false })
  for (const { n, ...row } of found.current ?? [])
    if (!results[n - 1]!.applied && row.version > changes[n - 1]!.version)
      results[n - 1]!.current = { ...row, createdAt: new Date(row.createdAt) }
  return results
}
