import { statement } from '#services/kernel/database/statement.js'
import { isUsageEntry } from './usage-entry.js'

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

/** Used units of features per day (UTC), with days of no use. */
export const usagePerDay = statement<
  { accountId: string; features: readonly string[]; from: Date; to: Date },
  { feature: string; from: Date; to: Date; amount: number }
>(`
  select feature, day as "from", day + interval '1 day' as "to", coalesce(used.amount, 0)::bigint as amount
  from unnest(:features::text[]) feature
  cross join generate_series(:from::timestamptz, :to::timestamptz, interval '1 day') day
  left join (
    select l.feature, date_trunc('day', l.at at time zone 'UTC') at time zone 'UTC' as day, -sum(l.amount) as amount
    from ledger_entry l
    where l.account_id = :accountId and l.feature = any(:features)
      and l.at >= :from and l.at < :to + interval '1 day' and ${isUsageEntry('l')}
    group by 1, 2
  ) used using (feature, day)
  order by 1, 2
`)
