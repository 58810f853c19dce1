import type { Sql, TransactionalSql } from '#services/kernel/database/sql.js'
import { positionalStatement } from '#services/kernel/database/statement.js'
import type { AccountChange, PersistResult, ReplayedOperation, StaleAllocation } from './account-change.js'
import { LEDGER_CTES } from './ledger-ctes.js'
import { PRECONDITION_CTES } from './precondition-ctes.js'
import { RESERVATION_CTES } from './reservation-ctes.js'
import { raiseVersion, readVersion, restoreVersion } from './versions.sql.js'
import { columnValues, type ColumnValue, type StatementCte } from './statement-cte.js'

/**
 * Writes changes of accounts that are distributed over machines: a transaction for each account, and a statement for each list, because
 * Citus sends no statement with several inserts to the machine of an account.
 */
export async function persistOnShards(
  sql: Sql | TransactionalSql,
  changes: readonly AccountChange[],
): Promise<PersistResult[]> {
  const results: PersistResult[] = []
  for (const change of changes)
    results.push(
      'transaction' in sql
        ? await sql.transaction((transaction) => persistOne(transaction, change))
        : await persistOne(sql, change),
    )
  return results
}

async function persistOne(sql: Sql, change: AccountChange): Promise<PersistResult> {
  const { accountId, version } = change
  const isWritten = change.event !== null
  // Raising the version first locks the account: the lists of one version are written by one transaction.
  const isCurrent = isWritten
    ? (await sql.run(raiseVersion, { accountId, version })) === 1
    : (await sql.row(readVersion, { accountId }))?.version === version
  const [known, otherwise] = PRECONDITION_CTES
  const replays = await run<ReplayedOperation & { readonly requestFingerprint: string }>(sql, known!, change)
  const staleAllocations = await run<StaleAllocation>(sql, otherwise!, change)
  if (replays.length > 0 || staleAllocations.length > 0) {
    if (isWritten && isCurrent) await sql.run(restoreVersion, { accountId, version })
    return {
      ...resultOf(false),
      replays: replays.map(({ requestFingerprint, ...replay }) => ({ ...replay, request: requestFingerprint })),
      staleAllocations,
    }
  }
  if (isWritten && isCurrent) for (const cte of WRITES) await run(sql, cte, change)
  return resultOf(isCurrent)
}

const WRITES = [...LEDGER_CTES, ...RESERVATION_CTES]

const resultOf = (applied: boolean): PersistResult => ({ applied, replays: [], staleAllocations: [], current: null })

/** Runs one part of the change. Its rows are sent as one array for each column. */
async function run<Row>(
  sql: Sql,
  { name, columns, rowsOf, sql: textOf }: StatementCte,
  change: AccountChange,
): Promise<Row[]> {
  const { rows, numbers } = rowsOf([change])
  if (rows.length === 0) return []
  const arrays = columns.map(({ value }) => columnValues(rows.map((row) => value(row as never, change, sql.newId))))
  const results: Row[] = []
  for (const text of textsOf(name, columns, textOf)) {
    const values: (ColumnValue | readonly ColumnValue[] | null)[] = [change.accountId, numbers, ...arrays]
    if (text.includes(VERSION(columns.length))) values.push(change.version)
    results.push(...(await sql.rows(positionalStatement<Row>(text), values)))
  }
  return results
}

const texts = new Map<string, readonly string[]>()

/** The expression of the next version: its parameter follows the account, the numbers and the columns. */
const VERSION = (columns: number): string => `($${columns + 3}::bigint + 1)`

/** The part as statements of their own, in which the account is one value. */
function textsOf(name: string, columns: StatementCte['columns'], textOf: StatementCte['sql']): readonly string[] {
  const made = texts.get(name)
  if (made) return made
  const arrays = ['int', ...columns.map(({ type }) => type)].map((type, index) => `$${index + 2}::${type}[]`)
  const rows = `unnest(${arrays.join(', ')}) as r(n, ${columns.map((column) => `"${column.name}"`).join(', ')})`
  const parts = textOf(rows)
    .replaceAll('r.proven_id', '$1::text')
    .replaceAll('r.proven_version', VERSION(columns.length))
    .replaceAll(/\(\$1::text\[\]\)\[r\.n\]|r\.account_id/g, '$1::text')
  const rendered = parts
    .split(/,\n +(?=\w+ as )/)
    .map((part) => /^\s*\w+ as (?:materialized )?\(([^]*)\)$/.exec(part)![1]!)
  texts.set(name, rendered)
  return rendered
}
