import { invariantStatement } from '../invariants.sql.js'

/** Purchases whose earnings entries are negative in sum, or exceed the vendor's share. */
export const vendorEntriesWithinTheShare = invariantStatement(`
  select e.purchase_id, sum(e.amount_minor)::bigint as entered,
    sum(e.amount_minor) between 0
      and coalesce(sum(e.gross_minor * e.share_basis_points / 10000) filter (where e.kind = 'SALE'), 0) as ok
  from earnings_entry e where e.purchase_id is not null group by e.purchase_id
`)

/** Payouts without their earnings entry, and failed ones without the reversing entry. */
export const payoutsAreEntered = invariantStatement(`
  select o.id as payout_id, o.status,
    coalesce(sum(e.amount_minor), 0) = case when o.status = 'FAILED' then 0 else -o.amount_minor end as ok
  from vendor_payout o left join earnings_entry e on e.payout_id = o.id and e.account_id = o.account_id
  group by o.id, o.account_id, o.status, o.amount_minor
`)

/** Templates whose rating totals differ from their ratings. */
export const ratingsSumToTemplates = invariantStatement(`
  select t.id as template_id, t.rating_count,
    t.rating_count = count(r.stars) and t.rating_sum = coalesce(sum(r.stars), 0) as ok
  from template t left join template_rating r on r.template_id = t.id group by t.id
  having t.rating_sum > 0 or count(r.stars) > 0
`)

/** Listed templates without an approval date, and deleted ones. */
export const onlyPublishedTemplatesAreListed = invariantStatement(`
  select id as template_id, status, approved_at is not null and deleted_at is null as ok
  from template where status = 'APPROVED'
`)
