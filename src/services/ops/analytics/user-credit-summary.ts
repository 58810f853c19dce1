import { requireOperator } from '#services/identity/guard/guard.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'

/** Credits granted to an account for one feature, and their usage. */
export interface CreditSummary {
  readonly accountId: string
  readonly feature: string
  readonly granted: number
  readonly used: number
  readonly reserved: number
  readonly expired: number
  readonly revoked: number
  /** Available units. */
  readonly remaining: number
  readonly nextExpiry: Date | null
}

const SUMMARY = `
  select g.account_id, g.feature, sum(g.amount)::bigint as granted, sum(g.used)::bigint as used, sum(g.reserved)::bigint as reserved,
    sum(g.expired)::bigint as expired, sum(g.revoked)::bigint as revoked,
    coalesce(sum(g.amount - g.used - g.reserved - g.expired - g.revoked) filter (where usable.is), 0)::bigint as remaining,
    min(g.expires_at) filter (where usable.is and g.amount - g.used - g.reserved - g.expired - g.revoked > 0) as next_expiry
  from credit_grant g
    cross join lateral (select g.revoked_at is null and g.granted_at <= $1 and (g.expires_at is null or g.expires_at > $1) as is) usable
  where ($3::text is null or (g.account_id, g.feature) > ($3, $4)) and ($5::text is null or g.feature = $5)
  group by g.account_id, g.feature order by g.account_id, g.feature limit $2`

/** One row per account and kind of credits (`user_credit_summary`), in the order of accounts. Operators only. */
export async function userCreditSummary(
  context: CatalogContext,
  request: PageRequest,
  feature: string | null = null,
): Promise<Page<CreditSummary>> {
  requireOperator(context, 'ops:read')
  return readPage<CreditSummary>(
    request,
    'user credit summary',
    (row) => [row.accountId, row.feature],
    (limit, after) =>
      context.database.rows<CreditSummary>(SUMMARY, [
        context.clock.now(),
        limit,
        after?.[0] ?? null,
        after?.[1] ?? null,
        feature,
      ]),
  )
}
