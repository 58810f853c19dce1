import { functionForm } from '#services/kernel/database/forms.js'
import { isLockTimeout } from '#services/kernel/errors/connection-failure.js'
import type { Sql, TransactionalSql } from '#services/kernel/database/sql.js'
import { positionalStatement } from '#services/kernel/database/statement.js'
import { lockSubAccount } from '../model/sub-accounts.sql.js'
import type { AccountChange, PersistResult, ReplayedOperation, StaleAllocation } from './account-change.js'
import { changeAccount } from './change-account.citus.js'
import { LEDGER_CTES } from './ledger-ctes.js'
import { persistChanges } from './persist-changes.js'
import { PRECONDITION_CTES } from './precondition-ctes.js'
import { RESERVATION_CTES } from './reservation-ctes.js'
import { textsOf, type StatementCte } from './statement-cte.js'

/** Parts that write queues, which are on the coordinator. */
const QUEUES = ['relayed', 'scheduled']
const ALL_WRITES = [...LEDGER_CTES, ...RESERVATION_CTES]
const WRITES = ALL_WRITES.filter(({ name }) => !QUEUES.includes(name))
const QUEUE_WRITES = ALL_WRITES.filter(({ name }) => QUEUES.includes(name))

/**
 * Writes changes, each with one call of a function on the machine of its account: a statement with several inserts is not sent there.
 */
async function persistEach(sql: Sql | TransactionalSql, changes: readonly AccountChange[]): Promise<PersistResult[]> {
  if ('transaction' in sql)
    return resultsOf(
      await Promise.all(
        changes.map((change) => persistAlone(sql, change).catch((failure: unknown): Written => ({ failure }))),
      ),
    )
  const results: PersistResult[] = []
  // The caller has locked the accounts.
  for (const change of changes)
    results.push((await hasSubAccounts(sql, change)) ? await persistOne(sql, change) : NOT_APPLIED)
  return results
}

/** Result of an account, or the failure of its call. */
type Written = PersistResult | { readonly failure: unknown }

const isFailed = (written: Written): written is { readonly failure: unknown } => 'failure' in written

/**
 * An account that is locked by others is as one that has changed if other accounts are written: those must not be written again. Any other failure
 * leaves open what is written.
 */
function resultsOf(written: readonly Written[]): PersistResult[] {
  const isPartial = written.some((one) => !isFailed(one) && one.applied)
  return written.map((one) => {
    if (!isFailed(one)) return one
    if (isPartial && isLockTimeout(one.failure)) return NOT_APPLIED
    throw one.failure
  })
}

const NOT_APPLIED: PersistResult = { applied: false, replays: [], staleAllocations: [], current: null }

/** One call needs no transaction. */
const persistAlone = (sql: TransactionalSql, change: AccountChange): Promise<PersistResult> =>
  change.subAccountProbes.length > 0
    ? persistForSubAccounts(sql, change)
    : QUEUE_WRITES.some((cte) => hasRows(cte, change))
      ? sql.transaction((transaction) => persistOne(transaction, change))
      : persistOne(sql, change)

/** A sub-account was moved after the change was decided. */
class SubAccountMoved extends Error {}

/**
 * Writes a change that contains uses of sub-accounts. Their rows are on other machines, on which a move is not committed at the same moment, so
 * that the version of the parent does not prove them. They are locked after the parent, as a move does.
 */
async function persistForSubAccounts(sql: TransactionalSql, change: AccountChange): Promise<PersistResult> {
  try {
    return await sql.transaction(async (transaction) => {
      const result = await persistOne(transaction, change)
      if (result.applied && !(await hasSubAccounts(transaction, change))) throw new SubAccountMoved()
      return result
    })
  } catch (error) {
    if (error instanceof SubAccountMoved) return NOT_APPLIED
    throw error
  }
}

/** True if the sub-accounts of a change are still those of its account. */
async function hasSubAccounts(sql: Sql, { accountId, subAccountProbes }: AccountChange): Promise<boolean> {
  for (const subAccountId of subAccountProbes)
    if (!(await sql.row(lockSubAccount, { parentId: accountId, subAccountId }))) return false
  return true
}

interface FoundChange {
  readonly isCurrent: boolean
  /** Rows of each check, in order. */
  readonly results: readonly (readonly object[] | null)[]
}

async function persistOne(sql: Sql | TransactionalSql, change: AccountChange): Promise<PersistResult> {
  const { accountId, version } = change
  const isWritten = change.event !== null
  const inputOf = (ctes: readonly StatementCte[]) => ctes.flatMap((cte) => inputsOf(sql, cte, change))
  const writes = inputOf(WRITES)
  const checks = PRECONDITION_CTES.map((cte) => inputsOf(sql, cte, change)[0])
  const sent = checks.filter((check) => check !== undefined)
  const { change: found } = (await sql.row(positionalStatement<{ change: FoundChange }>(changeAccount()), [
    accountId,
    version,
    isWritten,
    sent.map(({ text }) => text),
    sent.map(({ rows }) => rows),
    writes.map(({ text }) => text),
    writes.map(({ rows }) => rows),
    'lockMs' in sql ? sql.lockMs : null,
  ]))!
  const [known = [], otherwise = [], committed = []] = checks.map(
    (check) => (check && found.results[sent.indexOf(check)]) ?? [],
  )
  const isRefused = known.length > 0 || otherwise.length > 0 || committed.length > 0
  if (isWritten && found.isCurrent && !isRefused)
    for (const { text, rows } of inputOf(QUEUE_WRITES)) await sql.run(positionalStatement(text), [accountId, rows])
  return {
    applied: found.isCurrent && !isRefused,
    replays: (known as KnownRow[]).map((row) => ({
      index: row.index,
      version: row.version,
      operationNo: row.operation_no,
      request: row.request_fingerprint,
    })),
    staleAllocations: [
      ...(otherwise as StaleAllocation[]).map(({ index, held }) => ({ index, held })),
      ...(committed as StaleAllocation[]).map(({ index }) => ({ index, held: false })),
    ],
    current: null,
  }
}

/** A row of the check `known`. */
interface KnownRow extends Pick<ReplayedOperation, 'index' | 'version'> {
  readonly operation_no: number
  readonly request_fingerprint: ReplayedOperation['request']
}

const hasRows = ({ rowsOf }: StatementCte, change: AccountChange): boolean => rowsOf([change]).rows.length > 0

/** The texts of a part, with its rows as JSON. Empty if it has no rows. */
function inputsOf({ newId }: Sql, cte: StatementCte, change: AccountChange): { text: string; rows: string }[] {
  const { rows } = cte.rowsOf([change])
  if (rows.length === 0) return []
  const json = JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(cte.columns.map(({ name, value }) => [name, value(row as never, change, newId)])),
    ),
  )
  return callTexts(cte).map((text) => ({ text, rows: json }))
}

const texts = new Map<string, readonly string[]>()

/** The part as statements of their own: `$1` is the account, `$2` the rows, and `$3` the version that the change is decided on. */
function callTexts(cte: StatementCte): readonly string[] {
  let made = texts.get(cte.name)
  if (!made) {
    const columns = cte.columns.map(({ name, type }) => `"${name}" ${type}`)
    const rows = `json_to_recordset($2::json) as r(n int, ${columns.join(', ')})`
    made = textsOf(cte, { rows, account: '$1::text', version: '($3::bigint + 1)' }).map(([, text]) => text)
    texts.set(cte.name, made)
  }
  return made
}

export const persistForms = [functionForm(persistChanges, (sql, changes) => persistEach(sql, changes))]
