import type { MemberRole } from '#entities/identity/member.entity.js'
import { statement } from '#services/kernel/database/statement.js'
import type { AccountJson } from '../snapshot/snapshot.sql.js'

/** Returns the accounts that no other transaction has locked. */
export const findFreeAccounts = statement<{ accountIds: readonly string[] }, { id: string }>(`
  select id from account where id = any(:accountIds) order by id for no key update skip locked
`)

/** Locks accounts in the order of their IDs, so that two transactions never deadlock. */
export const lockAccounts = statement<{ accountIds: readonly string[] }, { id: string }>(`
  select id from account where id = any(:accountIds) order by id for no key update
`)

/** Maximum wait for a lock until the end of the transaction, for example `250ms`. */
export const setLockTimeout = statement<{ timeout: string }, { setConfig: string }>(`
  select set_config('lock_timeout', :timeout, true)
`)

/**
 * Reads accounts by ID or by kind and external ID, with the role of a user. `read` is null if the account still has the known version.
 * Parameters are array literals; see `SNAPSHOT_FUNCTION` for `account_snapshot`.
 */
export const readSnapshots = statement<
  {
    at: Date
    membersSince: Date
    ids: string
    kinds: string
    externalIds: string
    userIds: string
    knownVersions: string
  },
  { n: number; memberRole: MemberRole | null; read: AccountJson | null }
>(`
  select q.n::int as n,
    case when q.user_id is not null then (select m.role from member m where m.account_id = a.id and m.user_id = q.user_id) end as member_role,
    case when a.version is distinct from q.known then pg_temp.account_snapshot(:at, :membersSince, a.id) end as read
  from unnest(:ids::text[], :kinds::text[], :externalIds::text[], :userIds::text[], :knownVersions::bigint[])
    with ordinality as q(id, kind, external_id, user_id, known, n)
  cross join lateral (
    select * from account where account.id = q.id
    union all
    select * from account where account.kind = q.kind and account.external_id = q.external_id
    limit 1) a
`)
