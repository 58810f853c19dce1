import { sqlRule } from '../invariant.js'

/** Payments, refunds, and granted products. */
export const purchaseRules = [
  sqlRule(
    'refunds_sum_to_purchases',
    "A purchase's refunded amount equals the sum of its successful refunds and never exceeds the amount paid.",
    `select p.id as purchase_id, p.refunded_minor, p.refunded_minor = least(p.amount_minor, coalesce(sum(r.amount_minor), 0)) as ok
     from purchase p left join refund r on r.purchase_id = p.id and r.status in ('PENDING', 'SUCCEEDED') group by p.id`,
  ),
  sqlRule(
    'packs_follow_their_payment',
    'A paid credit pack has a grant; a refunded, disputed or pending one has no usable credits.',
    `select p.id as purchase_id, p.status, case when p.status = 'PAID' then count(g.id) > 0
         when p.status in ('PENDING', 'REFUNDED', 'DISPUTED') then count(g.id) filter (where g.revoked_at is null) = 0 else true end as ok
     from purchase p join product t on t.id = p.product_id and t.type = 'PACKAGE'
       left join credit_grant g on g.cause_type = 'purchase' and split_part(g.cause_id, ':', 1) = p.id
     where p.subscription_id is null group by p.id`,
  ),
  sqlRule(
    'templates_follow_their_payment',
    'A paid template is owned or being refunded; a refunded payment grants no ownership.',
    `select p.id as purchase_id, p.status, case
         when p.status = 'PAID' then count(o.id) > 0 or exists (select 1 from refund r where r.purchase_id = p.id)
         when p.status in ('PENDING', 'REFUNDED') then count(o.id) = 0 else true end as ok
     from purchase p join product t on t.id = p.product_id and t.type = 'TEMPLATE'
       left join template_ownership o on o.source_type = 'purchase' and o.source_id = p.id and o.ended_at is null
     where p.subscription_id is null group by p.id`,
  ),
  sqlRule(
    'returned_within_paid',
    'Refunds, lost disputes and credit of a purchase together never exceed what was paid for it, by money and by credit.',
    `select p.id as purchase_id, p.reversed_minor, p.credited_minor, p.reversed_minor + p.credited_minor <= p.amount_minor + p.credit_minor
         or exists (select 1 from credit_adjustment a where a.purchase_id = p.id) as ok from purchase p`,
  ),
  sqlRule(
    'money_matches_provider',
    'The last comparison of money with each provider left no difference without its action.',
    `select distinct on (r.provider) r.provider, r.id as run_id, (select jsonb_agg(d ->> 'description') from jsonb_array_elements(r.drift) d
         where not (d ->> 'healed')::boolean and d ->> 'description' is not null and d ->> 'kind' = any(array['missing_purchase', 'wrong_amount',
           'missing_refund', 'missing_reversal', 'missing_dispute', 'unknown_payment', 'returned_too_much', 'charged_against_plan', 'wrong_credit',
           'wrong_transfer', 'wrong_sales']))
         as differences, not exists (select 1 from jsonb_array_elements(r.drift) d where not (d ->> 'healed')::boolean and d ->> 'kind' = any(array[
           'missing_purchase', 'wrong_amount', 'missing_refund', 'missing_reversal', 'missing_dispute', 'unknown_payment', 'returned_too_much',
           'charged_against_plan', 'wrong_credit', 'wrong_transfer', 'wrong_sales'])) as ok
     from reconciliation_run r where r.scope <> 'EVENTS' and r.finished_at is not null and r.subject_account is null order by r.provider, r.started_at desc`,
  ),
]
