import type { ProviderPeriod } from '#services/billing/providers/listing-port.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { OurMoney } from './money-drift.js'

const OUR_MONEY = `select p.id as purchase_id, p.account_id, p.payment_id, p.invoice_id, p.amount_minor, p.credit_minor, p.currency
  from purchase p where p.provider = $1 and p.status <> 'PENDING'`

/** Purchases by payment or invoice. */
export async function ourMoney(
  sql: Sql,
  provider: string,
  by: 'payment_id' | 'invoice_id',
  ids: readonly string[],
): Promise<Map<string, OurMoney>> {
  const rows = await sql.rows<OurMoney>(`${OUR_MONEY} and p.${by} = any($2)`, [provider, ids])
  return new Map(rows.map((row) => [(by === 'payment_id' ? row.paymentId : row.invoiceId)!, row]))
}

/** Purchases of a period that name a payment, oldest first. */
export const ourPayments = (sql: Sql, provider: string, { since, until }: ProviderPeriod): Promise<OurMoney[]> =>
  sql.rows<OurMoney>(
    `${OUR_MONEY} and p.payment_id is not null and p.purchased_at between $2 and $3 order by p.purchased_at`,
    [provider, since, until],
  )

/** Accounts by the provider's customers. */
export async function accountsOf(sql: Sql, provider: string, customers: readonly (string | null)[]) {
  const rows = await sql.rows<{ customerId: string; accountId: string }>(
    `select customer_id, account_id from billing_customer where provider = $1 and customer_id = any($2)`,
    [provider, customers.filter((id) => id !== null)],
  )
  return new Map(rows.map(({ customerId, accountId }) => [customerId, accountId]))
}

/** Invoices here that bill something of the catalog; others, for example of metered use, make no purchase. */
export async function accountsOfPayments(sql: Sql, provider: string, payments: readonly (string | null)[]) {
  const rows = await sql.rows<{ paymentId: string; accountId: string }>(
    `select payment_id, account_id from purchase where provider = $1 and payment_id = any($2)`,
    [provider, payments.filter((id) => id !== null)],
  )
  return new Map(rows.map(({ paymentId, accountId }) => [paymentId, accountId]))
}

/** Our refunds or disputes by the provider's ids. */
export async function ourMovements(sql: Sql, table: 'refund' | 'dispute', provider: string, ids: readonly string[]) {
  const rows = await sql.rows<{ externalId: string; status: string; accountId: string }>(
    `select m.external_id, m.status, p.account_id from ${table} m join purchase p on p.id = m.purchase_id
     where m.provider = $1 and m.external_id = any($2)`,
    [provider, ids],
  )
  return new Map(rows.map((row) => [row.externalId, row]))
}

export interface LostDispute {
  readonly paymentId: string
  readonly accountId: string
  readonly amountMinor: number
  readonly openedAt: Date
}

/** Disputes here that were lost, of these payments. */
export const lostDisputes = (
  sql: Sql,
  provider: string,
  payments: readonly (string | null)[],
): Promise<LostDispute[]> =>
  sql.rows<LostDispute>(
    `select p.payment_id, p.account_id, d.amount_minor, d.opened_at from dispute d join purchase p on p.id = d.purchase_id
     where d.provider = $1 and d.status = 'LOST' and p.payment_id = any($2)`,
    [provider, payments.filter((id) => id !== null)],
  )

export interface ReturnedTooMuch {
  readonly purchaseId: string
  readonly accountId: string
  readonly currency: string
  readonly paidMinor: number
  readonly returnedMinor: number
}

/** Purchases of which refunds, lost disputes and credit together exceed what was paid. */
export const returnedTooMuch = (
  sql: Sql,
  provider: string,
  { since, until }: ProviderPeriod,
): Promise<ReturnedTooMuch[]> =>
  sql.rows(
    `select id as purchase_id, account_id, currency, amount_minor + credit_minor as paid_minor, reversed_minor + credited_minor as returned_minor
     from purchase where provider = $1 and purchased_at between $2 and $3 and reversed_minor + credited_minor > amount_minor + credit_minor
       and not exists (select 1 from credit_adjustment a where a.purchase_id = purchase.id and a.status = 'CREATING')`,
    [provider, since, until],
  )

