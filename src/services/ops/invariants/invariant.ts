import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'

/** Something that must always be true of what is stored, whatever happened before. */
export interface InvariantRule {
  /** A stable name for programs, as `ledger_sums_to_grants`. */
  readonly name: string
  /** Description for operators. */
  readonly description: string
  check(sql: Sql, catalog: CatalogSnapshot): Promise<RuleOutcome>
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

/**
 * An invariant checked by one statement. `things` selects all relevant objects, with a boolean `ok` and identifying
 * columns; a null `ok` breaks it.
 */
export function sqlRule(name: string, description: string, things: string): InvariantRule {
  const text = `with thing as (${things})
    select (select count(*)::int from thing) as checked,
      (select to_jsonb(t) - 'ok' from thing t where t.ok is not true limit 1) as counterexample`
  return {
    name,
    description,
    check: async (sql) => (await sql.row<RuleOutcome>(text))!,
  }
}
