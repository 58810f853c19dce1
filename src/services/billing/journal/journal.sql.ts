import type { JournalKind } from '#entities/billing/journal-posting.entity.js'
import { ofTable, statement } from '#services/kernel/database/statement.js'

/** A debit of an account of the journal, or a credit below zero. Postings with the same key are one entry, which sums to zero. */
export interface Posting {
  readonly key: string
  readonly kind: JournalKind
  readonly at: Date
  /** Our account that it is about. Null for revenue, which is summed by day, and for fees. */
  readonly account: string | null
  /** Number or ID of the invoice, the payment, the refund, the dispute or the payout. */
  readonly document: string
  readonly currency: string
  readonly ledgerAccount: string
  readonly amountMinor: number
}

export interface Range {
  readonly from: Date
  readonly to: Date
}

/** The ledger account of money at the provider of a row. */
const balanceOf = (row: string): string =>
  `case ${row}.provider when 'PAYPAL' then 'paypal_balance' else 'stripe_balance' end`

/** Invoices that have an amount, and purchases that have no invoice. */
const CHARGED = `i.status in ('OPEN', 'PAID', 'UNCOLLECTIBLE')`
const ofInvoice = (purchase: string, invoice: string): string =>
  `${invoice}.account_id = ${purchase}.account_id and ${invoice}.provider = ${purchase}.provider and ${invoice}.external_id = ${purchase}.invoice_id`
/** A line that is on no invoice: paid time that a change forfeits. */
const FORFEITED = `d.external_id is null`
/** Amount of a line of an invoice without discounts and tax. */
const NET = `(one ->> 'amountMinor')::bigint - coalesce((one ->> 'discountMinor')::bigint, 0) - coalesce((one ->> 'includedTaxMinor')::bigint, 0)`
/** Part of an invoice that credit notes took off before it was paid. */
const REDUCED = `(select coalesce(sum((note ->> 'prePaymentMinor')::bigint), 0) from jsonb_array_elements(i.credit_notes) note)::bigint`
const entry = (
  key: string,
  kind: JournalKind,
  at: string,
  row: string,
  document: string,
  postings: string,
  from: string,
) => `
  select '${key}:' || ${row}.id as key, '${kind}' as kind, ${at} as at, ${row}.account_id as account, ${document} as document,
    ${row}.currency as currency, posting.ledger_account, posting.amount_minor::bigint as amount_minor
  from ${from} cross join lateral (values ${postings}) posting (ledger_account, amount_minor)
  where ${at} >= :from::timestamptz and ${at} < :to::timestamptz and posting.amount_minor <> 0`

