import type { AccountRow } from '#entities/identity/account.entity.js'
import type { SearchText } from '../search/search.sql.js'
import { statement } from '#services/kernel/database/statement.js'

/** Conditions of a filter. Null: no condition. */
export interface AccountConditions {
  readonly kinds: readonly string[] | null
  readonly plans: readonly string[] | null
  /** Plan groups whose default plan matches: accounts without an assignment in them match. */
  readonly defaultGroups: readonly string[]
  readonly statuses: readonly string[] | null
}

/** Each branch reads one index. */
const FOUND = `
  with found as materialized (
    select id from account where id = :text
    union select id from account where kind = :kind and external_id = :externalId
    union select id from account where lower(external_id) like :prefix
    union select id from account where to_tsvector('simple', name) @@ to_tsquery('simple', :words)
    union select m.account_id from app_user u join member m on m.user_id = u.id where lower(u.email) like :prefix
    union select account_id from billing_customer where lower(email) like :prefix
    union select account_id from billing_customer where provider in ('STRIPE', 'PAYPAL') and customer_id = :text
    union select account_id from billing_subscription where provider in ('STRIPE', 'PAYPAL') and external_id = :text
    union select account_id from invoice where number = :text
    union select account_id from invoice where provider in ('STRIPE', 'PAYPAL') and external_id = :text
    union select account_id from checkout where provider in ('STRIPE', 'PAYPAL') and session_id = :text
    union select account_id from deployment where hash = :text
  )`

const HAS_DEFAULT_PLAN = `exists (
        select from unnest(:defaultGroups::text[]) as free (code)
        where not exists (
          select from plan_assignment held
          where held.account_id = a.id and held.ended_at is null and held.group_code = free.code
        )
      )`

const filterWith = (hasDefaultPlan: string): string => `(:kinds::text[] is null or a.kind = any(:kinds::text[]))
    and (:statuses::text[] is null or exists (
      select from billing_subscription s where s.account_id = a.id and s.status = any(:statuses::text[])
    ))
    and (
      :plans::text[] is null
      or exists (
        select from plan_assignment held
          join plan_version v on v.id = held.plan_version_id join plan p on p.id = v.plan_id
        where held.account_id = a.id and held.ended_at is null and p.code = any(:plans::text[])
      )
      or ${hasDefaultPlan}
    )`

const NEWEST = `(:afterId::text is null or a.id < :afterId) order by a.id desc limit :limit`
const BY_NAME = `(:afterId::text is null or (lower(a.name), a.id) > (lower(:afterName::text), :afterId))
  order by lower(a.name), a.id limit :limit`

interface AccountPage {
  readonly afterId: string | null
  readonly limit: number
}

interface AccountPageByName extends AccountPage {
  readonly afterName: string | null
}

/** The same for distributed accounts: a list of values is no table that a condition on their rows can read. */
const HAS_DEFAULT_PLAN_ON_SHARD = `not :defaultGroups::text[] <@ coalesce((
        select array_agg(held.group_code) from plan_assignment held
        where held.account_id = a.id and held.ended_at is null group by held.account_id
      ), '{}')`

/** A statement with the filter. */
const filtered = <Parameters extends object, Row>(textOf: (filter: string) => string) =>
  statement<Parameters, Row>(textOf(filterWith(HAS_DEFAULT_PLAN)), {
    text: textOf(filterWith(HAS_DEFAULT_PLAN_ON_SHARD)),
  })

export const listNewestAccounts = filtered<AccountConditions & AccountPage, AccountRow>(
  (filter) => `
  select a.* from account a where ${filter} and ${NEWEST}
`,
)

export const listAccountsByName = filtered<AccountConditions & AccountPageByName, AccountRow>(
  (filter) => `
  select a.* from account a where ${filter} and ${BY_NAME}
`,
)

export const searchNewestAccounts = filtered<SearchText & AccountConditions & AccountPage, AccountRow>(
  (filter) => `${FOUND}
  select a.* from found join account a using (id) where ${filter} and ${NEWEST}
`,
)

export const searchAccountsByName = filtered<SearchText & AccountConditions & AccountPageByName, AccountRow>(
  (filter) => `${FOUND}
  select a.* from found join account a using (id) where ${filter} and ${BY_NAME}
`,
)

export const countAccounts = filtered<AccountConditions, { total: number }>(
  (filter) => `
  select count(*)::int as total from account a where ${filter}
`,
)

export const countFoundAccounts = filtered<SearchText & AccountConditions, { total: number }>(
  (filter) => `${FOUND}
  select count(*)::int as total from found join account a using (id) where ${filter}
`,
)
