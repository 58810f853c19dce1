import type { Transaction } from '../../kernel/database/database.js'

/**
 * Adds purchases of accounts to the figures of their days. The counted state is stored: a change adds the difference,
 * and a repeated call adds nothing. Refunds reduce the day of the purchase.
 */
export async function aggregatePurchases(transaction: Transaction, accountIds: readonly string[]): Promise<void> {
  await transaction.run(
    `with changed as (
       select p.id, p.account_id, p.product_id, p.currency, (p.purchased_at at time zone 'UTC')::date as day, p.amount_minor,
         p.taken_back_minor, t.taken_back_minor as before
       from purchase p left join purchase_tally t on t.purchase_id = p.id
       where p.account_id = any($1) and p.status <> 'PENDING' and t.taken_back_minor is distinct from p.taken_back_minor
     ), noted as (
       insert into purchase_tally (purchase_id, account_id, taken_back_minor) select id, account_id, taken_back_minor from changed
       on conflict (purchase_id) do update set taken_back_minor = excluded.taken_back_minor
     )
     insert into sales_day (day, product_id, currency, purchases, gross_minor, taken_back_minor)
     select day, product_id, currency, count(*) filter (where before is null), coalesce(sum(amount_minor) filter (where before is null), 0),
       sum(taken_back_minor - coalesce(before, 0)) from changed group by day, product_id, currency
     on conflict (day, product_id, currency) do update set purchases = sales_day.purchases + excluded.purchases,
       gross_minor = sales_day.gross_minor + excluded.gross_minor, taken_back_minor = sales_day.taken_back_minor + excluded.taken_back_minor`,
    [accountIds],
  )
}

/** Counts checkouts of accounts into the days on which they were begun, and again when they were paid. */
export async function aggregateCheckouts(transaction: Transaction, accountIds: readonly string[]): Promise<void> {
  await transaction.run(
    `with changed as (
       select c.id, c.account_id, c.product_id, c.currency, (c.created_at at time zone 'UTC')::date as day, c.status = 'COMPLETED' as completed,
         t.completed as before
       from checkout c left join checkout_tally t on t.checkout_id = c.id
       where c.account_id = any($1) and t.completed is distinct from (c.status = 'COMPLETED')
     ), noted as (
       insert into checkout_tally (checkout_id, account_id, completed) select id, account_id, completed from changed
       on conflict (checkout_id) do update set completed = excluded.completed
     )
     insert into sales_day (day, product_id, currency, checkouts, completed)
     select day, product_id, currency, count(*) filter (where before is null), sum(completed::int - coalesce(before, false)::int)
     from changed group by day, product_id, currency
     on conflict (day, product_id, currency) do update set checkouts = sales_day.checkouts + excluded.checkouts,
       completed = sales_day.completed + excluded.completed`,
    [accountIds],
  )
}

/** Accounts with a purchase whose counted state is outdated although no event reported a change. */
export const PENDING_PURCHASES = `
  select distinct p.account_id as id from purchase p left join purchase_tally t on t.purchase_id = p.id
  where p.status <> 'PENDING' and t.taken_back_minor is distinct from p.taken_back_minor limit $1`
