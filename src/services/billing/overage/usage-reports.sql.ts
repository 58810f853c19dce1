import type { UsageReportRow } from '#entities/billing/usage-report.entity.js'
import { statement } from '#services/kernel/database/statement.js'
import { isUsageEntry } from '#services/entitlements/model/usage-entry.js'

/** An account's ledger behind the watermark, and what was used in it while a paid plan was held. */
export interface UnreportedUsage {
  readonly accountId: string
  readonly fromVersion: number
  readonly toVersion: number
  readonly amount: number
  readonly at: Date | null
}

interface Unreported {
  readonly provider: string
  readonly feature: string
  /** Key of the position up to which the ledger is reported. */
  readonly watermark: string
  readonly after: string
  readonly limit: number
}

/** Accounts with a ledger behind their watermark, and what `used` sums of it. */
const unreported = (used: string): string => `
  select a.id as account_id, coalesce(w.version, 0) as from_version, a.version as to_version,
    coalesce(used.amount, 0)::bigint as amount, used.at
  from account a
    join billing_customer c on c.account_id = a.id and c.provider = :provider and c.customer_id is not null
    left join usage_watermark w on w.account_id = a.id and w.feature = :watermark
    left join lateral (${used}
    ) used on true
  where a.id > :after and a.version > coalesce(w.version, 0)
  order by a.id limit :limit
`

/**
 * Unreported usage of the next accounts. Ledger entries are appended under the account lock and increment the version, so all entries below a
 * visible version are visible.
 */
export const nextUnreported = statement<Unreported, UnreportedUsage>(
  unreported(`
      select -sum(l.amount) as amount, max(l.at) as at from ledger_entry l
      where l.account_id = a.id and l.version > coalesce(w.version, 0) and l.version <= a.version and l.feature = :feature
        and ${isUsageEntry('l')}
        and exists (
          select 1 from plan_assignment p
          where p.account_id = a.id and p.source_type = 'subscription' and p.since <= l.at
            and (p.ended_at is null or p.ended_at > l.at)
        )`),
)

/** Unreported cost of units beyond the allowance, in minor units. Only a paid plan has a price for them. */
export const nextUnreportedOverage = statement<Unreported, UnreportedUsage>(
  unreported(`
      select sum((charge ->> 'amountMinor')::bigint) as amount, max(l.at) as at
      from ledger_entry l cross join lateral jsonb_array_elements(l.price -> 'charges') charge
      where l.account_id = a.id and l.version > coalesce(w.version, 0) and l.version <= a.version and l.feature = :feature
        and l.price is not null`),
)

/** A report that is not counted yet, and the customer whose usage it is. */
export interface OpenReport extends UsageReportRow {
  readonly customerId: string | null
}

/** The next reports that are not counted yet, and that no other one is being sent with. The states are constants, so that a partial index is used. */
export const openReports = statement<
  { provider: string; accountId: string | null; after: string; limit: number },
  OpenReport
>(`
  select r.*, c.customer_id
  from usage_report r join billing_customer c on c.account_id = r.account_id and c.provider = r.provider
  where r.provider = :provider and r.state in ('PENDING', 'SENDING') and r.id > :after
    and (:accountId::text is null or r.account_id = :accountId) and not exists (
      select from usage_report o where o.account_id = r.account_id and o.id = r.sent_with and o.state = 'SENDING'
    )
  order by r.id limit :limit
`)

/** Reads whether usage at a time is reported to a provider, and whether a report has covered its version. */
export const usageReporting = statement<
  { accountId: string; watermark: string; version: number; at: Date },
  { paid: boolean; covered: boolean }
>(`
  select exists (
      select 1 from plan_assignment p
      where p.account_id = :accountId and p.source_type = 'subscription' and p.since <= :at and (p.ended_at is null or p.ended_at > :at)
    ) as paid,
    exists (
      select 1 from usage_watermark w where w.account_id = :accountId and w.feature = :watermark and w.version >= :version
    ) as covered
`)