const ENTRIES = [
  // Credit pays its part of an invoice at once. An invoice below zero adds credit, and one with a former debt pays it.
  entry(
    'invoice',
    'INVOICE',
    'i.created_at',
    'i',
    'coalesce(i.number, i.external_id)',
    `('receivables', i.amount_paid_minor + i.amount_due_minor + ${REDUCED}),
      ('customer_credit', i.total_minor - i.amount_paid_minor - i.amount_due_minor - ${REDUCED}),
      ('taxes', -i.tax_minor), ('deferred_revenue', i.tax_minor - i.total_minor)`,
    'invoice i',
  ) + ` and ${CHARGED}`,
  // The part of a credit note that is refunded is a refund.
  entry(
    'credit-note',
    'CREDIT_NOTE',
    'n.at',
    'n',
    'n.number',
    `('taxes', n.tax_minor), ('credit_notes', n.pre_payment + n.credited + n.elsewhere - n.tax_minor), ('receivables', -n.pre_payment),
      ('customer_credit', -n.credited), ('other_payments', -n.elsewhere)`,
    `(
      select m.*, m.taxed - div(m.taxed * m.refunded, m.total) as tax_minor
      from (
        select note ->> 'externalId' as id, i.account_id, i.currency, note ->> 'number' as number, (note ->> 'at')::timestamptz as at,
          (note ->> 'totalMinor')::numeric as total, (note ->> 'taxMinor')::numeric as taxed, (note ->> 'refundedMinor')::numeric as refunded,
          (note ->> 'prePaymentMinor')::bigint as pre_payment, (note ->> 'creditedMinor')::bigint as credited,
          (note ->> 'elsewhereMinor')::bigint as elsewhere
        from invoice i cross join lateral jsonb_array_elements(i.credit_notes) note where ${CHARGED}
      ) m
    ) n`,
  ),
  entry(
    'write-off',
    'WRITE_OFF',
    'i.created_at',
    'i',
    'coalesce(i.number, i.external_id)',
    `('bad_debts', i.amount_due_minor), ('receivables', -i.amount_due_minor)`,
    'invoice i',
  ) + ` and i.status = 'UNCOLLECTIBLE'`,
  // Paid invoices that sold nothing of the catalog are no purchases.
  entry(
    'paid',
    'PAYMENT',
    'coalesce(i.paid_at, i.created_at)',
    'i',
    'coalesce(i.number, i.external_id)',
    `(case when i.is_paid_elsewhere then 'other_payments' else ${balanceOf('i')} end, i.amount_paid_minor), ('receivables', -i.amount_paid_minor)`,
    'invoice i',
  ) + ` and ${CHARGED} and not exists (select from purchase p where ${ofInvoice('p', 'i')} and p.status <> 'PENDING')`,
  entry(
    'payment',
    'PAYMENT',
    'p.purchased_at',
    'p',
    'coalesce(p.payment_id, p.invoice_id, p.id)',
    `(case when p.payment_id is null then 'other_payments' else ${balanceOf('p')} end, p.amount_minor), ('receivables', -p.amount_minor)`,
    'purchase p',
  ) + ` and p.status <> 'PENDING'`,
  entry(
    'sale',
    'SALE',
    'p.purchased_at',
    'p',
    'coalesce(p.payment_id, p.id)',
    `('receivables', p.amount_minor), ('taxes', -p.tax_minor),
      (case sold.type when 'TEMPLATE' then 'revenue_templates' when 'PLAN' then 'revenue_subscriptions' else 'revenue_packages' end, p.tax_minor - p.amount_minor)`,
    'purchase p join product sold on sold.id = p.product_id',
  ) + ` and p.status <> 'PENDING' and not exists (select from invoice i where ${ofInvoice('p', 'i')})`,
  // A refund returns the share of the tax that it has of what money and credit paid. One that failed returns no tax, and its money is on its way.
  entry(
    'refund',
    'REFUND',
    'r.created_at',
    'r',
    'coalesce(r.external_id, r.id)',
    `(${balanceOf('r')}, -r.amount_minor), ('taxes', r.tax_minor),
      (case r.status when 'FAILED' then 'failed_refunds' else 'refunds' end, r.amount_minor - r.tax_minor)`,
    `(
      select m.*, case m.status when 'FAILED' then 0
        else div(m.taxed * m.through, m.paid) - div(m.taxed * (m.through - m.amount_minor), m.paid) end as tax_minor
      from (
        select f.*, coalesce(i.tax_minor, p.tax_minor)::numeric as taxed, coalesce(i.total_minor, p.amount_minor) as paid,
          sum(f.amount_minor) filter (where f.status <> 'FAILED') over (partition by f.account_id, f.purchase_id order by f.created_at, f.id) as through
        from refund f join purchase p on p.id = f.purchase_id and p.account_id = f.account_id
          left join invoice i on ${ofInvoice('p', 'i')}
        where f.status in ('PENDING', 'SUCCEEDED') or f.status = 'FAILED' and f.provider = 'STRIPE' and f.external_id is not null
      ) m
    ) r`,
  ),
  entry(
    'dispute',
    'DISPUTE',
    'd.opened_at',
    'd',
    'd.external_id',
    `(case d.status when 'LOST' then 'chargebacks' else 'disputed_payments' end, d.amount_minor),
      (case d.provider when 'STRIPE' then 'disputed_payments' else 'paypal_balance' end, -d.amount_minor)`,
    'dispute d',
  ) + ` and d.status <> 'WON' and (d.provider <> 'STRIPE' or d.status = 'LOST')`,
  entry(
    'credit',
    'CREDIT',
    'c.created_at',
    'c',
    'c.cause',
    `('customer_credit', c.done_minor), ('credit_adjustments', -c.done_minor)`,
    'credit_adjustment c',
  ),
]

