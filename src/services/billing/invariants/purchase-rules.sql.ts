import { THRESHOLD } from '#entities/billing/usage-report.entity.js'
import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'

/** A condition: a subscription lost a row, and had it again, after payments or unpaid changes of the same subscription. */
export const afterOwnPayments = (row: string): string => `not exists (
  select from unnest(string_to_array(${row}.reverted_after, ',')) turned
  where not exists (
    select from (select id, account_id, subscription_id from purchase union all select id, account_id, subscription_id from invoice) last
    where last.id = split_part(turned, ':', 1) and last.account_id = ${row}.account_id and last.subscription_id = ${row}.subscription_id
  )
)`

/** Purchases whose product or quantity is not that of the checkout, the invoice or the top-up that they pay. */
export const purchasesNameTheirProduct = invariantStatement(`
  select p.id as purchase_id, p.account_id, p.product_id,
    case when t.id is not null then t.product_id = p.product_id and t.package_version_id = p.package_version_id and t.quantity = p.quantity
      when i.id is not null then p.overage or not exists (
        select from (select jsonb_array_elements(i.lines) as line) lines
          join provider_price pp on pp.provider = p.provider and pp.external_id = line ->> 'priceExternalId'
      ) or exists (
        select from (select jsonb_array_elements(i.lines) as line) lines
          join provider_price pp on pp.provider = p.provider and pp.external_id = line ->> 'priceExternalId'
          join price r on r.id = pp.price_id
        where r.product_id = p.product_id and greatest((line ->> 'quantity')::int, 1) = p.quantity
      ) and i.currency = p.currency and i.subscription_id is not distinct from p.subscription_id
        and least(i.tax_minor, p.amount_minor) = p.tax_minor
      when c.id is not null then c.product_id = p.product_id and c.quantity = p.quantity and c.currency = p.currency
        and c.package_version_id is not distinct from p.package_version_id
      else true end as ok
  from purchase p
    left join top_up t on t.account_id = p.account_id and t.provider = p.provider
      and (t.payment_id = p.payment_id or t.invoice_id = p.invoice_id)
    left join invoice i on i.account_id = p.account_id and i.provider = p.provider and i.external_id = p.invoice_id
    left join checkout c on c.id = p.checkout_id and c.account_id = p.account_id
`)

/** Terms of plans and packages, newest version first. */
const OFFERED = `
  select k.product_id, k.active, v.terms, row_number() over (partition by k.id order by v.version desc) as age
  from plan k join plan_version v on v.plan_id = k.id
  union all
  select k.product_id, k.active, v.terms, row_number() over (partition by k.id order by v.version desc)
  from package k join package_version v on v.package_id = k.id`

const IS_SOLD = `(sold ->> 'amountMinor')::bigint = p.amount_minor and sold ->> 'currency' = p.currency and sold ->> 'interval' = p."interval"
  and coalesce((sold ->> 'trialDays')::int, 0) = p.trial_days and sold ->> 'per' is not distinct from p.per`

/** Prices on sale that no version of their plan or package has, prices of a version on sale that are not, and prices with the terms of another plan. */
export const pricesAreOfTheirVersion = invariantStatement(`
  with offered as (${OFFERED})
  select p.id as price_id, null as product_id, p.amount_minor, p.currency, p."interval", exists (
      select from offered o cross join lateral jsonb_array_elements(o.terms -> 'prices') sold where o.product_id = p.product_id and ${IS_SOLD}
    ) as ok
  from price p join product t on t.id = p.product_id and t.type in ('PLAN', 'PACKAGE')
  where p.active and not p.negotiated
  union all
  select null, o.product_id, (sold ->> 'amountMinor')::bigint, sold ->> 'currency', sold ->> 'interval', exists (
      select from price p where p.product_id = o.product_id and p.active and not p.negotiated and ${IS_SOLD}
    )
  from offered o join product t on t.id = o.product_id and t.active cross join lateral jsonb_array_elements(o.terms -> 'prices') sold
  where o.age = 1 and o.active
  union all
  select p.id, p.product_id, p.amount_minor, p.currency, p."interval", p.negotiated and exists (
      select from plan_version v join plan k on k.id = v.plan_id where v.id = p.plan_version_id and k.product_id = p.product_id
    )
  from price p where p.plan_version_id is not null
`)

