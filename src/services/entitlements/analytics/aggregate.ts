import type { Sql } from '#services/kernel/database/sql.js'

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Daily figures of the modules. */
    readonly aggregates: readonly Aggregate[]
  }
}

/** Daily figures about objects of accounts, which are counted after events about these. */
export interface Aggregate {
  /** Patterns of `like` for the types of these events: `purchase.%`. */
  readonly patterns: readonly string[]
  /** Adds accounts to the figures. A repeated call adds nothing. */
  readonly count: (database: Sql, accountIds: readonly string[]) => Promise<unknown>
  /** Accounts after an ID whose counted state is outdated although no event reported a change. */
  readonly findOutdated?: (database: Sql, after: string, limit: number) => Promise<{ readonly id: string }[]>
}
