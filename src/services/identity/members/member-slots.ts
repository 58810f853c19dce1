import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { IdentityContext } from '../model/caller.js'

/**
 * Member limit of accounts. Entitlements belong to a higher domain, so the composition root provides this port. Members
 * are allocations of the limit `members`, one each, allocated and deallocated in the transaction that adds or removes
 * them.
 */
export interface MemberSlots {
  /** Reason why no further member can join, or null. */
  denial(sql: Sql, accountId: string, at: Date): Promise<Denial | null>
  /** Takes a place for a new member, under the account's lock; null: it is taken. Members who are there already are counted first. */
  take(transaction: Transaction, accountId: string, userId: string, at: Date): Promise<Denial | null>
  /** Gives a member's place back, under the account's lock. */
  giveBack(transaction: Transaction, accountId: string, userId: string, at: Date): Promise<void>
  /** Accounts that have an assigned or purchased plan, in addition to the default plan. */
  withPlan(sql: Sql, accountIds: readonly string[], at: Date): Promise<ReadonlySet<string>>
}

/** A context in which members come and go. */
export interface MembersContext extends IdentityContext {
  readonly memberSlots: MemberSlots
}
