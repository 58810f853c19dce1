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

/** Groups of usage whose values are on the first entry of an operation alone; of an amendment, on that of the consumption. */
const OF_OPERATION = `'{MODEL,PROPERTY,REFERENCE}'`

/** A value of a group. Empty without one, or if the group is not requested. */
const partOf = (group: string, value: string): string =>
  `case when '${group}' = any(:groups::text[]) then coalesce(${value}, '') else '' end`

/**
 * Used units of features by period, and by the requested groups: of so many groups after the given one, in the order of features and
 * parts. The first period is 1.
 */
export const sumUsage = statement<
  {
    accountId: string
    features: readonly string[]
    groups: readonly string[]
    property: string
    bounds: readonly Date[]
    afterFeature: number
    afterParts: readonly string[]
    limit: number
  },
  { position: number; parts: string[]; period: number; used: number }
>(`
  with used as (
    select array_position(:features::text[], l.feature) as position,
      array[
        ${partOf('SUB_ACCOUNT', 'l.sub_account_id')},
        ${partOf('MEMBER', 'l.user_id')},
        ${partOf('MODEL', "f.price->'dimensions'->>'model'")},
        ${partOf('PROPERTY', "f.price->'dimensions'->>:property::text")},
        ${partOf('REFERENCE', 'f.reference')}
      ] as parts,
      width_bucket(l.at, :bounds::timestamptz[]) as period, -sum(l.amount) as amount
    from ledger_entry l
      left join usage_amendment amended on :groups::text[] && ${OF_OPERATION} and amended.account_id = l.account_id
        and amended.version = l.version and amended.operation_no = l.operation_no
      left join ledger_entry f on :groups::text[] && ${OF_OPERATION} and f.account_id = l.account_id
        and f.version = coalesce(amended.consumption_version, l.version)
        and f.operation_no = coalesce(amended.consumption_operation_no, l.operation_no) and f.entry_no = 0
    where l.account_id = :accountId and l.feature = any(:features) and l.at >= (:bounds::timestamptz[])[1]
      and l.at < (:bounds::timestamptz[])[cardinality(:bounds::timestamptz[])] and ${isUsageEntry('l')}
    group by 1, 2, 3
  ), ranked as (
    select used.*, dense_rank() over (order by position, parts) as place
    from used where (position, parts) > (:afterFeature::int, :afterParts::text[])
  )
  select position, parts, period, amount::bigint as used from ranked where place <= :limit
  order by position, parts, period
`)
