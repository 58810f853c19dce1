import type { Sql } from '#services/kernel/database/sql.js'
import type { NoParameters, Statement } from '#services/kernel/database/statement.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { RuleOutcome } from './rule-outcome.js'

interface NamedRule {
  /** A stable name for programs, for example `ledger_sums_to_grants`. */
  readonly name: string
  /** Description for operators. */
  readonly description: string
}

/** An invariant that one statement of `invariantStatement` checks. */
export interface StatementRule extends NamedRule {
  readonly checked: Statement<NoParameters, RuleOutcome>
  /** It can be checked for some accounts after others. */
  readonly isSplit: boolean
  /** It is also shown for one account. */
  readonly isOfAccounts: boolean
  /** Checks the rule for one account in parts. Undefined if one statement reads any account within its time limit. */
  readonly checkInParts?: (database: Sql, accountId: string) => Promise<RuleOutcome>
}

/** An invariant that code checks. */
export interface CodeRule extends NamedRule {
  check(database: Sql, catalog: CatalogSnapshot): Promise<RuleOutcome>
  /** Checks the rule for some accounts. Undefined if it is checked for all at once. */
  readonly checkAccounts?: (
    database: Sql,
    catalog: CatalogSnapshot,
    accountIds: readonly string[],
  ) => Promise<RuleOutcome>
}

/** Something that must always be true of what is stored, whatever happened before. */
export type InvariantRule = StatementRule | CodeRule

/** An invariant with its result. */
export interface Invariant extends RuleOutcome {
  readonly name: string
  readonly description: string
  readonly ok: boolean
}

type RuleMaker = (name: string, description: string, checked: StatementRule['checked']) => StatementRule

/** An invariant that is checked for all accounts, for some, or for one. */
export const sqlRule: RuleMaker = (name, description, checked) => ({
  name,
  description,
  checked,
  isSplit: true,
  isOfAccounts: true,
})

/** The same for an invariant whose objects are shown to operators only. */
export const splitRule: RuleMaker = (...rule) => ({ ...sqlRule(...rule), isOfAccounts: false })

/** The same for an invariant that concerns no account. */
export const installationRule: RuleMaker = (...rule) => ({ ...splitRule(...rule), isSplit: false })

/** The outcome of a rule for two parts of its objects. */
export const sumOfOutcomes = (before: RuleOutcome, { checked, counterexample }: RuleOutcome): RuleOutcome => ({
  checked: before.checked + checked,
  counterexample: before.counterexample ?? counterexample,
})
