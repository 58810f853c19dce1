import type { MemberRole } from '#entities/identity/member.entity.js'
import { statement } from '#services/kernel/database/statement.js'

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

/** An account with the version of its state, and the role of a user in it. */
export interface FoundAccount {
  readonly id: string
  readonly version: number
  readonly memberRole: MemberRole | null
}

/** Finds an account by its ID. */
export const findAccount = statement<{ id: string; userId: string | null }, FoundAccount>(`
  select a.id, a.version, (select m.role from member m where m.account_id = a.id and m.user_id = :userId) as member_role
  from account a where a.id = :id
`)

/** Finds accounts by ID, or by kind and external ID. `n` is the number of the query, starting at 1. */
export const findAccounts = statement<
  {
    ids: readonly (string | null)[]
    kinds: readonly (string | null)[]
    externalIds: readonly (string | null)[]
    userIds: readonly (string | null)[]
  },
  FoundAccount & { n: number }
>(`
  select q.n::int as n, a.id, a.version,
    (select m.role from member m where m.account_id = a.id and m.user_id = q.user_id) as member_role
  from unnest(:ids::text[], :kinds::text[], :externalIds::text[], :userIds::text[])
    with ordinality as q(id, kind, external_id, user_id, n)
  cross join lateral (
    select * from account where account.id = q.id
    union all
    select * from account where account.kind = q.kind and account.external_id = q.external_id
    limit 1) a
`)
