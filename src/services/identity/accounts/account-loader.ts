import type { AccountWithRole } from './account-reference.js'

/** Accounts by id or reference with the caller's role in them, remembered while one request is answered. */
export interface AccountLoader {
  load(reference: string): Promise<AccountWithRole | null>
  /** Forgets all: a mutation may have changed them. */
  clearAll(): unknown
}