/** Lines of invoices, with their prices of the catalog. */
const LINES = `
  select i.account_id, i.provider, i.external_id as invoice_id, r.id as price_id, t.id as product_id, t.type,
    (line ->> 'proration')::boolean as is_proration, coalesce((line ->> 'quantity')::int, 1) as quantity,
    (line ->> 'amountMinor')::bigint as amount_minor, (line ->> 'periodEnd')::timestamptz as period_end
  from invoice i cross join lateral jsonb_array_elements(i.lines) line
    left join provider_price pp on pp.provider = i.provider and pp.external_id = line ->> 'priceExternalId'
    left join price r on r.id = pp.price_id
    left join product t on t.id = r.product_id
  where line ->> 'priceExternalId' is not null`

/**
 * Purchases whose end, or whose change of a subscription, is not that of the lines of their invoice. Invoices that are marked as paid elsewhere
 * although a payment of the provider paid them, or as removed from their subscription although they charge no change of it, and paid ones with a
 * payment that is still to be recorded.
 */
export const purchasesFollowTheirInvoice = invariantStatement(`
  select p.id as purchase_id, p.account_id, p.invoice_id, p.expires_at, p.step,
    p.expires_at is not distinct from max(l.period_end) filter (where l.product_id = p.product_id) and case
      when p.step is null then bool_or(not l.is_proration and l.product_id = p.product_id)
      else not bool_or(not l.is_proration and l.type = 'PLAN')
        and bool_or(l.is_proration and l.price_id = p.step ->> 'toPriceId' and l.quantity = (p.step ->> 'toQuantity')::int)
        and (p.step ->> 'fromPriceId' is null or bool_or(
          l.amount_minor < 0 and l.price_id = p.step ->> 'fromPriceId' and l.quantity = (p.step ->> 'fromQuantity')::int
        )) end as ok
  from purchase p join (${LINES}) l on l.account_id = p.account_id and l.provider = p.provider and l.invoice_id = p.invoice_id
  group by p.id, p.account_id, p.invoice_id, p.expires_at, p.step
  having bool_and(l.product_id is not null) and bool_or(l.product_id = p.product_id)
  union all
  select null, i.account_id, i.external_id, null, null,
    (not i.is_paid_elsewhere or i.status = 'PAID' and not exists (
        select from purchase p where p.account_id = i.account_id and p.provider = i.provider and p.invoice_id = i.external_id
          and p.payment_id is not null
      ))
      and (not i.reverted or i.status in ('VOID', 'UNCOLLECTIBLE', 'PAID') and exists (
        select from jsonb_array_elements(i.lines) line where (line ->> 'proration')::boolean
      ))
      and ${afterOwnPayments('i')}
      and (i.recorded_payment is null or i.status <> 'PAID' and jsonb_typeof(i.recorded_payment) = 'object')
  from invoice i where i.is_paid_elsewhere or i.reverted or i.reverted_after is not null or i.recorded_payment is not null
`)

/** Reports of usage whose amount differs from their lines, or whose state contradicts the time of sending, the customer or the invoice. */
export const reportsSumToLines = invariantStatement(`
  select r.id as report_id, r.account_id, r.amount, r.provider, r.state, r.first_sent_at, r.sent_with, r.closed_at,
    (r.lines is null or r.amount = coalesce((select sum((line ->> 'amountMinor')::bigint) from jsonb_array_elements(r.lines) line), 0)
        and r.meter = '' and r.from_version <= r.to_version)
      and case r.state when 'PENDING' then r.invoice_id is null and (r.lines is not null or r.first_sent_at is null)
        when 'SENDING' then r.first_sent_at is not null
        when 'SENT' then r.first_sent_at is not null and (r.lines is null or r.invoice_id is not null) else true end
      and (r.lines is not null or r.invoice_id is null and r.sent_with is null)
      and (r.closed_at is null or r.feature = '${THRESHOLD}')
      and (r.sent_with is null or exists (
        select from usage_report o where o.id = r.sent_with and o.account_id = r.account_id and o.provider = r.provider
      ))
      and exists (select from billing_customer c where c.account_id = r.account_id and c.provider = r.provider) as ok
  from usage_report r
`)
