import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Database } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Invariant, InvariantRule, StatementRule } from './invariant-rule.js'
import type { RuleOutcome } from './rule-outcome.js'
import {
  combinedStatement,
  combinedStatementOfAccounts,
  invariantOfAccount,
  readOneSnapshot,
  type AccountTables,
} from './rule-statements.sql.js'

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Checks of the invariants. */
    readonly invariants: Invariants
  }
}

/** Outcomes of rules by their names. */
export type Outcomes = ReadonlyMap<string, RuleOutcome>

/** Rules of one statement. Each statement has the same limit of time, so all rules in one would be too many. */
const RULES_AT_ONCE = 8

const inGroups = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / RULES_AT_ONCE) }, (_, index) =>
    items.slice(index * RULES_AT_ONCE, (index + 1) * RULES_AT_ONCE),
  )

const outcomeOf = ({ checked, counterexample }: RuleOutcome): RuleOutcome => ({ checked, counterexample })

const isByStatement = (rule: InvariantRule): rule is StatementRule => 'checked' in rule

/** Checks what must always be true of the stored data. */
export class Invariants {
  /** Rules that concern single accounts, and are shown for one. */
  readonly accountRules: readonly InvariantRule[]
  readonly #combined
  readonly #combinedOfAccounts
  readonly #ofAccount = new Map<string, ReturnType<typeof invariantOfAccount>>()

  /** @param rules in the order in which they are shown */
  constructor(
    readonly rules: readonly InvariantRule[],
    tables: AccountTables,
  ) {
    const byStatement = rules.filter(isByStatement)
    this.#combined = inGroups(byStatement).map(combinedStatement)
    this.#combinedOfAccounts = inGroups(byStatement.filter(({ isSplit }) => isSplit)).map((some) =>
      combinedStatementOfAccounts(some, tables),
    )
    for (const { name, checked, isSplit } of byStatement)
      if (isSplit) this.#ofAccount.set(name, invariantOfAccount(checked, tables))
    this.accountRules = rules.filter((rule) =>
      isByStatement(rule) ? rule.isOfAccounts : rule.checkAccounts !== undefined,
    )
  }

  /** Checks all invariants against one snapshot of the database, despite concurrent writes. */
  check(database: Pick<Database, 'transaction'>, catalog: CatalogSnapshot): Promise<Invariant[]> {
    return database.transaction(async (transaction) => {
      await transaction.run(readOneSnapshot)
      return this.checkRules(transaction, catalog)
    })
  }

  /** Checks every rule in a transaction that the caller has opened. */
  async checkRules(database: Sql, catalog: CatalogSnapshot): Promise<Invariant[]> {
    const outcomes = new Map<string, RuleOutcome>()
    for (const combined of this.#combined)
      for (const { name, ...outcome } of await database.rows(combined)) outcomes.set(name, outcomeOf(outcome))
    return this.#resultsOf(this.rules, async (rule) =>
      isByStatement(rule) ? outcomes.get(rule.name)! : rule.check(database, catalog),
    )
  }

  /** Checks the rules of accounts for some of them, in a transaction that the caller has opened. */
  async checkSomeAccounts(database: Sql, catalog: CatalogSnapshot, accountIds: readonly string[]): Promise<Outcomes> {
    const outcomes = new Map<string, RuleOutcome>()
    for (const combined of this.#combinedOfAccounts)
      for (const { name, ...outcome } of await database.rows(combined, { accountIds }))
        outcomes.set(name, outcomeOf(outcome))
    for (const rule of this.rules)
      if (!isByStatement(rule) && rule.checkAccounts)
        outcomes.set(rule.name, await rule.checkAccounts(database, catalog, accountIds))
    return outcomes
  }

  /** The same for one account whose data is too much for a statement of several rules. */
  async checkLargeAccount(database: Sql, catalog: CatalogSnapshot, accountId: string): Promise<Outcomes> {
    const outcomes = new Map<string, RuleOutcome>()
    for (const rule of this.rules) {
      if (!isByStatement(rule)) {
        if (rule.checkAccounts) outcomes.set(rule.name, await rule.checkAccounts(database, catalog, [accountId]))
      } else if (rule.checkInParts) outcomes.set(rule.name, await rule.checkInParts(database, accountId))
      else if (rule.isSplit) outcomes.set(rule.name, await this.#checkStatement(database, rule, accountId))
    }
    return outcomes
  }

  /** Checks the rules that concern the installation, in a transaction that the caller has opened. */
  async checkInstallation(database: Sql, catalog: CatalogSnapshot): Promise<Outcomes> {
    const outcomes = new Map<string, RuleOutcome>()
    for (const rule of this.rules) {
      if (isByStatement(rule)) {
        if (!rule.isSplit) outcomes.set(rule.name, (await database.row(rule.checked))!)
      } else if (!rule.checkAccounts) outcomes.set(rule.name, await rule.check(database, catalog))
    }
    return outcomes
  }

  /** Checks the rules for one account, in a transaction that the caller has opened. */
  checkAccount(database: Sql, catalog: CatalogSnapshot, accountId: string): Promise<Invariant[]> {
    return this.#resultsOf(this.accountRules, (rule) =>
      isByStatement(rule)
        ? this.#checkStatement(database, rule, accountId)
        : rule.checkAccounts!(database, catalog, [accountId]),
    )
  }

  async #checkStatement(database: Sql, { name }: StatementRule, accountId: string): Promise<RuleOutcome> {
    return (await database.row(this.#ofAccount.get(name)!, { accountId }))!
  }

  async #resultsOf(
    rules: readonly InvariantRule[],
    outcome: (rule: InvariantRule) => Promise<RuleOutcome>,
  ): Promise<Invariant[]> {
    const found: Invariant[] = []
    for (const rule of rules) {
      const result = await outcome(rule)
      found.push({ name: rule.name, description: rule.description, ok: result.counterexample === null, ...result })
    }
    return found
  }
}
