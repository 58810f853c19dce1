import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { RETURN_REASONS } from '#services/billing/model/payment-returned-mail.js'
import { ENDED_WINDOWS, THRESHOLD } from '#entities/billing/usage-report.entity.js'
import { MONEY_DRIFT_KINDS } from '#services/billing/reconciliation/money/money-drift.js'
import { roundedCostOf, tiersOf } from '#services/catalog/tariffs/exact-cost.sql.js'
import { endOfDay } from '#services/entitlements/invariants/assignment-rules.sql.js'
import { afterOwnPayments } from './purchase-rules.sql.js'
import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'

/** Differences of money. A missing permission is none. */
const MONEY_KINDS = MONEY_DRIFT_KINDS.filter((kind) => kind !== 'missing_permission')
  .map((kind) => `'${kind}'`)
  .join(', ')

/** Reasons of refunds of payments that paid for nothing. */
const RETURNED = RETURN_REASONS.map((reason) => `'${reason}'`).join(', ')

const TERMINAL = TERMINAL_STATUSES.map((status) => `'${status}'`).join(', ')

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

/**
 * Purchases whose refunded amount differs from the sum of their refunds, or whose returned amount from that and their lost disputes, and
 * purchases that are marked as taken from the subscription although no money was asked back, or after a payment that it does not have.
 */
export const refundsSumToPurchases = invariantStatement(`
  select p.id as purchase_id, p.account_id, p.refunded_minor, p.reversed_minor, p.reverted,
    p.refunded_minor = least(p.amount_minor, coalesce(r.amount, 0))
      and p.reversed_minor = least(p.amount_minor, p.refunded_minor + coalesce(d.lost, 0))
      and (not p.reverted or r.purchase_id is not null or d.purchase_id is not null
        or p.credited_minor >= p.amount_minor)
      and ${afterOwnPayments('p')} as ok
  from purchase p
    left join (
      select purchase_id, account_id, sum(amount_minor) filter (where status in ('PENDING', 'SUCCEEDED')) as amount
      from refund group by 1, 2
    ) r on r.purchase_id = p.id and r.account_id = p.account_id
    left join (
      select purchase_id, account_id, sum(amount_minor) filter (where status = 'LOST') as lost from dispute group by 1, 2
    ) d on d.purchase_id = p.id and d.account_id = p.account_id
`)

/**
 * Payments of the running period of an active subscription that are marked as taken from it although their money was not returned, and those
 * whose money was returned and that are not marked. Payments are left out whose return still waits for its event, or that were returned because
 * they paid for nothing. A later payment for a whole period replaces those before it, which are not marked any more.
 */
