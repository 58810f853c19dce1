import type { AccountWithRole } from './account-reference.js'

/** Accounts by ID or reference with the caller's role in them, cached for one request. */
export interface AccountLoader {
  load(reference: string): Promise<AccountWithRole | null>
  /** Forgets all: a mutation may have changed them. */
  clearAll(): unknown
}
