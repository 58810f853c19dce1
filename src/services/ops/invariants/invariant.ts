import type { Sql } from '#services/kernel/database/sql.js'
import type { NoParameters, Statement } from '#services/kernel/database/statement.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

/** Something that must always be true of what is stored, whatever happened before. */
export interface InvariantRule {
  /** A stable name for programs, for example `ledger_sums_to_grants`. */
  readonly name: string
  /** Description for operators. */
  readonly description: string
  check(database: Sql, catalog: CatalogSnapshot): Promise<RuleOutcome>
}

/** Number of checked objects, and the first counterexample. */
export interface RuleOutcome {
  readonly checked: number
  readonly counterexample: Readonly<Record<string, unknown>> | null
}

/** An invariant with its result. */
export interface Invariant extends RuleOutcome {
  readonly name: string
  readonly description: string
  readonly ok: boolean
}

/** An invariant checked by one statement of `invariantStatement`. */
export const sqlRule = (
  name: string,
  description: string,
  checked: Statement<NoParameters, RuleOutcome>,
): InvariantRule => ({ name, description, check: async (database) => (await database.row(checked))! })
