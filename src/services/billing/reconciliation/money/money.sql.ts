import { statement } from '#services/kernel/database/statement.js'
import type { ChargedAgainstPlan, OurCredit } from './load-our-money.js'
import type { SalesOfDay } from './sales-drift.js'

/**
 * Purchases that a subscription should not have made: for a period that begins after the scheduled start of another price, after the
 * scheduled end, or after we had ended the subscription. Purchases that are being refunded are in order.
 */
export const findChargedAgainstPlan = statement<{ provider: string; since: Date; until: Date }, ChargedAgainstPlan>(`
  with paid as (
    select p.* from purchase p
    where p.provider = :provider and p.purchased_at between :since and :until and p.status = 'PAID'
      and p.subscription_id is not null and p.amount_minor > 0
      and not exists (
        select from refund r
        where r.account_id = p.account_id and r.purchase_id = p.id and r.status in ('CREATING', 'PENDING', 'SUCCEEDED')
      )
  )
  select p.id as purchase_id, p.account_id, p.amount_minor, p.currency, s.external_id,
    case when c.kind = 'CANCEL' then 'CANCEL' else 'CHANGE' end as reason, c.effective_at as at
  from paid p
    join billing_subscription s on s.account_id = p.account_id and s.provider = p.provider and s.external_id = p.subscription_id
    join subscription_change c on c.account_id = s.account_id and c.subscription_id = s.id and c.status = 'SCHEDULED'
      and c.kind in ('PLAN', 'CANCEL') and c.effective_at <= p.purchased_at
  where p.step is null and (
    c.kind = 'CANCEL' or exists (
      select from invoice i
        cross join lateral jsonb_array_elements(i.lines) as line
        join provider_price pp on pp.provider = i.provider and pp.external_id = line ->> 'priceExternalId'
      where i.account_id = p.account_id and i.provider = p.provider and i.external_id = p.invoice_id and pp.price_id = c.from_price_id
        and pp.price_id <> c.to_price_id and not (line ->> 'proration')::boolean
        and (line ->> 'periodStart')::timestamptz >= c.effective_at
    )
  )
  union all
  select p.id, p.account_id, p.amount_minor, p.currency, e.external_id, 'ENDED', e.requested_at
  from paid p
    join requested_cancellation e on e.account_id = p.account_id and e.provider = p.provider
      and e.external_id = p.subscription_id and e.requested_at < p.purchased_at
`)

/**
 * Customers of accounts that are not deleted, with the credit that they should have at a provider: changes by invoices, and adjustments made here. An invoice below the provider's
 * smallest charge is a negative credit, which a later invoice collects: more is paid for it than its total. The credit of a customer that was
 * imported is an adjustment, which contains the invoices until then.
 */
export const sumCredits = statement<{ provider: string }, OurCredit>(`
  select c.account_id, c.customer_id, change.currency, coalesce(sum(change.amount), 0)::bigint as credit_minor
  from billing_customer c
    join account owner on owner.id = c.account_id and owner.external_id not like 'deleted:%'
    left join (
      select i.account_id, i.currency, greatest(i.amount_paid_minor - greatest(i.total_minor, 0), 0) - i.credit_minor as amount
      from invoice i
      where i.provider = :provider and i.status = 'PAID'
        and (i.credit_minor <> 0 or i.amount_paid_minor > greatest(i.total_minor, 0)) and not exists (
          select from adopted_customer d
          where d.account_id = i.account_id and d.provider = i.provider and i.created_at <= d.adopted_at
        )
      union all
      select i.account_id, i.currency, (note ->> 'creditedMinor')::bigint
      from invoice i cross join lateral jsonb_array_elements(i.credit_notes) note where i.provider = :provider
      union all
      select account_id, currency, -done_minor from credit_adjustment where provider = :provider and done_minor <> 0
    ) change on change.account_id = c.account_id
  where c.provider = :provider and c.customer_id is not null
  group by 1, 2, 3
`)

/** Purchases that the sales figures have counted, with the reversed amount that they have counted. */
const COUNTED_PURCHASE = `
    select (p.purchased_at at time zone 'UTC')::date as day, p.product_id, p.currency, p.amount_minor, c.reversed_minor
    from purchase p join counted_purchase c on c.purchase_id = p.id and c.account_id = p.account_id`

/** Sales figures of each day and currency of a range, and the sums of the purchases that they count. */
export const compareSales = statement<{ from: Date; to: Date }, SalesOfDay>(`
  with counted as (${COUNTED_PURCHASE}
    where p.purchased_at >= :from and p.purchased_at < :to
  )
  select day::text as day, currency, sum(figures)::bigint as figures_minor, sum(figures_back)::bigint as figures_back_minor,
    sum(money)::bigint as purchases_minor, sum(money_back)::bigint as purchases_back_minor
  from (
    select day, currency, gross_minor as figures, reversed_minor as figures_back, 0 as money, 0 as money_back
    from sales_daily
    where day >= (:from::timestamptz at time zone 'UTC')::date and day < (:to::timestamptz at time zone 'UTC')::date
    union all
    select day, currency, 0, 0, amount_minor, reversed_minor from counted
  ) part
  group by day, currency order by day, currency
`)

/** Makes concurrent aggregations wait until the end of the transaction. */
export const lockSales = statement(`
  lock table sales_daily in share row exclusive mode
`)

/** Counts the sales figures of one day and currency again. The figures must be zero. */
export const recountSales = statement<{ day: string; currency: string }>(`
  insert into sales_daily (day, product_id, currency, purchases, gross_minor, reversed_minor)
  select day, product_id, currency, count(*), sum(amount_minor), sum(reversed_minor)
  from (${COUNTED_PURCHASE}
    where p.currency = :currency and p.purchased_at >= :day::date::timestamp at time zone 'UTC'
      and p.purchased_at < (:day::date + 1)::timestamp at time zone 'UTC'
  ) counted
  group by day, product_id, currency
  on conflict (day, product_id, currency) do update set purchases = excluded.purchases,
    gross_minor = excluded.gross_minor, reversed_minor = excluded.reversed_minor
`)

/** Adds to the sales figures of the day of a purchase that they have counted. */
export const addToSales = statement<{ purchaseId: string; amountMinor: number }>(`
  update sales_daily d set gross_minor = d.gross_minor + :amountMinor
  from purchase p join counted_purchase c on c.purchase_id = p.id and c.account_id = p.account_id
  where p.id = :purchaseId and d.day = (p.purchased_at at time zone 'UTC')::date and d.product_id = p.product_id
    and d.currency = p.currency
`)
