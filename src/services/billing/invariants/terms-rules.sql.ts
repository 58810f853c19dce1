import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'

/** The latest event of a type about an object of the account of a row. None if it is older than the events that are kept. */
const latestEvent = (type: string, account: string, of = 'true'): string =>
  `lateral (
    select e.data from stream_event e where e.stream_id = ${account} and e.type = '${type}' and ${of}
    order by e.sequence desc limit 1
  )`

/** The interval of a price, as `intervalWord` writes it, from the unit and count of an event. */
const intervalWordOf = (json: string): string =>
  `case (${json} ->> 'count') || (${json} ->> 'unit')
    when '12MONTH' then 'YEAR' when '3MONTH' then 'QUARTER'
    when '1' || (${json} ->> 'unit') then ${json} ->> 'unit'
    else case when ${json} ->> 'unit' = 'MONTH' and (${json} ->> 'count')::int % 12 = 0
      then (${json} ->> 'count')::int / 12 || '_YEARS'
      else (${json} ->> 'count') || '_' || (${json} ->> 'unit') || 'S' end end`

/** Offers that differ from what was announced when they were made and when they began. */
export const negotiatedPlansAreAsOffered = invariantStatement(`
  select n.id, n.account_id, n.periods, n.until, n.quantity, n.ends_at, offered.data as offered, started.data as started,
    (offered.data is null or (offered.data ->> 'periods')::int is not distinct from n.periods
      and (offered.data ->> 'until')::timestamptz is not distinct from n.until
      and (offered.data ->> 'acceptUntil')::timestamptz = n.accept_until
      and (offered.data ->> 'quantity')::int = n.quantity
      and (offered.data ->> 'amountMinor')::bigint = r.amount_minor
      and offered.data ->> 'currency' = r.currency and r."interval" = ${intervalWordOf("offered.data -> 'interval'")})
    and (started.data is null or (started.data ->> 'endsAt')::timestamptz = n.ends_at
      and started.data ->> 'subscriptionId' = n.subscription_id) as ok
  from negotiated_plan n join price r on r.id = n.price_id
    left join ${latestEvent('negotiated_plan.offered', 'n.account_id', `e.data ->> 'id' = n.id`)} offered on true
    left join ${latestEvent('negotiated_plan.started', 'n.account_id', `e.data ->> 'id' = n.id`)} started on true
`)

/** Accounts whose terms differ from those that an operator set. */
export const invoiceTermsAreAsSet = invariantStatement(`
  select a.id as account_id, a.invoice_terms, latest.data as set,
    (a.invoice_terms ->> 'daysUntilDue')::int is not distinct from (latest.data ->> 'daysUntilDue')::int
      and a.invoice_terms ->> 'access' is not distinct from latest.data ->> 'access' as ok
  from account a join ${latestEvent('invoice.terms_set', 'a.id')} latest on true
`)

/** Entries of closed months. */
export const journalEntriesSumToZero = invariantStatement(`
  select month, origin, key, currency, sum(amount_minor) as amount_minor, sum(amount_minor) = 0 as ok
  from journal_posting group by month, origin, key, currency
`)

/** True if a version of a plan was made for a negotiated price. */
const isNegotiated = (version: string): string => `exists (select from price o where o.plan_version_id = ${version}.id)`

/**
 * Open changes of subscriptions whose price is not one of their plan, or not of an add-on, or that lead to terms which were not sold when they
 * were recorded. A minute is the time in which processes learn of a new version.
 */
export const openChangesHaveTheirPrice = invariantStatement(`
  select c.id as change_id, c.account_id, c.kind, c.to_price_id,
    coalesce(r.currency = f.currency, true) and case c.kind
        when 'PLAN' then r.product_id = k.product_id and (
          v.id in (s.plan_version_id, c.from_plan_version_id, r.plan_version_id) or not ${isNegotiated('v')} and not exists (
            select from plan_version later where later.plan_id = v.plan_id and later.version > v.version
              and later.created_at < c.recorded_at - interval '1 minute' and not ${isNegotiated('later')}
          )
        )
        else t.type = 'PACKAGE' end as ok
  from subscription_change c
    join billing_subscription s on s.id = c.subscription_id and s.account_id = c.account_id
    left join plan_version v on v.id = c.to_plan_version_id
    left join plan k on k.id = v.plan_id
    left join price r on r.id = c.to_price_id
    left join product t on t.id = r.product_id
    left join lateral (
      select o.currency from subscription_item i join price o on o.id = i.price_id
      where i.subscription_id = s.id and i.account_id = s.account_id limit 1
    ) f on true
  where c.status in ('REQUESTED', 'REQUIRES_CONFIRMATION', 'SCHEDULED') and c.kind in ('PLAN', 'ADDON')
`)