export const revertedPaymentsWereReturned = invariantStatement(`
  select p.id as purchase_id, p.account_id, p.reverted, p.amount_minor, p.reversed_minor, case
      when p.reverted then p.reversed_minor > 0 and p.reversed_minor + coalesce((
        select sum(c.amount_minor) from purchase_credit c where c.account_id = p.account_id and c.purchase_id = p.id
      ), 0) >= p.amount_minor
      else p.status = 'DISPUTED' or p.amount_minor = 0 or p.reversed_minor < p.amount_minor or exists (
        select from purchase later join product sold on sold.id = later.product_id
        where later.account_id = p.account_id and later.provider = p.provider and later.subscription_id = p.subscription_id
          and later.step is null and later.status <> 'PENDING' and (sold.type = 'PLAN' or later.product_id = p.product_id)
          and (later.purchased_at, false, later.id) > (p.purchased_at, p.step is not null, p.id)
      ) end as ok
  from purchase p
    join billing_subscription s on s.account_id = p.account_id and s.provider = p.provider and s.external_id = p.subscription_id
  where s.status in ('TRIALING', 'ACTIVE') and s.suspended_at is null and p.expires_at >= s.current_period_end
    and p.id not in (
      select e.payload ->> 'purchaseId' from outbox_event e where e.state <> 'RELAYED' and e.payload ->> 'purchaseId' is not null
    )
    and not exists (
      select from refund r where r.account_id = p.account_id and r.purchase_id = p.id and r.reason in (${RETURNED})
    )
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

/** First grants of bought packs whose units differ from those of the pack, times its quantity, or whose end from that of the purchase, or whose features from those of the pack. */
export const packsGrantTheirUnits = invariantStatement(`
  select g.id as grant_id, g.account_id, p.id as purchase_id, g.amount, (sold.granted ->> 'amount')::bigint * p.quantity as bought,
    g.source_kind = 'PACKAGE' and g.source_code = v.terms ->> 'code' and g.expires_at is not distinct from p.expires_at
      and g.flags = array(
        select granted ->> 'feature' from jsonb_array_elements(v.terms -> 'grants') with ordinality part (granted, position)
        where (granted ->> 'enabled')::boolean and granted ->> 'amount' is null and not coalesce((granted ->> 'unlimited')::boolean, false)
        order by position
      )
      and case when p.status = 'PAID' then g.amount = (sold.granted ->> 'amount')::bigint * p.quantity
        else g.amount <= (sold.granted ->> 'amount')::bigint * p.quantity end as ok
  from purchase p
    join package_version v on v.id = p.package_version_id
    join credit_grant g on g.account_id = p.account_id and g.cause_type = 'purchase' and g.cause_id = p.id
    left join lateral (
      select granted from jsonb_array_elements(v.terms -> 'grants') granted where granted ->> 'feature' = g.feature limit 1
    ) sold on true
`)

/** Purchases of overage without the report that their invoice charges, and reports that replace the charge of a purchase without one. */
export const reportsHaveTheirPayment = invariantStatement(`
  select p.id as purchase_id, null as report_id, p.account_id, r.id is not null and r.state <> 'PENDING' as ok
  from purchase p left join usage_report r on r.account_id = p.account_id and r.provider = p.provider and r.invoice_id = p.invoice_id
  where p.overage
  union all
  select null, r.id, r.account_id, p.id is not null and exists (
      select from usage_report c where c.account_id = p.account_id and c.provider = p.provider and c.invoice_id = p.invoice_id
    )
  from usage_report r left join purchase p on p.id = r.replaces and p.account_id = r.account_id where r.replaces is not null
`)

/** Purchases whose part that became credit differs from the records of it, less what was reversed. */
export const creditSumsToPurchases = invariantStatement(`
  select p.id as purchase_id, p.account_id, p.credited_minor, coalesce(g.amount, 0) as given, coalesce(t.amount, 0) as reversed,
    p.credited_minor = coalesce(g.amount, 0) - coalesce(t.amount, 0) as ok
  from purchase p
    left join (
      select purchase_id, account_id, provider, sum(amount_minor) as amount from purchase_credit group by 1, 2, 3
    ) g on g.purchase_id = p.id and g.account_id = p.account_id and g.provider = p.provider
    left join (
      select purchase_id, account_id, sum(done_minor) as amount from credit_adjustment
      where status = 'DONE' and amount_minor > 0 group by 1, 2
    ) t on t.purchase_id = p.id and t.account_id = p.account_id
`)

/** Causes of credit, which are invoices, credit notes and changes of subscriptions, that gave less than the parts of purchases that became credit by them. */
export const creditHasItsCause = invariantStatement(`
  select c.account_id, c.provider, c.cause, c.amount, coalesce(n.amount, 0 - coalesce(i.credit_minor, a.amount_minor)) as given,
    c.amount <= coalesce(n.amount, 0 - coalesce(i.credit_minor, a.amount_minor)) as ok
  from (select account_id, provider, invoice_id as cause, sum(amount_minor) as amount from purchase_credit group by 1, 2, 3) c
    left join invoice i on i.account_id = c.account_id and i.provider = c.provider and i.external_id = c.cause
    left join credit_adjustment a on a.account_id = c.account_id and a.provider = c.provider and a.cause = 'change:' || c.cause
    left join lateral (
      select (note ->> 'creditedMinor')::bigint + (note ->> 'elsewhereMinor')::bigint as amount
      from invoice noted cross join lateral jsonb_array_elements(noted.credit_notes) note
      where noted.account_id = c.account_id and noted.provider = c.provider and note ->> 'externalId' = c.cause
    ) n on true
`)

/** Windows in which the cost of the units that are marked as invoiced, or their minimum, differs from the lines of invoices. */
export const overageIsInvoicedOnce = invariantStatement(`
  select u.account_id, u.feature, u.window_start, u.cost, coalesce(r.cost, 0) as invoiced, u.cost = coalesce(r.cost, 0) or (is_volume and u.cost < r.cost) or r.cost = least as ok
  from (
      select account_id, feature, window_start, window_end, sum(cost) as cost, bool_or(tariff like '%VOLUME%') as is_volume,
        sum(greatest(cost, coalesce((tariff::jsonb ->> 'minimum')::bigint, 0))) as least
      from (
        select account_id, feature, window_start, window_end, tariff, ${roundedCostOf('invoiced')} as cost
        from overage_usage ${tiersOf('tariff')}
        group by account_id, feature, window_start, window_end, tariff, invoiced
      ) priced
      group by 1, 2, 3, 4
    ) u
    left join (
      select r.account_id, line ->> 'feature' as feature, (line ->> 'windowStart')::timestamptz as window_start,
        (line ->> 'windowEnd')::timestamptz as window_end, sum((line ->> 'amountMinor')::bigint) as cost
      from usage_report r cross join lateral jsonb_array_elements(r.lines) line
      where r.feature in ('${ENDED_WINDOWS}', '${THRESHOLD}')
      group by 1, 2, 3, 4
    ) r on r.account_id = u.account_id and r.feature = u.feature
      and r.window_start = u.window_start and r.window_end = u.window_end
`)

/** Automatic top-ups whose purchase does not follow their payment. */
export const topUpsFollowTheirPayment = invariantStatement(`
  select t.id as top_up_id, t.status, count(p.id) as purchases,
    case when t.status = 'PAID' then count(p.id) = 1 and min(p.currency) = t.currency
        and (t.invoice_id is null or t.invoice_id is not distinct from min(p.invoice_id))
        and (min(p.credit_minor) > 0 or t.amount_minor in (min(p.amount_minor - p.tax_minor), min(p.amount_minor)))
      else count(p.id) filter (where p.status <> 'PENDING') = 0 end as ok
  from top_up t
    left join purchase p on p.account_id = t.account_id and p.provider = t.provider
      and (p.payment_id = t.payment_id or p.invoice_id = t.invoice_id)
  group by t.id, t.account_id, t.status, t.invoice_id, t.amount_minor, t.currency
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

/**
 * Subscriptions of a provider that several accounts hold, and those with an invoice or purchase of an account that never held them. A customer
 * that was linked to another account leaves its ended subscriptions and their invoices with the first one.
 */
export const subscriptionsHaveOneAccount = invariantStatement(`
  select provider, subscription_id, min(account_id) as account_id, max(account_id) as other_account_id,
    count(*) filter (where has_started and not has_ended) <= 1 and (count(*) = 1 or bool_and(has_started)) as ok
  from (
    select provider, subscription_id, account_id, bool_or(has_started) as has_started, bool_or(has_ended) as has_ended
    from (
      select provider, external_id as subscription_id, account_id, true as has_started, status in (${TERMINAL}) as has_ended
      from billing_subscription
      union all select provider, external_id, account_id, true, status in (${TERMINAL}) from product_subscription
      union all select provider, subscription_id, account_id, false, false from invoice where subscription_id is not null
      union all select provider, subscription_id, account_id, false, false from purchase where subscription_id is not null
    ) named
    group by provider, subscription_id, account_id
  ) held
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

/** Plan assignments from the subscription of another account. */
export const plansHaveTheirSubscription = invariantStatement(`
  select p.id as assignment_id, p.account_id, p.source_id, s.id is not null as ok
  from plan_assignment p left join billing_subscription s on s.id = p.source_id and s.account_id = p.account_id where p.source_type = 'subscription'
`)

/** Packages that a subscription gives now and that differ from its lines. */
export const addonsFollowTheirSubscription = invariantStatement(`
  select a.id as assignment_id, a.account_id, a.source_id, a.quantity, coalesce(line.quantity, 0) as subscribed,
    a.quantity = coalesce(line.quantity, 0) and a.package_code = line.code and a.ends_at is not distinct from line.ends_at
      and v.package_id = line.package_id as ok
  from package_assignment a
    join package_version v on v.id = a.package_version_id
    left join (
      select i.subscription_id, i.account_id, k.id as package_id, k.code, sum(i.quantity) as quantity,
        ${endOfDay('max(i.current_period_end)')} as ends_at
      from subscription_item i join price r on r.id = i.price_id join package k on k.product_id = r.product_id
      group by 1, 2, 3, 4
    ) line on line.subscription_id = a.source_id and line.account_id = a.account_id and line.package_id = v.package_id
  where a.source_type = 'subscription' and a.ended_at is null
`)
