import { createBatcher } from '#services/kernel/batcher/batcher.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Timers } from '#services/kernel/time/timers.js'
import { findAccounts, type AccountQuery, type AccountWithRole } from './account-reference.js'

/** Reads accounts for all requests. Queries that arrive while a statement runs share the next one. */
export interface AccountReader {
  /** Null for a missing account. */
  read(query: AccountQuery): Promise<AccountWithRole | null>
}

/** As many as the largest page of a list. */
const MAX_ACCOUNTS = 100
/** While one batch is read, the other is returned. */
const CONCURRENT_READS = 2

export function createAccountReader({ sql, timers }: { sql: Sql; timers: Timers }): AccountReader {
  const batcher = createBatcher<AccountQuery, AccountWithRole | null>({
    timers,
    runBatch: (queries) => findAccounts(sql, queries),
    maxSize: MAX_ACCOUNTS,
    concurrency: CONCURRENT_READS,
  })
  return { read: (query) => batcher.add(query) }
}
