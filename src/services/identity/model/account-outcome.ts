import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Denied } from '#services/kernel/result/denied.js'

/** A change of what an account has, with its earlier row. */
export interface AccountChanged {
  readonly kind: 'changed'
  readonly account: AccountRow
}
export type AccountOutcome = AccountChanged | Denied
