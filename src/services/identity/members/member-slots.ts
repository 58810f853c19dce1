import type { Transaction } from '../../kernel/database/database.js'
import type { Sql } from '../../kernel/database/sql.js'
import type { Denial } from '../../kernel/denials/denial.js'
import type { IdentityContext } from '../caller.js'

/**
 * How many members an account may have. What an account holds is known higher up in the house: the composition root hands this in.
 * Members are allocations of the limit `members`, one each, taken and given back in the transaction that adds or removes them.
 */
export interface MemberSlots {
  /** Why nobody more may come in; null: there is room. */
  refusal(sql: Sql, accountId: string, at: Date): Promise<Denial | null>
  /** Takes a place for a new member, under the account's lock; null: it is taken. Members who are there already are counted first. */
  take(transaction: Transaction, accountId: string, userId: string, at: Date): Promise<Denial | null>
  /** Gives a member's place back, under the account's lock. */
  giveBack(transaction: Transaction, accountId: string, userId: string, at: Date): Promise<void>
  /** Which of these accounts hold a plan that somebody gave or sold them: more than everybody has. */
  withPlan(sql: Sql, accountIds: readonly string[], at: Date): Promise<ReadonlySet<string>>
}

/** A context in which members come and go. */
export interface MembersContext extends IdentityContext {
  readonly memberSlots: MemberSlots
}
