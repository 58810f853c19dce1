import { MONEY_DRIFT_KINDS } from '#services/ops/reconciliation/money/money-drift.js'
import { invariantStatement } from '../invariants.sql.js'

/** Differences of money. A missing permission is none. */
const MONEY_KINDS = MONEY_DRIFT_KINDS.filter((kind) => kind !== 'missing_permission')
  .map((kind) => `'${kind}'`)
  .join(', ')

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

/** First grants of bought packs whose units differ from those of the pack, times its quantity, or whose end from that of the purchase. */
export const packsGrantTheirUnits = invariantStatement(`
  select g.id as grant_id, g.account_id, p.id as purchase_id, g.amount, (sold.granted ->> 'amount')::bigint * p.quantity as bought,
    g.source_kind = 'PACKAGE' and g.source_code = v.terms ->> 'code' and g.expires_at is not distinct from p.expires_at
      and case when p.status = 'PAID' then g.amount = (sold.granted ->> 'amount')::bigint * p.quantity
        else g.amount <= (sold.granted ->> 'amount')::bigint * p.quantity end as ok
  from purchase p
    join package_version v on v.id = p.package_version_id
    join credit_grant g on g.account_id = p.account_id and g.cause_type = 'purchase' and g.cause_id = p.id
    left join lateral (
      select granted from jsonb_array_elements(v.terms -> 'grants') granted where granted ->> 'feature' = g.feature limit 1
    ) sold on true
`)

/** Purchases whose product or quantity is not that of the checkout, the invoice or the top-up that they pay. */
export const purchasesNameTheirProduct = invariantStatement(`
  select p.id as purchase_id, p.account_id, p.product_id,
    case when t.id is not null then t.product_id = p.product_id and t.package_version_id = p.package_version_id and t.quantity = p.quantity
      when i.id is not null then p.overage or not exists (
        select from jsonb_array_elements(i.lines) line
          join provider_price pp on pp.provider = p.provider and pp.external_id = line ->> 'priceExternalId'
      ) or exists (
        select from jsonb_array_elements(i.lines) line
          join provider_price pp on pp.provider = p.provider and pp.external_id = line ->> 'priceExternalId'
          join price r on r.id = pp.price_id
        where r.product_id = p.product_id and greatest((line ->> 'quantity')::int, 1) = p.quantity
      ) and i.currency = p.currency and i.subscription_id is not distinct from p.subscription_id and i.tax_minor = p.tax_minor
      when c.id is not null then c.product_id = p.product_id and c.quantity = p.quantity and c.currency = p.currency
        and c.package_version_id is not distinct from p.package_version_id
      else true end as ok
  from purchase p
    left join top_up t on t.account_id = p.account_id and t.provider = p.provider and t.payment_id = p.payment_id
    left join invoice i on i.account_id = p.account_id and i.provider = p.provider and i.external_id = p.invoice_id
    left join checkout c on c.id = p.checkout_id and c.account_id = p.account_id
`)

/** Prices on sale that no version of their plan or package has. */
export const pricesAreOfTheirVersion = invariantStatement(`
  select p.id as price_id, p.amount_minor, p.currency, p."interval", exists (
      select from (
        select v.terms from plan k join plan_version v on v.plan_id = k.id where k.product_id = p.product_id
        union all select v.terms from package k join package_version v on v.package_id = k.id where k.product_id = p.product_id
      ) version cross join lateral jsonb_array_elements(version.terms -> 'prices') sold
      where (sold ->> 'amountMinor')::bigint = p.amount_minor and sold ->> 'currency' = p.currency and sold ->> 'interval' = p."interval"
    ) as ok
  from price p join product t on t.id = p.product_id and t.type in ('PLAN', 'PACKAGE')
  where p.active and not p.negotiated
`)

/** Windows in which the cost of the units that are marked as invoiced differs from the lines of invoices. */
export const overageIsInvoicedOnce = invariantStatement(`
  select u.account_id, u.feature, u.window_start, u.cost, coalesce(r.cost, 0) as invoiced, u.cost = coalesce(r.cost, 0) as ok
  from (
      select account_id, feature, window_start, window_end, sum(round(invoiced::numeric * unit_price / 1000000000)) as cost
      from overage_usage group by 1, 2, 3, 4
    ) u
    left join (
      select r.account_id, r.feature, (line ->> 'windowStart')::timestamptz as window_start,
        (line ->> 'windowEnd')::timestamptz as window_end, sum((line ->> 'amountMinor')::bigint) as cost
      from usage_report r cross join lateral jsonb_array_elements(r.lines) line
      where r.lines is not null group by 1, 2, 3, 4
    ) r on r.account_id = u.account_id and r.feature = u.feature || ' overage'
      and r.window_start = u.window_start and r.window_end = u.window_end
`)

/** Reports of overage whose amount differs from their lines. */
export const reportsSumToLines = invariantStatement(`
  select r.id as report_id, r.account_id, r.amount, r.amount = coalesce(
      (select sum((line ->> 'amountMinor')::bigint) from jsonb_array_elements(r.lines) line), 0
    ) and r.meter = '' and r.from_version <= r.to_version as ok
  from usage_report r where r.lines is not null
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

/** Refunds and disputes whose purchase is another one than that of the payment, in currency or provider. */
export const movementsAreOfTheirPurchase = invariantStatement(`
  select m.id as movement_id, m.account_id, m.purchase_id,
    p.currency = m.currency and p.provider = m.provider as ok
  from (
      select id, account_id, purchase_id, currency, provider from refund
      union all select id, account_id, purchase_id, currency, provider from dispute
    ) m
    left join purchase p on p.id = m.purchase_id and p.account_id = m.account_id
`)

/** Subscriptions of a provider that are named by several accounts. */
export const subscriptionsHaveOneAccount = invariantStatement(`
  select provider, subscription_id, min(account_id) as account_id, max(account_id) as other_account_id,
    min(account_id) = max(account_id) as ok
  from (
    select provider, external_id as subscription_id, account_id from billing_subscription
    union all select provider, external_id, account_id from product_subscription
    union all select provider, subscription_id, account_id from invoice where subscription_id is not null
    union all select provider, subscription_id, account_id from purchase where subscription_id is not null
  ) named
  group by provider, subscription_id
`)

/** Changes of credit that changed more than was decided, that nothing will finish, or that are of no purchase. */
export const creditChangesAreMade = invariantStatement(`
  select a.id as adjustment_id, a.account_id, a.amount_minor, a.done_minor, a.status,
    a.done_minor between least(a.amount_minor, 0) and greatest(a.amount_minor, 0)
      and (a.amount_minor > 0 or a.status = 'CREATING' or a.done_minor in (0, a.amount_minor))
      and (a.status = 'DONE' or j.key is not null) and (a.purchase_id is null or p.id is not null) as ok
  from credit_adjustment a
    left join purchase p on p.id = a.purchase_id and p.account_id = a.account_id
    left join scheduled_job j on j.kind = 'credit.adjust' and j.key = a.id
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
      where not (d ->> 'healed')::boolean and not coalesce((d ->> 'accepted')::boolean, false) and d ->> 'kind' in (${MONEY_KINDS})
    ) remaining
  where r.scope <> 'EVENTS' and r.finished_at is not null and r.subject_account is null
  order by r.provider, r.started_at desc
`)
