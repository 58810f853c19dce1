import { invariantStatement } from '../invariants.sql.js'

/** Plan groups of an account with more than one checkout that can still be paid. */
export const oneOpenCheckoutPerGroup = invariantStatement(`
  select account_id, group_code, count(*) as checkouts, count(*) = 1 as ok from checkout
  where group_code is not null and status in ('CREATING', 'OPEN', 'PROCESSING') group by account_id, group_code
`)

/** Checkouts whose amount differs from price × quantity. */
export const pricesAreNeverEdited = invariantStatement(`
  select c.id as checkout_id, c.account_id, c.amount_minor, c.currency,
    c.amount_minor = p.amount_minor * c.quantity and c.currency = p.currency as ok
  from checkout c join price p on p.id = c.price_id
`)

/** Deployments with more than one leased or running command. */
export const commandsFollowEachOther = invariantStatement(`
  select deployment_id, count(*) as commands, count(*) = 1 as ok
  from command where status in ('LEASED', 'RUNNING') group by deployment_id
`)

/** Purchases whose refunded amount differs from the sum of their refunds. */
export const refundsSumToPurchases = invariantStatement(`
  select p.id as purchase_id, p.refunded_minor,
    p.refunded_minor = least(p.amount_minor, coalesce(sum(r.amount_minor), 0)) as ok
  from purchase p left join refund r on r.purchase_id = p.id and r.account_id = p.account_id and r.status in ('PENDING', 'SUCCEEDED')
  group by p.id, p.account_id, p.refunded_minor, p.amount_minor
`)

/** Purchases of credit packs whose grants do not follow their payment. */
export const packsFollowTheirPayment = invariantStatement(`
  select p.id as purchase_id, p.status,
    case when p.status = 'PAID' then count(g.id) > 0
      when p.status in ('PENDING', 'REFUNDED', 'DISPUTED') then count(g.id) filter (where g.revoked_at is null) = 0
      else true end as ok
  from purchase p
    join product t on t.id = p.product_id and t.type = 'PACKAGE'
    left join credit_grant g on g.account_id = p.account_id and g.cause_type = 'purchase' and split_part(g.cause_id, ':', 1) = p.id
  where p.subscription_id is null
  group by p.id, p.account_id, p.status
`)

/** Purchases of templates whose ownership does not follow their payment. */
export const templatesFollowTheirPayment = invariantStatement(`
  select p.id as purchase_id, p.status,
    case when p.status = 'PAID' then count(o.id) > 0 or exists (select from refund r where r.purchase_id = p.id and r.account_id = p.account_id)
      when p.status in ('PENDING', 'REFUNDED') then count(o.id) = 0
      else true end as ok
  from purchase p
    join product t on t.id = p.product_id and t.type = 'TEMPLATE'
    left join template_ownership o on o.account_id = p.account_id and o.source_type = 'purchase' and o.source_id = p.id and o.ended_at is null
  where p.subscription_id is null
  group by p.id, p.account_id, p.status
`)

/** Automatic top-ups whose purchase does not follow their payment. */
export const topUpsFollowTheirPayment = invariantStatement(`
  select t.id as top_up_id, t.status, count(p.id) as purchases,
    case when t.status = 'PAID' then count(p.id) = 1 and min(p.amount_minor) = t.amount_minor and min(p.currency) = t.currency
      else count(p.id) filter (where p.status <> 'PENDING') = 0 end as ok
  from top_up t
    left join purchase p on p.account_id = t.account_id and p.provider = t.provider and p.payment_id = t.payment_id
  group by t.id, t.account_id, t.status, t.amount_minor, t.currency
`)

/** Purchases of which more was returned than paid. */
export const returnedWithinPaid = invariantStatement(`
  select p.id as purchase_id, p.reversed_minor, p.credited_minor,
    p.reversed_minor + p.credited_minor <= p.amount_minor + p.credit_minor
      or exists (select from credit_adjustment a where a.purchase_id = p.id and a.account_id = p.account_id) as ok
  from purchase p
`)

/** Providers whose last comparison of money left a difference. */
export const moneyMatchesProvider = invariantStatement(`
  select distinct on (r.provider) r.provider, r.id as run_id, remaining.differences, remaining.count = 0 as ok
  from reconciliation_run r
    cross join lateral (
      select count(*) as count,
        jsonb_agg(d ->> 'description') filter (where d ->> 'description' is not null) as differences
      from jsonb_array_elements(r.drift) d
      where not (d ->> 'healed')::boolean and not coalesce((d ->> 'accepted')::boolean, false) and d ->> 'kind' in ('missing_purchase', 'wrong_amount', 'missing_refund',
        'missing_reversal', 'missing_dispute', 'unknown_payment', 'returned_too_much', 'charged_against_plan',
        'wrong_credit', 'wrong_transfer', 'wrong_sales')
    ) remaining
  where r.scope <> 'EVENTS' and r.finished_at is not null and r.subject_account is null
  order by r.provider, r.started_at desc
`)
