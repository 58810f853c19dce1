import { statement } from '#services/kernel/database/statement.js'

/** Next time at which a reservation or a grant of an account expires. Null if none does. */
export const nextSweep = statement<{ accountId: string; now: Date }, { at: Date | null }>(`
  select least(
    (select min(expires_at) from reservation where account_id = :accountId and status = 'HELD'),
    (select min(expires_at) from credit_grant where account_id = :accountId and open and expires_at > :now)
  ) as at
`)

/** True if a crossing of an alert or of a level of a cap is not handled yet. */
export const hasPendingCrossings = statement<{ accountId: string }, { pending: boolean }>(`
  select exists (select from alert_crossing where account_id = :accountId and handled_at is null) as pending
`)

/** Pairs of an account and a user in which the user is a member of the account. */
export const membersOf = statement<
  { accountIds: readonly string[]; userIds: readonly string[] },
  { accountId: string; userId: string }
>(`
  select m.account_id, m.user_id from member m
  join unnest(:accountIds::text[], :userIds::text[]) as named(account_id, user_id)
    on m.account_id = named.account_id and m.user_id = named.user_id
`)
