import type { AccountRow } from '#entities/identity/account.entity.js'
import type { SearchText } from '../search/search.sql.js'
import { ofTable, statement } from '#services/kernel/database/statement.js'

/** Conditions of a filter. Null: no condition. */
export interface AccountConditions {
  readonly kinds: readonly string[] | null
  readonly plans: readonly string[] | null
  /** Plan groups whose default plan matches: accounts without an assignment in them match. */
  readonly defaultGroups: readonly string[]
  readonly statuses: readonly string[] | null
  /** Members that the metadata contain, as JSON. */
  readonly metadata: string | null
  /** Lists of texts by key, as JSON: the metadata have one of each. */
  readonly metadataLists: string | null
}

/** Each branch reads one index. */
const FOUND = `
  with found as materialized (
    select id from account where id = :text
    union select id from account where kind = :kind and external_id = :externalId
    union select id from account where lower(external_id) like :prefix
    union select id from account where to_tsvector('simple', name) @@ to_tsquery('simple', :words)
    union select m.account_id from app_user u join member m on m.user_id = u.id where lower(u.email) like :prefix
    ${ofTable(
      'billing_customer',
      `union select account_id from billing_customer where lower(email) like :prefix
    union select account_id from billing_customer where provider in ('STRIPE', 'PAYPAL') and customer_id = :text
    union select account_id from billing_subscription where provider in ('STRIPE', 'PAYPAL') and external_id = :text
    union select account_id from invoice where number = :text
    union select account_id from invoice where provider in ('STRIPE', 'PAYPAL') and external_id = :text
    union select account_id from checkout where provider in ('STRIPE', 'PAYPAL') and session_id = :text`,
    )}
    ${ofTable('deployment', 'union select account_id from deployment where hash = :text')}
  )`

const MATCHES = `(:metadata::jsonb is null or a.metadata @> :metadata::jsonb)
    and (:metadataLists::jsonb is null or not exists (
      select from jsonb_each(:metadataLists::jsonb) wanted
      where not coalesce(jsonb_exists(wanted.value, a.metadata ->> wanted.key), false)
    ))
    and (:kinds::text[] is null or a.kind = any(:kinds::text[]))
    and (
      :plans::text[] is null
      or exists (
        select from plan_assignment held
          join plan_version v on v.id = held.plan_version_id join plan p on p.id = v.plan_id
        where held.account_id = a.id and held.ended_at is null and p.code = any(:plans::text[])
      )
      or (:defaultGroups::text[] <> '{}' and not :defaultGroups::text[] <@ coalesce((
        select array_agg(held.group_code) from plan_assignment held
        where held.account_id = a.id and held.ended_at is null group by held.account_id
      ), '{}'))
    )`
const HAS_STATUS = `exists (select from billing_subscription s where s.account_id = a.id and s.status = any(:statuses::text[]))`
const FILTER = `${MATCHES} and (:statuses::text[] is null${ofTable('billing_subscription', ` or ${HAS_STATUS}`)})`

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

export const listNewestAccounts = statement<AccountConditions & AccountPage, AccountRow>(`
  select a.* from account a where ${FILTER} and ${NEWEST}
`)

export const listAccountsByName = statement<AccountConditions & AccountPageByName, AccountRow>(`
  select a.* from account a where ${FILTER} and ${BY_NAME}
`)

/** The newest accounts of each status by its index: other accounts are not read, of which all of the newest can be. */
export const listNewestOfStatuses = statement<AccountConditions & AccountPage, AccountRow>(`
  select distinct on (a.id) a.* from unnest(:statuses::text[]) wanted (status)
    cross join lateral (
      select distinct on (s.account_id) a.* from billing_subscription s
        cross join lateral (select * from account where id = s.account_id offset 0) a
      where s.status = wanted.status and (:afterId::text is null or s.account_id < :afterId) and ${MATCHES}
      order by s.account_id desc limit :limit
    ) a
  order by a.id desc limit :limit
`)

/** The planner chooses by the frequency of the statuses, which the condition for any filter hides. */
export const listOfStatusesByName = statement<AccountConditions & AccountPageByName, AccountRow>(`
  select a.* from account a where ${HAS_STATUS} and ${MATCHES} and ${BY_NAME}
`)

export const searchNewestAccounts = statement<SearchText & AccountConditions & AccountPage, AccountRow>(`${FOUND}
  select a.* from found join account a using (id) where ${FILTER} and ${NEWEST}
`)

export const searchAccountsByName = statement<SearchText & AccountConditions & AccountPageByName, AccountRow>(`${FOUND}
  select a.* from found join account a using (id) where ${FILTER} and ${BY_NAME}
`)

export const countAccounts = statement<AccountConditions, { total: number }>(`
  select count(*)::int as total from account a where ${FILTER}
`)

export const countOfStatuses = statement<AccountConditions, { total: number }>(`
  select count(*)::int as total from account a where ${HAS_STATUS} and ${MATCHES}
`)

export const countFoundAccounts = statement<SearchText & AccountConditions, { total: number }>(`${FOUND}
  select count(*)::int as total from found join account a using (id) where ${FILTER}
`)
