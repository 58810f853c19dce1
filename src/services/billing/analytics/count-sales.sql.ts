import { statement } from '#services/kernel/database/statement.js'

/**
 * Adds purchases of accounts to the figures of their days. The counted state is stored: a change adds the difference, and a repeated
 * call adds nothing. Refunds reduce the day of the purchase.
 */
export const countPurchases = statement<{ accountIds: readonly string[] }>(`
  with changed as (
    select p.id, p.account_id, p.product_id, p.currency, (p.purchased_at at time zone 'UTC')::date as day,
      p.amount_minor, p.reversed_minor, c.reversed_minor as before
    from purchase p left join counted_purchase c on c.purchase_id = p.id and c.account_id = p.account_id
    where p.account_id = any(:accountIds) and p.status <> 'PENDING'
      and c.reversed_minor is distinct from p.reversed_minor
  ), counted as (
    insert into counted_purchase (purchase_id, account_id, reversed_minor)
    select id, account_id, reversed_minor from changed
    on conflict (purchase_id, account_id) do update set reversed_minor = excluded.reversed_minor
  )
  insert into sales_daily (day, product_id, currency, purchases, gross_minor, reversed_minor)
  select day, product_id, currency, count(*) filter (where before is null),
    coalesce(sum(amount_minor) filter (where before is null), 0), sum(reversed_minor - coalesce(before, 0))
  from changed group by day, product_id, currency
  on conflict (day, product_id, currency) do update set purchases = sales_daily.purchases + excluded.purchases,
    gross_minor = sales_daily.gross_minor + excluded.gross_minor,
    reversed_minor = sales_daily.reversed_minor + excluded.reversed_minor
`)

/** Adds checkouts of accounts to the figures of the days on which they began, and again when they were paid. */
export const countCheckouts = statement<{ accountIds: readonly string[] }>(`
  with changed as (
    select c.id, c.account_id, c.product_id, c.currency, (c.created_at at time zone 'UTC')::date as day,
      c.status = 'COMPLETED' as completed, counted.completed as before
    from checkout c left join counted_checkout counted on counted.checkout_id = c.id and counted.account_id = c.account_id
    where c.account_id = any(:accountIds) and counted.completed is distinct from (c.status = 'COMPLETED')
  ), counted as (
    insert into counted_checkout (checkout_id, account_id, completed) select id, account_id, completed from changed
    on conflict (checkout_id, account_id) do update set completed = excluded.completed
  )
  insert into sales_daily (day, product_id, currency, checkouts_started, checkouts_completed)
  select day, product_id, currency, count(*) filter (where before is null),
    sum(completed::int - coalesce(before, false)::int)
  from changed group by day, product_id, currency
  on conflict (day, product_id, currency) do update set
    checkouts_started = sales_daily.checkouts_started + excluded.checkouts_started,
    checkouts_completed = sales_daily.checkouts_completed + excluded.checkouts_completed
`)

/**
 * Writes the periods in which accounts paid for plans: from the first paid moment (after a trial) to the end of the plan. A plan that
 * follows without a gap extends the period.
 */
export const insertSubscriberPeriods = statement<{ accountIds: readonly string[] }>(`
  insert into subscriber_period (account_id, started_at, ended_at)
  select account_id, min(since), case when bool_or(ended_at is null) then null else max(ended_at) end
  from (
    select held.*, sum(begins) over (partition by account_id order by since, ended_at) as period
    from (
      select paid.*,
        case when since <= max(coalesce(ended_at, 'infinity')) over (
          partition by account_id order by since, ended_at rows between unbounded preceding and 1 preceding
        ) then 0 else 1 end as begins
      from (
        select a.account_id, greatest(a.since, s.trial_end) as since, a.ended_at
        from plan_assignment a join billing_subscription s on s.id = a.source_id and s.account_id = a.account_id
        where a.source_type = 'subscription' and a.account_id = any(:accountIds)
      ) paid
      where ended_at is null or ended_at > since
    ) held
  ) numbered
  group by account_id, period
`)

/** Accounts with a purchase whose counted state is outdated although no event reported a change. */
export const findOutdatedPurchases = statement<{ after: string; limit: number }, { id: string }>(`
  select distinct p.account_id as id from purchase p left join counted_purchase c on c.purchase_id = p.id and c.account_id = p.account_id
  where p.status <> 'PENDING' and c.reversed_minor is distinct from p.reversed_minor and p.account_id > :after
  order by id limit :limit
`)
