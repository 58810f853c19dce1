import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Database } from '#services/kernel/database/database.js'
import { allRules } from './rules/all-rules.js'
import type { Invariant } from './rules/invariant.js'
import { combinedStatement, combinedStatementOfAccounts, readOneSnapshot } from './rules/invariants.sql.js'
import type { RuleOutcome } from './rule-outcome.js'

/** Outcomes of rules by their names. */
export type Outcomes = ReadonlyMap<string, RuleOutcome>

/** An invariant with its result and the time of the check (machine clock). */
export interface CheckedInvariant extends Invariant {
  readonly checkedAt: Date
}

/** Checks all invariants against one snapshot of the database, despite concurrent writes. */
export async function checkInvariants(
  database: Pick<Database, 'transaction'>,
  catalog: CatalogSnapshot,
): Promise<Invariant[]> {
  return database.transaction(async (transaction) => {
    await transaction.run(readOneSnapshot)
    return checkRules(transaction, catalog)
  })
}

/** Rules of one statement. Each statement has the same limit of time, so all rules in one would be too many. */
const RULES_AT_ONCE = 8

const inGroups = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / RULES_AT_ONCE) }, (_, index) =>
    items.slice(index * RULES_AT_ONCE, (index + 1) * RULES_AT_ONCE),
  )

const byStatement = allRules.flatMap(({ name, checked, checkAccounts }) =>
  checked ? [{ name, checked, isSplit: checkAccounts !== undefined }] : [],
)
const COMBINED = inGroups(byStatement).map(combinedStatement)
const COMBINED_OF_ACCOUNTS = inGroups(byStatement.filter(({ isSplit }) => isSplit)).map(combinedStatementOfAccounts)

const outcomeOf = ({ checked, counterexample }: RuleOutcome): RuleOutcome => ({ checked, counterexample })

/** Outcomes of the rules that shared statements check. */
const outcomesByStatement = async (database: Sql): Promise<Outcomes> => {
  const outcomes = new Map<string, RuleOutcome>()
  for (const combined of COMBINED)
    for (const { name, ...outcome } of await database.rows(combined)) outcomes.set(name, outcomeOf(outcome))
  return outcomes
}

/** The same for some accounts. */
const outcomesOfAccounts = async (database: Sql, accountIds: readonly string[]): Promise<Outcomes> => {
  const outcomes = new Map<string, RuleOutcome>()
  for (const combined of COMBINED_OF_ACCOUNTS)
    for (const { name, ...outcome } of await database.rows(combined, { accountIds }))
      outcomes.set(name, outcomeOf(outcome))
  return outcomes
}

/** Checks every rule in a transaction that the caller has opened. */
export async function checkRules(database: Sql, catalog: CatalogSnapshot): Promise<Invariant[]> {
  const outcomes = await outcomesByStatement(database)
  const found: Invariant[] = []
  for (const rule of allRules) {
    const outcome = outcomes.get(rule.name) ?? (await rule.check(database, catalog))
    found.push({ name: rule.name, description: rule.description, ok: outcome.counterexample === null, ...outcome })
  }
  return found
}

/** Checks the rules of accounts for some of them, in a transaction that the caller has opened. */
export async function checkSomeAccounts(
  database: Sql,
  catalog: CatalogSnapshot,
  accountIds: readonly string[],
): Promise<Outcomes> {
  const outcomes = new Map(await outcomesOfAccounts(database, accountIds))
  for (const { name, checkAccounts } of allRules)
    if (checkAccounts && !outcomes.has(name)) outcomes.set(name, await checkAccounts(database, catalog, accountIds))
  return outcomes
}

/** The same for one account whose data is too much for a statement of several rules. */
export async function checkLargeAccount(database: Sql, catalog: CatalogSnapshot, accountId: string): Promise<Outcomes> {
  const outcomes = new Map<string, RuleOutcome>()
  for (const { name, checkInParts, checkAccounts } of allRules) {
    if (checkInParts) outcomes.set(name, await checkInParts(database, accountId))
    else if (checkAccounts) outcomes.set(name, await checkAccounts(database, catalog, [accountId]))
  }
  return outcomes
}

/** Checks the rules that concern the installation, in a transaction that the caller has opened. */
export async function checkInstallation(database: Sql, catalog: CatalogSnapshot): Promise<Outcomes> {
  const outcomes = new Map<string, RuleOutcome>()
  for (const rule of allRules) if (!rule.checkAccounts) outcomes.set(rule.name, await rule.check(database, catalog))
  return outcomes
}

/** Results of the last round in the background. Empty before the first. Operators only. */
export async function invariants({ database }: Pick<CatalogContext, 'database'>): Promise<CheckedInvariant[]> {
  const round = await database.query.selectFrom('invariant_round').select(['results', 'checkedAt']).executeTakeFirst()
  if (!round?.checkedAt) return []
  const { results, checkedAt } = round
  return allRules.flatMap(({ name, description }) => {
    const result = results[name]
    return result ? [{ name, description, ok: result.counterexample === null, ...result, checkedAt }] : []
  })
}
