import { statement } from '#services/kernel/database/statement.js'

/** Currency of the oldest running subscription of an account, to a plan or to something else. */
export const runningCurrency = statement<
  { accountId: string; endedStatuses: readonly string[] },
  { paidIn: string | null; preferred: string | null }
>(`
  select (
  select pr.currency
  from (
    select s.started_at, i.price_id from billing_subscription s
      join subscription_item i on i.subscription_id = s.id and i.account_id = s.account_id
    where s.account_id = :accountId and s.status <> all(:endedStatuses)
    union all
    select started_at, price_id from product_subscription
    where account_id = :accountId and status <> all(:endedStatuses)
  ) running join price pr on pr.id = running.price_id
  order by running.started_at limit 1
  ) as paid_in, (select currency from account where id = :accountId) as preferred
`)

/** A row if another subscription excludes a new one: it has a plan of the same group, or another currency. */
export const excludingSubscription = statement<
  {
    accountId: string
    provider: string
    externalId: string
    startedAt: Date
    currency: string | null
    planIds: readonly string[]
    entitling: readonly string[]
    ended: readonly string[]
  },
  { found: number }
>(`
  with known as (
    select s.provider, s.external_id, s.status, s.cancel_at, i.price_id, s.plan_version_id from billing_subscription s
      left join subscription_item i on i.subscription_id = s.id and i.account_id = s.account_id
    where s.account_id = :accountId and s.status <> 'INCOMPLETE'
    union all
    select provider, external_id, status, cancel_at, price_id, null from product_subscription
    where account_id = :accountId and status <> 'INCOMPLETE'
  )
  select 1 as found
  from known left join price pr on pr.id = known.price_id
    left join plan_version v on v.id = known.plan_version_id left join plan p on p.id = v.plan_id
  where (known.cancel_at is null or known.cancel_at > :startedAt) and (
      known.status = any(:entitling) and p.group_code in (select group_code from plan where id = any(:planIds))
      or known.status <> all(:ended) and pr.currency <> :currency
    )
    and not exists (select 1 from known own where own.provider = :provider and own.external_id = :externalId)
  limit 1
`)

/** Plans of which the account, or an account that shares one of the marks with it, has begun a trial. */
export const plansTried = statement<
  { accountId: string; personKey: string | null; emailKey: string | null; marks: readonly string[] },
  { planId: string }
>(`
  with own as (
    select person_key, email_key, card_key from trial_record where account_id = :accountId
    union all select :personKey, :emailKey, null
  )
  select distinct r.plan_id from trial_record r
  where r.began_at is not null and (r.account_id = :accountId or exists (
    select 1 from own
    where ('person' = any(:marks) and own.person_key = r.person_key)
      or ('email' = any(:marks) and own.email_key = r.email_key)
      or ('card' = any(:marks) and own.card_key = r.card_key)
  ))
`)
