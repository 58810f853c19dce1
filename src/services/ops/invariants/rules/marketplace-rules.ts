import { sqlRule } from '../invariant.js'

/** Vendor balances, and totals of templates. */
export const marketplaceRules = [
  sqlRule(
    'vendor_entries_within_the_share',
    "The earnings entries of a purchase sum to between zero and the vendor's share.",
    `select e.purchase_id, sum(e.amount_minor)::bigint as entered,
       sum(e.amount_minor) between 0 and coalesce(sum(e.gross_minor * e.share_basis_points / 10000) filter (where e.kind = 'SALE'), 0) as ok
     from earnings_entry e where e.purchase_id is not null group by e.purchase_id`,
  ),
  sqlRule(
    'payouts_are_entered',
    'Every payout has exactly one earnings entry, and every failed payout a reversing entry.',
    `select o.id as payout_id, o.status, coalesce(sum(e.amount_minor), 0) = case when o.status = 'FAILED' then 0 else -o.amount_minor end as ok
     from vendor_payout o left join earnings_entry e on e.payout_id = o.id group by o.id`,
  ),
  sqlRule(
    'ratings_sum_to_templates',
    'The rating totals of a template equal the sum of its ratings.',
    `select t.id as template_id, t.rating_count, t.rating_count = count(r.stars) and t.rating_sum = coalesce(sum(r.stars), 0) as ok
     from template t left join template_rating r on r.template_id = t.id group by t.id
     having t.rating_sum > 0 or count(r.stars) > 0`,
  ),
  sqlRule(
    'only_published_templates_are_listed',
    'Every listed template is approved, has an approval date and is not deleted; an open version does not change the listed status.',
    `select id as template_id, status, approved_at is not null and deleted_at is null as ok from template where status = 'APPROVED'`,
  ),
]
