import type { MemberRole } from '#entities/identity/member.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** An account by its ID, with the role of a user in it. */
export const findAccountWithRole = statement<
  { id: string; userId: string | null },
  AccountRow & { memberRole: MemberRole | null }
>(`
  select a.*, (select m.role from member m where m.account_id = :id and m.user_id = :userId) as member_role
  from account a where a.id = :id
`)

/** Accounts by ID, or by kind and external ID, each with the role of a user in it. `n` is the number of the query, starting at 1. */
export const findAccountsWithRole = statement<
  {
    ids: readonly (string | null)[]
    kinds: readonly (string | null)[]
    externalIds: readonly (string | null)[]
    userIds: readonly (string | null)[]
  },
  AccountRow & { memberRole: MemberRole | null; n: number }
>(`
  select q.n::int as n, a.*,
    (select m.role from member m where m.account_id = a.id and m.user_id = q.user_id) as member_role
  from unnest(:ids::text[], :kinds::text[], :externalIds::text[], :userIds::text[])
    with ordinality as q(id, kind, external_id, user_id, n)
  cross join lateral (
    select * from account where account.id = q.id
    union all
    select * from account where account.kind = q.kind and account.external_id = q.external_id
    limit 1) a
`)

/** Stores the current number of members, and the highest one at this time. */
export const insertMemberCount = statement<{ accountId: string; at: Date }>(`
  insert into member_count (account_id, changed_at, members, peak)
  select :accountId::text, :at::timestamptz, count(*), count(*) from member where account_id = :accountId
  on conflict (account_id, changed_at) do update
  set members = excluded.members, peak = greatest(member_count.peak, excluded.members)
`)
