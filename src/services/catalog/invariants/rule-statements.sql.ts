import { ofTable, statement, type NoParameters, type Statement } from '#services/kernel/database/statement.js'
import type { RuleOutcome } from './rule-outcome.js'

/** Makes all statements of the transaction read one snapshot of the database. It must be the first statement. */
export const readOneSnapshot = statement(`
  set transaction isolation level repeatable read, read only
`)

const objectsByStatement = new WeakMap<object, string>()

/**
 * Statement that checks an invariant. `objects` selects all objects that the invariant concerns: a boolean `ok`, and columns that
 * identify the object. An object whose `ok` is false or null breaks the invariant.
 */
export function invariantStatement<Parameters extends object = NoParameters>(
  objects: string,
): Statement<Parameters, RuleOutcome> {
  const made = statement<Parameters, RuleOutcome>(`with ${outcomeOf(objects)}`)
  objectsByStatement.set(made, objects)
  return made
}

/** The check of several invariants in one statement. Each row has the name of its rule. */
export const combinedStatement = (
  rules: readonly { readonly name: string; readonly checked: Statement<NoParameters, RuleOutcome> }[],
): Statement<NoParameters, NamedOutcome> =>
  statement(combined(rules.map(({ name, checked }) => [name, outcomeOf(objectsByStatement.get(checked)!)])))

type NamedOutcome = RuleOutcome & { readonly name: string }

const combined = (rules: readonly (readonly [name: string, outcome: string])[]): string =>
  rules.map(([name, outcome]) => `select '${name}' as name, rule.* from (with ${outcome}) rule`).join(' union all ')

const outcomeOf = (objects: string): string => `object as (${objects})
    select (select count(*)::int from object) as checked,
      (select to_jsonb(broken) - 'ok' from object broken where broken.ok is not true limit 1) as counterexample`

/** Names of the tables with rows of accounts, in the column `account_id`. */
export type AccountTables = ReadonlySet<string>

/**
 * The same check for one account. Each table of accounts that the rule names is replaced by a part of it: a common table
 * expression hides the table of its name from the expressions after it.
 */
export function invariantOfAccount(
  whole: Statement<NoParameters, RuleOutcome>,
  tables: AccountTables,
): Statement<{ accountId: string }, RuleOutcome> {
  return statement<{ accountId: string }, RuleOutcome>(`with ${outcomeOfAccounts(whole, tables, ':accountId')}`)
}

/** The check of several invariants for some accounts in one statement. Each row has the name of its rule. */
export const combinedStatementOfAccounts = (
  rules: readonly { readonly name: string; readonly checked: Statement<NoParameters, RuleOutcome> }[],
  tables: AccountTables,
): Statement<{ accountIds: readonly string[] }, NamedOutcome> =>
  statement(combined(rules.map(({ name, checked }) => [name, outcomeOfAccounts(checked, tables, 'any(:accountIds)')])))

function outcomeOfAccounts(
  whole: Statement<NoParameters, RuleOutcome>,
  tables: AccountTables,
  accounts: string,
): string {
  const objects = objectsByStatement.get(whole)!
  const named = new Set([...objects.matchAll(/\b(?:from|join)\s+(\w+)/g)].map(([, table]) => table!))
  const parts = [...named]
    .filter((table) => table === 'account' || tables.has(table))
    .map((table) => `${table} as (select * from ${table} where ${rowsOfAccounts(table, accounts)})`)
  return [...parts, outcomeOf(objects)].join(', ')
}

/**
 * Condition of the rows of some accounts. Events are indexed by their stream and not by their account: those of an account are in its own stream
 * and in those of its deployments. An event in a stream that does not exist is found only by the check of the whole installation.
 */
const rowsOfAccounts = (table: string, accounts: string): string =>
  table === 'stream_event'
    ? `stream_id = any(array(select id from account where id = ${accounts}${ofTable('deployment', ` union all select id from deployment where account_id = ${accounts}`)}))`
    : `${table === 'account' ? 'id' : 'account_id'} = ${accounts}`
