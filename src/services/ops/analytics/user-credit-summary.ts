import { sql } from 'kysely'
import { requireOperator } from '#services/identity/model/guard.js'
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

/** One row per account and kind of credits (`user_credit_summary`), in the order of accounts. Operators only. */
export async function userCreditSummary(
  context: CatalogContext,
  request: PageRequest,
  feature: string | null = null,
): Promise<Page<CreditSummary>> {
  requireOperator(context, 'ops:read')
  const now = context.clock.now()
  const isUsable = sql<boolean>`revoked_at is null and granted_at <= ${now} and (expires_at is null or expires_at > ${now})`
  const available = sql<number>`amount - used - reserved - expired - revoked`
  return readPage<CreditSummary>(
    request,
    'user credit summary',
    (row) => [row.accountId, row.feature],
    (limit, after) =>
      context.database.query
        .selectFrom('credit_grant')
        .select([
          'accountId',
          'feature',
          sql<number>`sum(amount)::int8`.as('granted'),
          sql<number>`sum(used)::int8`.as('used'),
          sql<number>`sum(reserved)::int8`.as('reserved'),
          sql<number>`sum(expired)::int8`.as('expired'),
          sql<number>`sum(revoked)::int8`.as('revoked'),
          sql<number>`coalesce(sum(${available}) filter (where ${isUsable}), 0)::int8`.as('remaining'),
          sql<Date | null>`min(expires_at) filter (where ${isUsable} and ${available} > 0)`.as('nextExpiry'),
        ])
        .$if(!!after, (query) => query.where(sql<boolean>`(account_id, feature) > (${after![0]}, ${after![1]})`))
        .$if(feature !== null, (query) => query.where('feature', '=', feature!))
        .groupBy(['accountId', 'feature'])
        .orderBy('accountId')
        .orderBy('feature')
        .limit(limit)
        .execute(),
  )
}
