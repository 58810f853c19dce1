import type { MemberRole } from '#entities/identity/member.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** An account by its ID, with the role of a user in it. */
export const findAccountWithRole = statement<
  { id: string; userId: string | null },
  AccountRow & { memberRole: MemberRole | null }
>(`
  select a.*, (select m.role from member m where m.account_id = a.id and m.user_id = :userId) as member_role
  from account a where a.id = :id
`)

/** Accounts by ID, or by kind and external ID, each with the role of a user in it. */
export const findAccountsWithRole = statement<
  { ids: string[]; kinds: string[]; externalIds: string[]; userId: string | null },
  AccountRow & { memberRole: MemberRole | null }
>(`
  select a.*, m.role as member_role
  from (
    select * from account where id = any(:ids)
    union
    select account.* from account
    join unnest(:kinds::text[], :externalIds::text[]) as wanted (kind, external_id) using (kind, external_id)
  ) a
  left join member m on m.account_id = a.id and m.user_id = :userId
`)

/** Stores the current number of members, and the highest one at this time. */
export const insertMemberCount = statement<{ accountId: string; at: Date }>(`
  insert into member_count (account_id, changed_at, members, peak)
  select :accountId, :at, count(*), count(*) from member where account_id = :accountId
  on conflict (account_id, changed_at) do update
  set members = excluded.members, peak = greatest(member_count.peak, excluded.members)
`)