/** Earnings of vendors, and what was paid of them. */
const EARNINGS = [
  entry(
    'earning',
    'EARNING',
    'e.at',
    'e',
    'coalesce(e.purchase_id, e.id)',
    `('vendor_shares', e.amount_minor), ('vendor_payable', -e.amount_minor)`,
    'earnings_entry e',
  ) + ` and e.kind in ('SALE', 'CLAWBACK', 'CLAWBACK_REVERSED')`,
  entry(
    'payout',
    'PAYOUT',
    'e.at',
    'e',
    'coalesce(e.payout_id, e.id)',
    `('vendor_payable', -e.amount_minor), (case o.method when 'MANUAL' then 'other_payments' else 'stripe_balance' end, e.amount_minor)`,
    'earnings_entry e left join vendor_payout o on o.id = e.payout_id and o.account_id = e.account_id',
  ) + ` and e.kind in ('PAYOUT', 'PAYOUT_RETURNED')`,
]

/** Postings of a range that are about invoices, payments and credit. */
export const journalEntries = (): string => ENTRIES.join('\n  union all')

/** Postings of a range, without revenue and fees. */
export const journalPostings = statement<Range, Posting>(
  journalEntries() + EARNINGS.map((earning) => ofTable('earnings_entry', `\n  union all${earning}`)).join(''),
)

/**
 * Revenue of the days of a range. A line is divided between the days of its period, exactly: the sum up to each day is rounded down. A line whose
 * period has ended within an hour of its invoice, by the clocks of both sides, charges use, and is revenue of its last day. What is sold once is revenue of the day of the sale.
 * If a subscription ends before its lines, the rest of them is revenue of the day of the end: nothing of it is owed after that. Its credit, or refund, is
 * booked at the same time. In the same way, the paid time that a change forfeits is revenue of the day of the change: its rest is taken from the days
 * after it, or from that day if the subscription ends on it. It is no use, so that its first part ends more than an hour later.
 */