export interface ChargedAgainstPlan {
  readonly purchaseId: string
  readonly accountId: string
  readonly amountMinor: number
  readonly currency: string
  readonly externalId: string
  readonly reason: 'CHANGE' | 'CANCEL' | 'ENDED'
  readonly at: Date
}

/**
 * Purchases that a subscription should not have made: for a period that begins after the moment at which another price or the end was
 * planned, or after we had ended it. What is returned, or on its way back, is in order.
 */
export const chargedAgainstPlan = (
  sql: Sql,
  provider: string,
  { since, until }: ProviderPeriod,
): Promise<ChargedAgainstPlan[]> =>
  sql.rows(
    `with paid as (
       select p.* from purchase p where p.provider = $1 and p.purchased_at between $2 and $3 and p.status = 'PAID' and p.subscription_id is not null
         and p.amount_minor > 0 and not exists (select 1 from refund r where r.purchase_id = p.id and r.status in ('CREATING', 'PENDING', 'SUCCEEDED'))
     )
     select p.id as purchase_id, p.account_id, p.amount_minor, p.currency, s.external_id, case when c.kind = 'CANCEL' then 'CANCEL' else 'CHANGE' end as reason,
       c.effective_at as at
     from paid p join billing_subscription s on s.provider = p.provider and s.external_id = p.subscription_id
       join subscription_change c on c.subscription_id = s.id and c.status = 'SCHEDULED' and c.kind in ('PLAN', 'CANCEL') and c.effective_at <= p.purchased_at
     where p.step is null and (c.kind = 'CANCEL' or exists (
       select 1 from invoice i cross join lateral jsonb_array_elements(i.lines) as line
         join provider_price pp on pp.provider = i.provider and pp.external_id = line ->> 'priceExternalId'
       where i.provider = p.provider and i.external_id = p.invoice_id and pp.price_id = c.from_price_id and pp.price_id <> c.to_price_id
         and not (line ->> 'proration')::boolean and (line ->> 'periodStart')::timestamptz >= c.effective_at))
     union all
     select p.id, p.account_id, p.amount_minor, p.currency, e.external_id, 'ENDED', e.requested_at
     from paid p join requested_cancellation e on e.provider = p.provider and e.external_id = p.subscription_id and e.requested_at < p.purchased_at`,
    [provider, since, until],
  )

export interface OurCredit {
  readonly accountId: string
  readonly customerId: string
  readonly currency: string
  readonly creditMinor: number
}

/** Credit that accounts should have at the provider: what invoices gave and took, and what was adjusted here. */
export const ourCredits = (sql: Sql, provider: string): Promise<OurCredit[]> =>
  sql.rows(
    `select c.account_id, c.customer_id, moved.currency, sum(moved.amount)::bigint as credit_minor
     from billing_customer c join (
       select account_id, currency, -credit_minor as amount from invoice where provider = $1 and status = 'PAID' and credit_minor <> 0
       union all select account_id, currency, -done_minor from credit_adjustment where provider = $1 and done_minor <> 0
     ) moved on moved.account_id = c.account_id
     where c.provider = $1 group by 1, 2, 3`,
    [provider],
  )

export interface OurTransfer {
  readonly payoutId: string
  readonly externalId: string | null
  readonly accountId: string
  readonly amountMinor: number
  readonly currency: string
}

/** Transfers to vendors that were requested here within a period. */
export const ourTransfers = (sql: Sql, { since, until }: ProviderPeriod): Promise<OurTransfer[]> =>
  sql.rows(
    `select id as payout_id, external_id, account_id, amount_minor, currency from vendor_payout
     where method = 'STRIPE' and status = 'PAID' and created_at between $1 and $2`,
    [since, until],
  )

/** Differences that an operator accepted, by kind, object and what the provider said. */
export async function acceptedDrift(sql: Sql, provider: string): Promise<Set<string>> {
  const rows = await sql.rows<{ key: string }>(
    `select kind || ' ' || object || ' ' || fingerprint as key from accepted_drift where provider = $1`,
    [provider],
  )
  return new Set(rows.map(({ key }) => key))
}
