import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { adaptable } from '#services/kernel/database/layout.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Database } from '#services/kernel/database/database.js'
import { allRules } from './rules/all-rules.js'
import type { Invariant } from './rules/invariant.js'
import { combinedStatement, readOneSnapshot } from './rules/invariants.sql.js'
import type { RuleOutcome } from './rule-outcome.js'

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

const byStatement = allRules.flatMap(({ name, checked }) => (checked ? [{ name, checked }] : []))
const COMBINED = Array.from({ length: Math.ceil(byStatement.length / RULES_AT_ONCE) }, (_, index) =>
  combinedStatement(byStatement.slice(index * RULES_AT_ONCE, (index + 1) * RULES_AT_ONCE)),
)

/** Outcomes of the rules that shared statements check, by their names. */
export const outcomesByStatement = adaptable(async (database: Sql): Promise<Map<string, RuleOutcome>> => {
  const outcomes = new Map<string, RuleOutcome>()
  for (const combined of COMBINED)
    for (const { name, checked, counterexample } of await database.rows(combined))
      outcomes.set(name, { checked, counterexample })
  return outcomes
})

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

/** The same for operators. */
export async function invariants(context: CatalogContext): Promise<Invariant[]> {
  return checkInvariants(context.database, context.catalog.current())
}