export const dailyRevenue = (): string => `
  with forfeited as (
    select c.id, c.account_id, s.provider, s.external_id as subscription_id, c.unused_time ->> 'currency' as currency, c.as_of,
      (unused ->> 'periodEnd')::timestamptz as ends_at,
      div((unused ->> 'priceMinor')::numeric * (unused ->> 'paidMinor')::numeric * (paid.total_minor - paid.tax_minor) * days.unserved,
        (unused ->> 'listedMinor')::numeric * paid.total_minor * days.whole)::bigint as net
    from subscription_change c
      join billing_subscription s on s.id = c.subscription_id and s.account_id = c.account_id
      cross join lateral jsonb_array_elements(c.unused_time -> 'lines') unused
      cross join lateral (
        select i.total_minor, i.tax_minor from invoice i
        where i.account_id = c.account_id and i.provider = s.provider and i.subscription_id = s.external_id and ${CHARGED} and i.total_minor > 0 and i.created_at <= c.as_of
          and exists (
            select from jsonb_array_elements(i.lines) one where (one ->> 'periodEnd')::timestamptz = (unused ->> 'periodEnd')::timestamptz
          )
        order by i.created_at desc, i.id desc limit 1
      ) paid
      cross join lateral (
        select extract(day from date_trunc('day', (unused ->> 'periodEnd')::timestamptz, 'UTC') - date_trunc('day', c.as_of, 'UTC'))::int - 1 as unserved,
          extract(day from date_trunc('day', (unused ->> 'periodEnd')::timestamptz, 'UTC')
            - date_trunc('day', (unused ->> 'periodStart')::timestamptz, 'UTC'))::int as whole
      ) days
    where c.status = 'APPLIED' and c.at = 'NOW' and c.kind <> 'CANCEL' and days.unserved > 0 and days.whole > 0
      and (unused ->> 'listedMinor')::bigint > 0
  ), line as (
    select i.id, i.account_id, i.provider, i.external_id, i.currency, i.created_at, i.subscription_id,
      ${NET} as net,
      (one ->> 'periodStart')::timestamptz as starts_at, (one ->> 'periodEnd')::timestamptz as ends_at
    from invoice i cross join lateral jsonb_array_elements(i.lines) one
    where ${CHARGED}
    union all
    select i.id, i.account_id, i.provider, i.external_id, i.currency, i.created_at, i.subscription_id,
      i.total_minor - i.tax_minor - coalesce((
        select sum(${NET}) from jsonb_array_elements(i.lines) one
      ), 0)::bigint, null, null
    from invoice i where ${CHARGED}
    union all
    select f.id, f.account_id, f.provider, null, f.currency, f.as_of, f.subscription_id, part.net, part.starts_at, part.ends_at
    from forfeited f cross join lateral (values
      (f.net, f.as_of, f.as_of + interval '2 hours'), (-f.net, date_trunc('day', f.as_of, 'UTC') + interval '1 day', f.ends_at)
    ) part (net, starts_at, ends_at)
  ), ended as (
    select s.account_id, s.provider, s.external_id, max(r.ended_at) as at
    from (
      select id, account_id, provider, external_id from billing_subscription where status = 'CANCELED'
      union all
      select id, account_id, provider, external_id from product_subscription where status = 'CANCELED'
    ) s join recurring_period r on r.subscription_id = s.id and r.account_id = s.account_id
    group by s.account_id, s.provider, s.external_id
  ), dated as (
    select l.*, l.ends_at > l.created_at + interval '1 hour' and l.ends_at > l.starts_at as is_spread,
      date_trunc('day', case when l.ends_at > l.created_at + interval '1 hour' and l.ends_at > l.starts_at then l.starts_at
        when l.ends_at > l.starts_at then l.ends_at - interval '1 microsecond' else l.created_at end, 'UTC') as first_day,
      case when l.ends_at > l.created_at + interval '1 hour' and l.ends_at > l.starts_at
        then greatest(1, extract(day from date_trunc('day', l.ends_at, 'UTC') - date_trunc('day', l.starts_at, 'UTC'))::int) else 1 end as days
    from line l where l.net <> 0
  ), spread as (
    select d.account_id, d.provider, d.external_id, d.currency, d.subscription_id, d.net, d.is_spread, d.days,
      case when ${FORFEITED} and e.at < d.first_day then date_trunc('day', e.at, 'UTC') else d.first_day end as first_day,
      case when d.is_spread and e.at is not null
      then least(d.days, greatest(1, extract(day from date_trunc('day', e.at, 'UTC') - d.first_day)::int + 1)) else d.days end as served_days
    from dated d left join ended e on e.account_id = d.account_id and e.provider = d.provider and e.external_id = d.subscription_id
  ), daily as (
    select s.account_id, s.currency, s.first_day + make_interval(days => d.number) as day,
      case when s.is_spread then 'revenue_subscriptions'
        when exists (select from purchase p where ${ofInvoice('p', 's')} and p.package_version_id is not null) then 'revenue_packages'
        else 'revenue_use' end as ledger_account,
      div(s.net::numeric * case when d.number + 1 = s.served_days then s.days else d.number + 1 end, s.days) - div(s.net::numeric * d.number, s.days) as amount
    from spread s cross join lateral generate_series(
      greatest(0, extract(day from :from::timestamptz - s.first_day)::int), least(s.served_days, extract(day from :to::timestamptz - s.first_day)::int) - 1
    ) d (number)
    where s.first_day < :to::timestamptz and s.first_day + make_interval(days => s.served_days) > :from::timestamptz
  )`

/** Revenue of the days of a range, as the journal books it. */
export const journalRevenue = statement<Range, Posting>(`${dailyRevenue()}
  select 'revenue:' || to_char(day at time zone 'UTC', 'YYYY-MM-DD') || ':' || currency as key, 'REVENUE' as kind, day as at, null::text as account,
    to_char(day at time zone 'UTC', 'YYYY-MM-DD') as document, currency, posting.ledger_account, sum(posting.amount)::bigint as amount_minor
  from daily cross join lateral (values ('deferred_revenue', amount), (daily.ledger_account, -amount)) posting (ledger_account, amount)
  group by day, currency, posting.ledger_account
  having sum(posting.amount) <> 0
`)

/** Reads the sums that closed months have booked for the facts of a month. */
export const bookedPostings = statement<{ origin: string }, Omit<Posting, 'at' | 'kind'>>(`
  select p.key, min(p.account) as account, min(p.document) as document, p.currency, p.ledger_account, sum(p.amount_minor)::bigint as amount_minor
  from journal_posting p where p.origin = :origin group by p.key, p.currency, p.ledger_account
`)
