import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'

/** Purchases whose earnings entries are negative in sum, exceed the vendor's share, or have another account or currency than vendor and purchase. */
export const vendorEntriesWithinTheShare = invariantStatement(`
  select e.purchase_id, sum(e.amount_minor)::bigint as entered,
    sum(e.amount_minor) between 0
      and coalesce(sum(e.gross_minor * e.share_basis_points / 10000) filter (where e.kind = 'SALE'), 0)
      and bool_and(coalesce(v.account_id = e.account_id, true) and coalesce(p.currency = e.currency, true)) as ok
  from earnings_entry e join vendor v on v.id = e.vendor_id
    left join (
      select p.id, p.currency from purchase p join product t on t.id = p.product_id and t.type = 'TEMPLATE' offset 0
    ) p on p.id = e.purchase_id
  where e.purchase_id is not null group by e.purchase_id
`)

/** Payouts without their earnings entry, failed ones without the reversing entry, and paid ones with a transfer that is not of their method. */
export const payoutsAreEntered = invariantStatement(`
  select o.id as payout_id, o.status,
    coalesce(sum(e.amount_minor), 0) = case when o.status = 'FAILED' then 0 else -o.amount_minor end
      and coalesce(bool_and(e.currency = o.currency), true)
      and (o.status <> 'PAID' or (o.method = 'STRIPE') = (o.external_id is not null)) as ok
  from vendor_payout o left join earnings_entry e on e.payout_id = o.id and e.account_id = o.account_id
  group by o.id, o.account_id, o.status, o.amount_minor, o.currency, o.method, o.external_id
`)

/** Subscriptions to a product whose price or package is of another product. */
export const productSubscriptionsHaveTheirProduct = invariantStatement(`
  select s.id as product_subscription_id, s.account_id, s.product_id, r.product_id as product_of_price, k.product_id as product_of_package,
    r.product_id = s.product_id and case when t.type = 'PACKAGE' then coalesce(k.product_id = s.product_id, false)
      else s.package_version_id is null end as ok
  from product_subscription s
    join price r on r.id = s.price_id join product t on t.id = s.product_id
    left join package_version v on v.id = s.package_version_id left join package k on k.id = v.package_id
`)

/** Listed templates without an approval date, and deleted ones. */
export const onlyPublishedTemplatesAreListed = invariantStatement(`
  select id as template_id, status, approved_at is not null and deleted_at is null as ok
  from template where status = 'APPROVED'
`)

/** Purchases of templates whose ownership does not follow their payment. */
export const templatesFollowTheirPayment = invariantStatement(`
  select p.id as purchase_id, p.status,
    case when p.status = 'PAID' then count(o.id) filter (where o.template_id = t.external_id) > 0 or exists (select from refund r where r.purchase_id = p.id and r.account_id = p.account_id)
      when p.status in ('PENDING', 'REFUNDED') then count(o.id) = 0
      else true end as ok
  from purchase p
    join product t on t.id = p.product_id and t.type = 'TEMPLATE'
    left join template_ownership o on o.account_id = p.account_id and o.source_type = 'purchase' and o.source_id = p.id and o.ended_at is null
  where p.subscription_id is null
  group by p.id, p.account_id, p.status, t.external_id
`)
