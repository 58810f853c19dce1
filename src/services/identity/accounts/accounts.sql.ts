import type { MemberRole } from '#entities/identity/member.entity.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { statement } from '#services/kernel/database/statement.js'

interface WithRole {
  readonly memberRole: MemberRole | null
}

/** Parameters of a search for several accounts, one element for each. */
export interface Searched {
  ids: readonly (string | null)[]
  kinds: readonly (string | null)[]
  externalIds: readonly (string | null)[]
  userIds: readonly (string | null)[]
}

const one = (columns: string) => `
  select ${columns}, (select m.role from member m where m.account_id = :id and m.user_id = :userId) as member_role
  from account a where a.id = :id
`

const several = (columns: string) => `
  select q.n::int as n, ${columns},
    (select m.role from member m where m.account_id = a.id and m.user_id = q.user_id) as member_role
  from unnest(:ids::text[], :kinds::text[], :externalIds::text[], :userIds::text[])
    with ordinality as q(id, kind, external_id, user_id, n)
  cross join lateral (
    select * from account where account.id = q.id
    union all
    select * from account where account.kind = q.kind and account.external_id = q.external_id
    limit 1) a
`

/** An account by its ID, with the role of a user in it. */
export const findAccountWithRole = statement<{ id: string; userId: string | null }, AccountRow & WithRole>(one('a.*'))

/** Accounts by ID, or by kind and external ID, each with the role of a user in it. `n` is the number of the query, starting at 1. */
export const findAccountsWithRole = statement<Searched, AccountRow & WithRole & { n: number }>(several('a.*'))

type Version = Pick<AccountRow, 'id' | 'version'> & WithRole

/** As `findAccountWithRole`, for checks, which need the version of the state alone. */
export const findVersionWithRole = statement<{ id: string; userId: string | null }, Version>(one('a.id, a.version'))

/** As `findAccountsWithRole`, for checks. */
export const findVersionsWithRole = statement<Searched, Version & { n: number }>(several('a.id, a.version'))

/** Stores the current number of members, and the highest one at this time. */
export const insertMemberCount = statement<{ accountId: string; at: Date }>(`
  insert into member_count (account_id, changed_at, members, peak)
  select :accountId::text, :at::timestamptz, count(*), count(*) from member where account_id = :accountId
  on conflict (account_id, changed_at) do update
  set members = excluded.members, peak = greatest(member_count.peak, excluded.members)
`)
