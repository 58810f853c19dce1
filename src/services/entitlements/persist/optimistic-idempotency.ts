import type { Sql } from '../../kernel/database/sql.js'
import type { AccountChange, PersistResult } from './account-change.js'
import { persistChanges } from './persist-changes.js'

/** Settles changes as `persistChanges` does, none of them under a key that was used before. */
export type PersistChanges = (sql: Sql, changes: readonly AccountChange[]) => Promise<PersistResult[]>

/** Whoever repeats one call is about to repeat more of them: so long after the last repetition every key is looked up. */
const CHECK_KEYS_MS = 10_000

/** Looks every key up: in a transaction nothing may be refused. */
export const checkKeysFirst: PersistChanges = (sql, changes) => persistChanges(sql, changes.map(withKeysLookedUp))

/**
 * Takes keys for new, as nearly all are: what would be entered under one that was used is refused by the ledger's own index, and the
 * changes are settled again with every key looked up. To look each of them up first took a sixth of the statement's time.
 */
export function assumeNewKeys(): PersistChanges {
  let lookUpUntil = 0
  const lookUp: PersistChanges = async (sql, changes) => {
    const settled = await checkKeysFirst(sql, changes)
    if (settled.some(({ replays }) => replays.length > 0)) lookUpUntil = performance.now() + CHECK_KEYS_MS
    return settled
  }
  return async (sql, changes) => {
    if (performance.now() < lookUpUntil) return lookUp(sql, changes)
    try {
      return await persistChanges(sql, changes)
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      return lookUp(sql, changes)
    }
  }
}

const withKeysLookedUp = (change: AccountChange): AccountChange => ({
  ...change,
  keyProbes: change.keyProbes.map((probe) => ({ ...probe, isEntered: false })),
})

const UNIQUE_VIOLATION = '23505'

function isDuplicateKey(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: string; constraint?: string }
  return code === UNIQUE_VIOLATION && constraint === 'ledger_entry_key'
}
