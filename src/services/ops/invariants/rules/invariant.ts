import type { Sql } from '#services/kernel/database/sql.js'
import type { NoParameters, Statement } from '#services/kernel/database/statement.js'
import { combinedStatementOfAccounts, invariantOfAccount } from './invariants.sql.js'
import type { RuleOutcome } from '../rule-outcome.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

/** Something that must always be true of what is stored, whatever happened before. */
export interface InvariantRule {
  /** A stable name for programs, for example `ledger_sums_to_grants`. */
  readonly name: string
  /** Description for operators. */
  readonly description: string
  check(database: Sql, catalog: CatalogSnapshot): Promise<RuleOutcome>
  /** The statement that checks the rule. Undefined if it is checked otherwise. */
  readonly checked?: Statement<NoParameters, RuleOutcome>
  /** Checks the rule for one account. Undefined if the rule concerns the installation only. */
  readonly checkAccount?: (database: Sql, catalog: CatalogSnapshot, accountId: string) => Promise<RuleOutcome>
  /** Checks the rule for one account in parts. Undefined if one statement reads any account within its time limit. */
  readonly checkInParts?: (database: Sql, accountId: string) => Promise<RuleOutcome>
  /** Checks the rule for some accounts. Undefined if it is checked for all at once. */
  readonly checkAccounts?: (
    database: Sql,
    catalog: CatalogSnapshot,
    accountIds: readonly string[],
  ) => Promise<RuleOutcome>
}

/** An invariant with its result. */
export interface Invariant extends RuleOutcome {
  readonly name: string
  readonly description: string
  readonly ok: boolean
}

/** An invariant checked by one statement of `invariantStatement`, for all accounts or for one. */
export function sqlRule(
  name: string,
  description: string,
  checked: Statement<NoParameters, RuleOutcome>,
): InvariantRule {
  const ofAccount = invariantOfAccount(checked)
  return {
    ...splitRule(name, description, checked),
    checkAccount: async (database, _catalog, accountId) => (await database.row(ofAccount, { accountId }))!,
  }
}

/** The same for an invariant that can be checked for some accounts after others, and whose objects are shown to operators only. */
export function splitRule(
  name: string,
  description: string,
  checked: Statement<NoParameters, RuleOutcome>,
): InvariantRule {
  const ofAccounts = combinedStatementOfAccounts([{ name, checked }])
  return {
    ...installationRule(name, description, checked),
    checkAccounts: async (database, _catalog, accountIds) => (await database.row(ofAccounts, { accountIds }))!,
  }
}

/** The same for an invariant that concerns no account. */
export const installationRule = (
  name: string,
  description: string,
  checked: Statement<NoParameters, RuleOutcome>,
): InvariantRule => ({ name, description, checked, check: async (database) => (await database.row(checked))! })

/** The outcome of a rule for two parts of its objects. */
export const sumOfOutcomes = (before: RuleOutcome, { checked, counterexample }: RuleOutcome): RuleOutcome => ({
  checked: before.checked + checked,
  counterexample: before.counterexample ?? counterexample,
})
